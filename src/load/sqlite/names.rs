//! Names in SQL text: ours and their quoting, and giving a stored statement's table another one.

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::load::quote::quote;

/// Tables of this beginning are ours, and may be dropped: the new rows of `replace`. [`check_free`] keeps others off.
pub const STAGING_PREFIX: &str = "gristmill_staging_";

/// Tables of this beginning are undone as soon as they have proved possible.
pub const TRIAL_PREFIX: &str = "gristmill_trial_";

/// Refuses a table's name that begins like those of ours.
pub fn check_free(table: &str) -> Result<()> {
    let lower = table.to_ascii_lowercase();
    match [STAGING_PREFIX, TRIAL_PREFIX].into_iter().find(|prefix| lower.starts_with(prefix)) {
        None => Ok(()),
        Some(prefix) => {
            let message = format!(
                "table {table} cannot be loaded: names in {prefix} are for tables of gristmill's own; name another table"
            );
            Err(fatal(ExitCode::Config, message))
        }
    }
}

/// A text as SQL takes it.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A stored `CREATE TABLE` under another name. SQLite stores it as `CREATE TABLE name rest`.
pub fn rename_table(sql: &str, table: &str) -> Option<String> {
    let (_, rest) = split_name(sql.strip_prefix("CREATE TABLE ")?)?;
    Some(format!("CREATE TABLE {}{rest}", quote(table)))
}

/// A stored `CREATE UNIQUE INDEX` under another name and on another table.
pub fn rename_unique_index(sql: &str, index: &str, table: &str) -> Option<String> {
    let (_, rest) = split_name(sql.strip_prefix("CREATE UNIQUE INDEX ")?)?;
    let (on, rest) = split_name(rest)?;
    let (_, rest) = split_name(rest)?;
    on.eq_ignore_ascii_case("on").then(|| format!("CREATE UNIQUE INDEX {} ON {}{rest}", quote(index), quote(table)))
}

/// Names, keywords and numbers in their order, quoted ones as they are written.
pub fn words(mut sql: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        loop {
            sql = skip_blanks(sql);
            if let Some((word, rest)) = split_name(sql) {
                sql = rest;
                return Some(word);
            }
            let mut signs = sql.chars();
            signs.next()?;
            sql = signs.as_str();
        }
    })
}

/// The first name or keyword, as written, and what follows it.
fn split_name(sql: &str) -> Option<(&str, &str)> {
    let sql = skip_blanks(sql);
    let bytes = sql.as_bytes();
    let end = match bytes.first()? {
        b'[' => bytes.iter().position(|byte| *byte == b']')? + 1,
        quote @ (b'"' | b'`' | b'\'') => closing_quote(bytes, *quote)? + 1,
        _ => bytes.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(bytes.len()),
    };
    sql.split_at_checked(end).filter(|(name, _)| !name.is_empty())
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

fn closing_quote(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == quote)?;
        if bytes.get(at + 1) != Some(&quote) {
            return Some(at);
        }
        at += 2;
    }
}

/// Steps over white space and comments.
fn skip_blanks(sql: &str) -> &str {
    let sql = sql.trim_start();
    let rest = if let Some(comment) = sql.strip_prefix("--") {
        comment.split_once('\n').map(|(_, rest)| rest)
    } else if let Some(comment) = sql.strip_prefix("/*") {
        comment.split_once("*/").map(|(_, rest)| rest)
    } else {
        return sql;
    };
    rest.map_or("", skip_blanks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_get_another_name() {
        let check = |sql, expected| assert_eq!(rename_table(sql, "b\"c").as_deref(), Some(expected));
        check("CREATE TABLE a(x)", "CREATE TABLE \"b\"\"c\"(x)");
        check("CREATE TABLE \"a \"\" d\" (x)", "CREATE TABLE \"b\"\"c\" (x)");
        check("CREATE TABLE [a b](x)", "CREATE TABLE \"b\"\"c\"(x)");
        check("CREATE TABLE /* why */ `a` (x, a)", "CREATE TABLE \"b\"\"c\" (x, a)");
        check("CREATE TABLE größe\n(x)", "CREATE TABLE \"b\"\"c\"\n(x)");
        assert_eq!(rename_table("CREATE VIRTUAL TABLE a using fts5(x)", "b"), None);
    }

    #[test]
    fn indexes_get_another_name_and_table() {
        let sql = "CREATE UNIQUE INDEX \"i\" -- one\n on [t](x, lower(y)) where x > 0";
        let expected = "CREATE UNIQUE INDEX \"j\" ON \"u\"(x, lower(y)) where x > 0";
        assert_eq!(rename_unique_index(sql, "j", "u").as_deref(), Some(expected));
        assert_eq!(rename_unique_index("CREATE INDEX i on t(x)", "j", "u"), None);
    }
}
