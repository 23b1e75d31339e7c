//! Column types as SQLite's schema declares them: what we write there, and what we read out of other people's tables.

use super::affinity::Affinity;
use crate::types::Type;

/// The declared type of a column of a new table: its affinity is SQLite's affair, its words are for a person.
pub fn declaration(ty: Type) -> String {
    match ty {
        Type::Boolean => "BOOLEAN INTEGER".into(),
        Type::Integer | Type::BigInt => "INTEGER".into(),
        Type::Double => "REAL".into(),
        Type::Decimal { precision, scale } => format!("NUMERIC({precision},{scale})"),
        Type::Text | Type::Json | Type::Interval => "TEXT".into(),
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
    /// Anything, kept as it comes.
    Any,
    /// Anything that SQLite leaves as it is. A declared type that has a meaning only for its author, such as `DATETIME`,
    /// `STRING` or `POINT`, has an affinity all the same.
    Unchanged,
}

/// Reads a declared type by its words where these are plain, and else by the affinity that SQLite derives from it.
pub fn takes(declared: &str, affinity: Affinity) -> Takes {
    let lower = declared.to_ascii_lowercase();
    let first = words(&lower).next().unwrap_or_default();
    match affinity {
        Affinity::Text => our_time(&lower).map_or(Takes::Text, Takes::Typed),
        Affinity::None => Takes::Any,
        Affinity::Real if words(&lower).any(is_double) => Takes::Typed(Type::Double),
        Affinity::Numeric if matches!(first, "bool" | "boolean") => Takes::Typed(Type::Boolean),
        Affinity::Numeric if words(&lower).any(is_integer) => Takes::Typed(Type::BigInt),
        Affinity::Numeric if matches!(lower.parse(), Ok(Type::Decimal { .. })) => {
            lower.parse().map_or(Takes::Number, Takes::Typed)
        }
        Affinity::Numeric if is_number(first) => Takes::Number,
        Affinity::Numeric | Affinity::Real => Takes::Unchanged,
    }
}

fn words(declared: &str) -> impl Iterator<Item = &str> {
    declared.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// `date text`, as we declare a column of dates.
fn our_time(declared: &str) -> Option<Type> {
    let ty = declared.strip_suffix(" text")?.parse().ok()?;
    matches!(ty, Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz).then_some(ty)
}

/// `int`, and what other databases call their integers of some size.
fn is_integer(word: &str) -> bool {
    let sizeless = word.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(sizeless, "int" | "uint" | "integer" | "bigint" | "smallint" | "tinyint" | "mediumint")
}

fn is_double(word: &str) -> bool {
    matches!(word, "real" | "double" | "float" | "float4" | "float8")
}

fn is_number(word: &str) -> bool {
    matches!(word, "numeric" | "number" | "num" | "decimal" | "dec")
}

impl Takes {
    /// Whether values of a known type may go there; each value is SQLite's affair then.
    pub fn fits(self, ty: Type) -> bool {
        match self {
            Takes::Text | Takes::Any | Takes::Unchanged => true,
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
        let takes = |declared| takes(declared, Affinity::of(declared, false));
        let check = |declared, expected| assert_eq!(takes(declared), expected, "{declared}");
        check("INTEGER", Takes::Typed(Type::BigInt));
        check("unsigned big int", Takes::Typed(Type::BigInt));
        check("INT(11) UNSIGNED", Takes::Typed(Type::BigInt));
        check("int8", Takes::Typed(Type::BigInt));
        check("INTERVAL", Takes::Unchanged);
        check("point", Takes::Unchanged);
        check("FLOATING POINT", Takes::Unchanged);
        check("VARCHAR(20)", Takes::Text);
        check("DOUBLE PRECISION", Takes::Typed(Type::Double));
        check("DECIMAL(10,2)", Takes::Typed(Type::Decimal { precision: 10, scale: 2 }));
        check("NUMERIC", Takes::Number);
        check("BOOLEAN", Takes::Typed(Type::Boolean));
        check("DATE", Takes::Unchanged);
        check("DATETIME", Takes::Unchanged);
        for words in
            ["STRING", "MONEY", "CHARINT", "TIMESTAMP", "JSON", "UUID", "ENUM", "REALM", "DECADE", "numbers", "any"]
        {
            check(words, Takes::Unchanged);
        }
        check("number(10)", Takes::Number);
        check("FLOAT(10)", Takes::Typed(Type::Double));
        check("bool text", Takes::Text);
        check("", Takes::Any);
    }

    #[test]
    fn our_own_words_are_understood() {
        for ty in
            [Type::Boolean, Type::BigInt, Type::Double, Type::Date, Type::Time, Type::Timestamp, Type::TimestampTz]
        {
            let declared = declaration(ty);
            assert_eq!(takes(&declared, Affinity::of(&declared, false)), Takes::Typed(ty));
        }
        assert_eq!(takes(&declaration(Type::Text), Affinity::Text), Takes::Text);
    }
}
