//! SQLite's affinities: which kind of value a column makes of what it is given, and which texts it leaves as they are.

/// What SQLite derives from a column's declared type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affinity {
    /// Texts that read as numbers become integers, or doubles.
    Numeric,
    /// Texts that read as numbers become doubles, and so do integers.
    Real,
    /// Numbers become texts.
    Text,
    /// Everything stays what it is.
    None,
}

impl Affinity {
    /// SQLite's own rules, in their order: words anywhere in the declared type count, and whatever has none of them is numeric.
    /// `INTEGER` differs from `NUMERIC` only in casts.
    pub fn of(declared: &str, is_strict: bool) -> Affinity {
        let lower = declared.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if is_strict && lower == "any" {
            Affinity::None
        } else if has(&["int"]) {
            Affinity::Numeric
        } else if has(&["char", "clob", "text"]) {
            Affinity::Text
        } else if has(&["blob"]) || lower.is_empty() {
            Affinity::None
        } else if has(&["real", "floa", "doub"]) {
            Affinity::Real
        } else {
            Affinity::Numeric
        }
    }

    /// Whether a text comes back out of such a column as it went in.
    pub fn keeps(self, text: &str) -> bool {
        match self {
            Affinity::Text | Affinity::None => true,
            Affinity::Numeric => !reads_as_number(text) || is_plain_integer(text) || is_plain_fraction(text),
            // A whole number comes back with a place.
            Affinity::Real => !reads_as_number(text) || is_plain_fraction(text) || is_plain_whole(text),
        }
    }
}

/// SQLite writes no more of a double.
const MOST_DIGITS: usize = 15;

/// Whether SQLite takes the text for a number: blanks around it, a sign, digits, a point and an exponent.
fn reads_as_number(text: &str) -> bool {
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let text = text.trim_matches(|c: char| u8::try_from(c).is_ok_and(is_blank));
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, places) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_exponent = |text: &str| {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        !digits.is_empty() && are_digits(digits)
    };
    are_digits(whole) && are_digits(places) && whole.len() + places.len() > 0 && exponent.is_none_or(is_exponent)
}

/// `-7`: as SQLite writes an integer, and small enough to be one.
fn is_plain_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits == text && text == "0" || digits.starts_with(|c: char| ('1'..='9').contains(&c));
    is_plain && !text.starts_with('+') && text.parse::<i64>().is_ok()
}

/// `-7.0`: as SQLite writes a double that is a whole number.
fn is_plain_whole(text: &str) -> bool {
    text.strip_suffix(".0").is_some_and(|whole| is_plain_integer(whole) && whole.len() <= MOST_DIGITS)
}

/// `-0.75`: as SQLite writes a double, with no more digits than it writes.
fn is_plain_fraction(text: &str) -> bool {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let Some((whole, places)) = magnitude.split_once('.') else { return false };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = format!("{whole}{places}");
    let significant = digits.trim_start_matches('0').len();
    // Smaller ones are written with an exponent.
    let is_small = whole == "0" && places.starts_with("0000");
    are_digits(whole)
        && are_digits(places)
        && (whole == "0" || whole.starts_with(|c: char| ('1'..='9').contains(&c)))
        && places.ends_with(|c: char| ('1'..='9').contains(&c))
        && significant <= MOST_DIGITS
        && !is_small
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// Types of other databases, misspelt ones, and words that hold others.
    const TYPES: [&str; 37] = [
        "",
        "any",
        "string",
        "date",
        "datetime",
        "timestamp",
        "json",
        "jsonb",
        "uuid",
        "money",
        "enum",
        "point",
        "floating point",
        "charint",
        "interval",
        "int",
        "bigint unsigned",
        "numeric",
        "number(10)",
        "decimal(10,2)",
        "boolean",
        "bool",
        "real",
        "double precision",
        "float",
        "realm",
        "text",
        "varchar(20)",
        "nvarchar",
        "clob",
        "longtext",
        "charge",
        "blob",
        "bytea",
        "time",
        "year",
        "date text",
    ];

    const TEXTS: [&str; 62] = [
        "",
        "0",
        "-0",
        "+5",
        "5",
        "-5",
        " 5",
        "5 ",
        "\t5",
        "\u{b}5",
        "\u{a0}5",
        "007",
        "07867",
        "-07",
        "1.10",
        "1.1",
        "1.0",
        "0.0",
        "-0.0",
        "-0.5",
        ".5",
        "5.",
        ".",
        "-",
        "+",
        "",
        "e5",
        "1e",
        "1e+",
        "1e5",
        "1E5",
        "1.5e3",
        "12E12",
        "314e59",
        "1e400",
        "1.0e+20",
        "0x1F",
        "Infinity",
        "inf",
        "nan",
        "NaN",
        "2024-01-31",
        "20240131",
        "2024-01-31 12:00:00",
        "12:30",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "123456789012345.6",
        "12345678901234.5",
        "0.1234567890123456789",
        "0.001",
        "0.0001",
        "0.00012",
        "0.00001",
        "1 2",
        "1,5",
        "1_000",
        "--5",
        "5\u{661}",
        "true",
    ];

    /// The text that a column of the type gives back.
    fn stored(connection: &Connection, declared: &str, text: &str) -> String {
        connection.execute_batch(&format!("drop table if exists t; create table t (v {declared})")).unwrap();
        connection.execute("insert into t values (?1)", [text]).unwrap();
        connection.query_row("select cast(v as text) from t", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn sqlite_itself_gives_back_what_is_kept_and_nothing_else() {
        let connection = Connection::open_in_memory().unwrap();
        for declared in TYPES {
            let affinity = Affinity::of(declared, false);
            for text in TEXTS {
                let back = stored(&connection, declared, text);
                // A number with an exponent or of more digits may come back by chance.
                let by_chance = ["1.0e+20", "123456789012345.6"].contains(&text);
                if affinity.keeps(text) || !by_chance {
                    assert_eq!(affinity.keeps(text), back == text, "{text:?} into {declared:?} gives {back:?}");
                }
            }
        }
    }

    #[test]
    fn any_type_of_a_strict_table_keeps_everything() {
        assert!(Affinity::of("ANY", true).keeps("007"));
        assert!(!Affinity::of("ANY", false).keeps("007"));
    }
}
