//! Column types as SQLite's schema declares them: what we write there, and what we read out of other people's tables.

use crate::types::Type;

/// The declared type of a column of a new table: its affinity is SQLite's affair, its words are for a person.
pub fn declaration(ty: Type) -> String {
    match ty {
        Type::Boolean => "BOOLEAN INTEGER".into(),
        Type::Integer | Type::BigInt => "INTEGER".into(),
        Type::Double => "REAL".into(),
        Type::Decimal { precision, scale } => format!("NUMERIC({precision},{scale})"),
        Type::Text | Type::Interval => "TEXT".into(),
        Type::Date => "DATE TEXT".into(),
        Type::Time => "TIME TEXT".into(),
        Type::Timestamp => "TIMESTAMP TEXT".into(),
        Type::TimestampTz => "TIMESTAMPTZ TEXT".into(),
    }
}

/// What a column of an existing table takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Typed(Type),
    /// Any number, as exactly as SQLite can hold it.
    Number,
    Text,
    /// Anything, kept as it comes. Also every declared type that has a meaning only for its author: a `DATETIME` may hold
    /// seconds since 1970, or texts of any form.
    Any,
}

/// Reads a declared type by SQLite's rules of affinity, and our own words by theirs.
pub fn takes(declared: &str) -> Takes {
    let lower = declared.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if let Some(ty) = lower.strip_suffix(" text").and_then(|ours| ours.parse().ok()) {
        return Takes::Typed(ty);
    }
    if lower.starts_with("bool") {
        Takes::Typed(Type::Boolean)
    } else if has(&["int"]) {
        // To SQLite an INTERVAL and a POINT are integers too, but ones that may be any text.
        if lower.split(|c: char| !c.is_alphanumeric()).any(is_integer) {
            Takes::Typed(Type::BigInt)
        } else {
            Takes::Any
        }
    } else if has(&["char", "clob", "text"]) {
        Takes::Text
    } else if has(&["blob"]) {
        Takes::Any
    } else if has(&["real", "floa", "doub"]) {
        Takes::Typed(Type::Double)
    } else if let Ok(decimal @ Type::Decimal { .. }) = lower.parse() {
        Takes::Typed(decimal)
    } else if lower.starts_with("num") || lower.starts_with("dec") {
        Takes::Number
    } else {
        Takes::Any
    }
}

/// `int`, and what other databases call their integers of some size.
fn is_integer(word: &str) -> bool {
    let sizeless = word.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(sizeless, "int" | "uint" | "integer" | "bigint" | "smallint" | "tinyint" | "mediumint")
}

impl Takes {
    /// Whether values of a known type may go there; each value is SQLite's affair then.
    pub fn fits(self, ty: Type) -> bool {
        match self {
            Takes::Text | Takes::Any => true,
            Takes::Typed(Type::Boolean) => matches!(ty, Type::Boolean | Type::Integer | Type::BigInt),
            Takes::Typed(target) if !target.is_number() => ty == target,
            Takes::Typed(_) | Takes::Number => ty.is_number() || ty == Type::Boolean,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types() {
        let check = |declared, expected| assert_eq!(takes(declared), expected, "{declared}");
        check("INTEGER", Takes::Typed(Type::BigInt));
        check("unsigned big int", Takes::Typed(Type::BigInt));
        check("INT(11) UNSIGNED", Takes::Typed(Type::BigInt));
        check("int8", Takes::Typed(Type::BigInt));
        check("INTERVAL", Takes::Any);
        check("point", Takes::Any);
        check("FLOATING POINT", Takes::Any);
        check("VARCHAR(20)", Takes::Text);
        check("DOUBLE PRECISION", Takes::Typed(Type::Double));
        check("DECIMAL(10,2)", Takes::Typed(Type::Decimal { precision: 10, scale: 2 }));
        check("NUMERIC", Takes::Number);
        check("BOOLEAN", Takes::Typed(Type::Boolean));
        check("DATE", Takes::Any);
        check("DATETIME", Takes::Any);
        check("", Takes::Any);
    }

    #[test]
    fn our_own_words_are_understood() {
        for ty in
            [Type::Boolean, Type::BigInt, Type::Double, Type::Date, Type::Time, Type::Timestamp, Type::TimestampTz]
        {
            assert_eq!(takes(&declaration(ty)), Takes::Typed(ty));
        }
        assert_eq!(takes(&declaration(Type::Text)), Takes::Text);
    }
}
