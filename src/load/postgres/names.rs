//! Names in SQL text.

use std::collections::HashSet;
use std::iter;

use anyhow::Result;
use md5::{Digest, Md5};

use crate::exit::{ExitCode, fatal};
use crate::load::quote::quote;

/// Tables of this beginning are ours, and may be dropped: the new rows of `replace`.
pub const STAGING_PREFIX: &str = "gristmill_staging_";

/// A table with its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub schema: String,
    pub table: String,
}

impl Name {
    pub fn sql(&self) -> String {
        format!("{}.{}", quote(&self.schema), quote(&self.table))
    }

    /// Where the rows of `replace` wait. The server would cut a long name off, so that two tables could share one; a mark
    /// of the whole name keeps them apart.
    pub fn staging(&self) -> Name {
        /// Bytes that leave room for the mark.
        const SHORT: usize = LONGEST - STAGING_PREFIX.len() - 17;
        let short = cut(&self.table, SHORT);
        let mark = Md5::digest(self.sql()).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
        Name { schema: self.schema.clone(), table: format!("{STAGING_PREFIX}{short}_{mark}") }
    }
}

/// A text as SQL takes it, whatever the session is set to.
pub fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// A table as the job names it: `orders`, `sales.orders`, `sales."Orders"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Empty where it is to be found on the search path.
    pub schema: String,
    pub table: String,
    /// In quotes it is meant to the letter, else in any case.
    pub is_exact: bool,
}

impl Wanted {
    pub fn parse(text: &str) -> Result<Wanted> {
        let wrong = || {
            let message = format!(
                "table={text} cannot be read; write TABLE or SCHEMA.TABLE, either of them in double quotes where it is meant to \
                 the letter, and a quote inside these twice"
            );
            fatal(ExitCode::Config, message)
        };
        let (schema, rest) = match quoted_name(text) {
            Some((name, "")) => ("".into(), Some((name, true))),
            Some((name, rest)) => (name, rest.strip_prefix('.').map(table_name).unwrap_or_default()),
            None if text.starts_with('"') => return Err(wrong()),
            None => match text.split_once('.') {
                Some((schema, rest)) => (schema.to_owned(), table_name(rest)),
                None => ("".into(), Some((text.to_owned(), false))),
            },
        };
        let (table, is_exact) = rest.filter(|(table, _)| !table.is_empty()).ok_or_else(wrong)?;
        Ok(Wanted { schema: kept(&schema).into(), table: kept(&table).into(), is_exact })
    }
}

/// The whole of a text as a name, and whether it is quoted.
fn table_name(text: &str) -> Option<(String, bool)> {
    match quoted_name(text) {
        Some((name, "")) => Some((name, true)),
        Some(_) => None,
        None if text.starts_with('"') => None,
        None => Some((text.to_owned(), false)),
    }
}

/// A name in quotes that the text begins with, and what follows it.
fn quoted_name(text: &str) -> Option<(String, &str)> {
    let (mut name, mut rest) = (String::new(), text.strip_prefix('"')?);
    loop {
        let (piece, after) = rest.split_once('"')?;
        name.push_str(piece);
        match after.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return Some((name, after)),
        }
    }
}

/// The longest name that the server keeps, in bytes.
const LONGEST: usize = 63;

/// What the server keeps of a name.
pub fn kept(name: &str) -> &str {
    cut(name, LONGEST)
}

/// At most so many bytes of a name, no sign of it halved.
fn cut(name: &str, bytes: usize) -> &str {
    (0..=bytes).rev().find_map(|end| name.get(..end.min(name.len()))).unwrap_or_default()
}

/// The same for names that must differ: those that are alike by then are numbered.
pub fn kept_apart(names: &[String]) -> Vec<String> {
    let mut apart: Vec<String> = Vec::with_capacity(names.len());
    let mut taken: HashSet<String> = HashSet::new();
    for name in names {
        let numbered = (2_usize..).map(|number| format!("_{number}"));
        let numbered = numbered.map(|end| format!("{}{end}", cut(name, LONGEST - end.len())));
        let candidates = iter::once(kept(name).to_owned()).chain(numbered);
        // Of as many candidates as there are names and one, one is free.
        apart.extend(candidates.take(names.len() + 1).find(|candidate| taken.insert(candidate.clone())));
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tables() {
        let check = |text: &str, schema: &str, table: &str, is_exact| {
            let wanted = Wanted { schema: schema.into(), table: table.into(), is_exact };
            assert_eq!(Wanted::parse(text).unwrap(), wanted, "{text}");
        };
        check("orders", "", "orders", false);
        check("sales.orders.old", "sales", "orders.old", false);
        check("\"Quoted\"", "", "Quoted", true);
        check("sales.\"a.b\"", "sales", "a.b", true);
        check("\"My Schema\".t", "My Schema", "t", false);
        check("\"a\"\"b\".\"c\"\"\"", "a\"b", "c\"", true);
        check("a\"b", "", "a\"b", false);
        for wrong in ["\"", "\"a", "\"a\"b", "s.\"a", "s.", "\"s\".", "\"\""] {
            assert!(Wanted::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn long_names_are_cut_and_kept_apart() {
        assert_eq!(kept(&"ä".repeat(40)), "ä".repeat(31));
        let long = "x".repeat(70);
        let apart = kept_apart(&["a".into(), long.clone() + "1", long.clone() + "2", "x".repeat(61) + "_2"]);
        assert_eq!(apart, ["a".into(), "x".repeat(63), "x".repeat(61) + "_2", "x".repeat(61) + "_3"]);
    }

    #[test]
    fn staging_tables_of_long_names_differ() {
        let name = |table: &str| Name { schema: "s".into(), table: table.into() };
        let names = ["t", &"ä".repeat(31), &format!("{}b", "ä".repeat(31)), &format!("{}c", "ä".repeat(31))].map(name);
        let staging = names.each_ref().map(Name::staging);
        assert!(staging.iter().all(|name| name.table.len() <= 63));
        for (index, name) in staging.iter().enumerate() {
            assert!(!staging[index + 1..].contains(name), "{}", name.table);
        }
    }
}
