//! Columns, cells and literals that random queries are made of.

use super::chance::Chance;
use crate::types::Type;

/// Each type as a declared column and as a guessed one.
pub const INPUT: &str = "i integer; j ?integer; n bigint; o ?bigint; d double; e ?double; m decimal(12,2); \
                         k ?decimal(38,10); s text; w ?text; b boolean; c ?boolean; day date; f ?date; t time; u ?time; \
                         ts timestamp; v ?timestamp; tz timestamptz; x ?timestamptz; p json; q ?json";

pub const DECIMAL: Type = Type::Decimal { precision: 12, scale: 2 };

/// Every type, decimals as one.
pub const TYPES: [Type; 12] = [
    Type::Boolean,
    Type::Integer,
    Type::BigInt,
    Type::Double,
    DECIMAL,
    Type::Text,
    Type::Date,
    Type::Time,
    Type::Timestamp,
    Type::TimestampTz,
    Type::Json,
    Type::Interval,
];

/// The type among `TYPES` that stands for this one.
pub fn kind(ty: Type) -> Type {
    if let Type::Decimal { .. } = ty { DECIMAL } else { ty }
}

/// A column of the type; there is none of intervals.
pub fn column(ty: Type, chance: &mut Chance) -> Option<&'static str> {
    let names = match kind(ty) {
        Type::Boolean => ["b", "c"],
        Type::Integer => ["i", "j"],
        Type::BigInt => ["n", "o"],
        Type::Double => ["d", "e"],
        Type::Decimal { .. } => ["m", "k"],
        Type::Text => ["s", "w"],
        Type::Date => ["day", "f"],
        Type::Time => ["t", "u"],
        Type::Timestamp => ["ts", "v"],
        Type::TimestampTz => ["tz", "x"],
        Type::Json => ["p", "q"],
        Type::Interval => return None,
    };
    Some(*chance.pick(&names))
}

/// Texts that are values of the type: ordinary ones and the extremes.
pub fn values(ty: Type) -> &'static [&'static str] {
    match ty {
        Type::Boolean => &["true", "false", "t", "NO", "1"],
        Type::Integer => &["0", "1", "2", "-1", "7", "-42", "365", "2147483647", "-2147483648"],
        Type::BigInt => &["0", "1", "-3", "99", "12345", "2147483648", "9223372036854775807", "-9223372036854775808"],
        Type::Double => {
            &["0", "-0", "1", "2.5", "-0.125", "0.1", "1e-3", "1e15", "1e300", "-1e308", "5e-324", "NaN", "Infinity"]
        }
        Type::Decimal { .. } => &["0", "0.00", "1.5", "-1.50", "2.25", "12.34", "-9999.99", "9999999999.99"],
        Type::Text => &[
            "",
            "a",
            "A",
            "B",
            "ab",
            " a ",
            "12",
            "-7",
            "2.5",
            "ä",
            "ß",
            "Straße",
            "日本",
            "e\u{301}",
            "😀",
            "a,b",
            "%",
            "_x",
            "true",
            "2024-02-29",
            "10:30",
            "a-b-c",
            "1 day",
            "\\",
            "1e400",
            "NULL",
        ],
        Type::Date => &["2024-02-29", "1970-01-01", "1999-12-31", "2024-01-31", "0001-01-01", "9999-12-31"],
        Type::Time => &["00:00:00", "10:30:00", "23:59:59.999999", "12:00:00.5"],
        Type::Timestamp => &[
            "2024-02-29 12:34:56",
            "1970-01-01 00:00:00",
            "2024-03-31 02:30:00",
            "9999-12-31 23:59:59.999999",
            "0001-01-01 00:00:00",
        ],
        Type::TimestampTz => &[
            "2024-02-29 12:34:56+00",
            "2024-10-27 02:30:00+02",
            "2024-10-27 02:30:00+01",
            "1900-01-01 00:00:00+05:30",
            "9999-12-31 00:00:00+00",
        ],
        Type::Json => &["{\"a\": [1, 2.50]}", "[1, \"x\", null]", "\"x\"", "12", "true", "null", "1e400"],
        Type::Interval => {
            &["0 days", "1 day", "1 month", "30 days", "-1 year 2 days", "36:00:00", "100000 years", "1.5 hours"]
        }
    }
}

/// Texts that hardly any type takes.
const DIRT: [&str; 8] = ["n/a", "", "x", "12,5", "2024-13-01", "99999999999999999999", "1e999", "25:61"];

