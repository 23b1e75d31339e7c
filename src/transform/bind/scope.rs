//! Names: which column an identifier means, and what a misspelt one may have meant.

use anyhow::Result;
use sqlparser::ast::Ident;

use crate::nearest::nearest;
use crate::transform::parse::source::Source;
use crate::types::InputColumn;

/// What a quoted name that is near no column may have been meant as.
const TEXT: &str = "; a text is written 'a'";

/// The one table, `input`, and its columns.
pub struct Scope<'a> {
    pub columns: &'a [InputColumn],
    /// Its other name, which then hides `input`.
    pub alias: Option<Ident>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    Column(usize),
    File,
    Line,
}

impl Scope<'_> {
    /// `column` or `table.column`.
    pub fn resolve(&self, parts: &[Ident], source: &Source) -> Result<Name> {
        match parts {
            [column] => self.column(column, source),
            [table, column] => {
                self.table(table, source)?;
                self.column(column, source)
            }
            [first, ..] => Err(source.at_name(first, "a column is named as column or input.column")),
            [] => Err(source.at_name(&Ident::new(""), "a column's name is missing")),
        }
    }

    /// Checks that a name means the one table.
    pub fn table(&self, name: &Ident, source: &Source) -> Result<()> {
        let table = self.alias.clone().unwrap_or_else(|| Ident::new("input"));
        if matches(name, &table.value) {
            return Ok(());
        }
        Err(source.at_name(name, format!("unknown table {:?}; the only table is {}", name.value, table.value)))
    }

    /// Column names win over pseudo-columns.
    pub fn column(&self, name: &Ident, source: &Source) -> Result<Name> {
        let mut found = self.columns.iter().enumerate().filter(|(_, column)| matches(name, &column.name));
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Ok(Name::Column(index)),
            (Some((_, one)), Some((_, other))) => {
                let (one, other) = (&one.name, &other.name);
                let message = format!("{:?} may be column {one:?} or {other:?}; quote the one you mean", name.value);
                Err(source.at_name(name, message))
            }
            (None, _) if matches(name, "_file") => Ok(Name::File),
            (None, _) if matches(name, "_line") => Ok(Name::Line),
            (None, _) => {
                let names = self.columns.iter().map(|column| column.name.as_str()).chain(["_file", "_line"]);
                let quoted = name.quote_style.is_some() && nearest(&name.value, names.clone()).is_none();
                let hint = if quoted { TEXT } else { "" };
                Err(source.at_name(name, unknown("column", &name.value, names) + hint))
            }
        }
    }
}

/// Quoted names match exactly, others in any case.
fn matches(name: &Ident, candidate: &str) -> bool {
    match name.quote_style {
        Some(_) => name.value == candidate,
        None => name.value.to_lowercase() == candidate.to_lowercase(),
    }
}

/// `unknown column "quantitty"; nearest is "quantity"`.
pub fn unknown<'a>(kind: &str, name: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    match nearest(name, candidates) {
        Some(nearest) => format!("unknown {kind} {name:?}; nearest is {nearest:?}"),
        None => format!("unknown {kind} {name:?}"),
    }
}