/// One row: a cell for each column of `INPUT`. Guessed columns are dirtier than declared ones.
pub fn row(types: &[(Type, bool)], chance: &mut Chance) -> Vec<Option<String>> {
    let cell = |(ty, guessed): &(Type, bool)| {
        let text =
            if chance.one_in(if *guessed { 8 } else { 150 }) { chance.pick(&DIRT) } else { chance.pick(values(*ty)) };
        (!chance.one_in(6)).then(|| text.to_string())
    };
    types.iter().map(cell).collect()
}

/// Literals that arguments of some functions have to be, so that their calls mean something.
pub fn argument(function: &str, place: usize) -> Option<&'static [&'static str]> {
    const UNITS: &[&str] =
        &["year", "month", "day", "hour", "minute", "second", "quarter", "week", "century", "decade"];
    const PATTERNS: &[&str] = &["a", "^[a-z]+$", "(.)(.)", "[0-9]+", "ä|ß", "", ".*", r"\d", "^$", "(?i)STRASSE"];
    const TEMPLATES: &[&str] = &[
        "999.99",
        "FM9G990D00",
        "S0000",
        "9.99EEEE",
        "FMRN",
        "9V99PR",
        "YYYY-MM-DD",
        "FMDay, DDth",
        "HH24:MI:SS.US TZ",
    ];
    const ZONES: &[&str] = &["UTC", "Europe/Berlin", "America/New_York", "+05", "-03:30", "Nowhere"];
    const JSON: &[&str] =
        &[r#"{"a": [1, {"b": "ä"}]}"#, "[1, 2, null]", r#""x""#, "{}", "[", r#"{"a": null, "a": "b"}"#, "[[1], [2]]"];
    Some(match (function, place) {
        ("date_trunc" | "date_part" | "extract", 0) => UNITS,
        ("like" | "ilike", 1) => &["a%", "%", "_", "%ß%", "", "!%", "a_%", "%A"],
        ("like" | "ilike", 2) => &["!", "%", ""],
        ("~" | "~*" | "!~" | "!~*", 1) => PATTERNS,
        ("regexp_replace" | "regexp_match" | "regexp_substr" | "regexp_count" | "regexp_like", 1) => PATTERNS,
        ("regexp_match" | "regexp_like", 2) => &["i", "", "n"],
        ("regexp_replace", 2) => &["", "x", r"<\1>", r"[\&]"],
        ("regexp_replace", 3) => &["g", "i", "gi", ""],
        ("to_date" | "to_timestamp", 0) => &["31/01/2024", "2024-02-30", "1/2/24", "2024-02-29 10:30", ""],
        ("to_date" | "to_timestamp", 1) => &["DD/MM/YYYY", "YYYY-MM-DD", "YYYY-MM-DD HH24:MI", "MM/DD/YY"],
        ("make_date", 0) => &["2024", "1", "0", "1999"],
        ("make_date", _) => &["1", "2", "12", "30", "31"],
        ("^" | "power", 1) => &["2", "0.5", "-1", "0", "1000"],
        ("repeat" | "lpad" | "rpad" | "left" | "right" | "substr" | "split_part" | "round" | "trunc", 1..) => {
            &["0", "1", "2", "3", "-1", "-2", "5"]
        }
        ("regexp_instr", 1) => PATTERNS,
        ("regexp_instr", 5) | ("regexp_substr", 4) | ("regexp_count", 3) => &["i", "", "n"],
        ("regexp_instr", 4) => &["0", "1", "2"],
        ("regexp_instr" | "regexp_substr" | "regexp_count", 2..) => &["1", "2", "0", "3"],
        ("to_char", 1) => TEMPLATES,
        ("timezone", 0) | ("date_trunc", 2) | ("make_timestamptz", 6) => ZONES,
        ("make_timestamp" | "make_timestamptz", 0) => &["2024", "1", "0", "1999"],
        ("make_timestamp" | "make_timestamptz" | "make_time", _) => &["1", "2", "12", "29"],
        ("->" | "->>" | "#>" | "#>>" | "json_extract_path_text" | "json_typeof" | "json_array_length", 0) => JSON,
        ("#>" | "#>>", 1) => &["{a}", "{a,0}", "{1}", "{}", "{", "{a,-1,b}"],
        ("json_extract_path_text", _) => &["a", "0", "b", "-1"],
        ("div" | "mod" | "%", 1) => &["2", "0", "-3", "1000"],
        _ => return None,
    })
}
