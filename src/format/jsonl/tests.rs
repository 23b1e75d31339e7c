use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::arrow::array::{ArrayRef, Float64Array, StringArray};
use chrono_tz::Tz;

use super::*;
use crate::batch::{Computed, InputFile, RowOrigin, Selection, Spot};
use crate::format::value::parse;
use crate::types::Typing;

/// Rows of cells as they were read; nothing else of a chunk is needed here.
struct Cells(Vec<Vec<Option<&'static str>>>);

impl Records for Cells {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn text(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        self.0[row][column].map(Cow::Borrowed)
    }
    fn parse(&self, _: usize, _: &Typing, _: &Selection) -> Computed {
        unimplemented!("nothing is parsed by the column")
    }
    fn verbatim(&self, _: usize, _: RangeInclusive<usize>, _: u8) -> Option<&[u8]> {
        None
    }
    fn spot(&self, _: usize) -> Spot {
        Spot { at: 0, line: 0, offset: 0 }
    }

    fn origin(&self, _: usize) -> RowOrigin {
        unimplemented!("no row is refused")
    }
    fn file(&self) -> &InputFile {
        unimplemented!("no file")
    }
    fn lines(&self, _: &Selection) -> Vec<u64> {
        unimplemented!("no lines")
    }
}

fn column(name: &str, ty: Type, known: Known) -> OutputColumn {
    OutputColumn { name: name.into(), typing: ty.into(), field: None, known }
}

fn encode(columns: Vec<OutputColumn>, values: Vec<Column>, records: &Cells, kept: Selection) -> (String, Vec<usize>) {
    let batch = Batch { kept, columns: values, filtered: 0, refused: Vec::new() };
    let (encoded, refused) = JsonlEncoder::new(columns.into()).encode(records, &batch);
    assert!(refused.is_empty());
    let Payload::Text(bytes) = encoded.payload else { panic!("JSONL is text") };
    (String::from_utf8(bytes).unwrap(), encoded.ends)
}

/// One untouched cell.
fn check_field(ty: &str, known: Known, text: &'static str, expected: &str) {
    let columns = vec![column("a", ty.parse().unwrap(), known)];
    let records = Cells(vec![vec![Some(text)]]);
    let (line, _) = encode(columns, vec![Column::Field(0)], &records, Selection::All(1));
    assert_eq!(line, format!("{{\"a\":{expected}}}\n"), "{ty} {text:?}");
    let _: serde_json::Value = serde_json::from_str(&line).unwrap();
}

/// One computed value.
fn check_value(ty: &str, text: &str, expected: &str) {
    let typing: Typing = ty.parse::<Type>().unwrap().into();
    let array = parse(std::iter::once(Some(text)), &typing, Tz::Europe__Berlin).array;
    let columns = vec![column("a", typing.ty, Known::Declared)];
    let (line, _) = encode(columns, vec![Column::Values(array)], &Cells(vec![vec![]]), Selection::All(1));
    assert_eq!(line, format!("{{\"a\":{expected}}}\n"), "{ty} {text:?}");
}

#[test]
fn numbers_keep_their_digits() {
    let check = |text, expected| check_field("decimal(12,2)", Known::Declared, text, expected);
    check("1.50", "1.50");
    check("1", "1");
    check("-0.5e3", "-0.5e3");
    check("1E+2", "1E+2");
    check(" 1.5", "1.50");
    check("+1.5", "1.50");
    check(".5", "0.50");
    check("5.", "5.00");
    check("007", "7.00");
}

#[test]
fn doubles_that_json_has_no_word_for() {
    check_field("double", Known::Declared, "NaN", "null");
    check_field("double", Known::Declared, "-inf", "null");
    check_value("double", "Infinity", "null");
    check_value("double", "-Infinity", "null");
    check_value("double", "NaN", "null");
    check_value("double", "1e20", "1e+20");
    check_value("double", "-0", "-0");
}

/// Computed, untouched, declared and past the sample of a guess; what JSON can write is nothing to be told.
#[test]
fn lost_numbers_are_told_once_for_each_column() {
    let double = |name: &str, known| column(name, Type::Double, known);
    let columns = vec![
        double("guessed", Known::Guessed),
        double("declared", Known::Declared),
        double("finite", Known::Declared),
        double("computed", Known::Computed),
    ];
    let encoder = JsonlEncoder::new(columns.into());
    let encode = |cells: [&'static str; 3], computed: f64| {
        let array: ArrayRef = Arc::new(Float64Array::from(vec![computed]));
        let columns = vec![Column::Field(0), Column::Field(1), Column::Field(2), Column::Values(array)];
        let batch = Batch { kept: Selection::All(1), columns, filtered: 0, refused: Vec::new() };
        encoder.encode(&Cells(vec![cells.map(Some).to_vec()]), &batch);
        encoder.remark()
    };
    assert_eq!(encode(["1.5", "2", "x"], 0.5), None);
    let one = "NaN and infinities are NULL in column guessed, for JSON has no such numbers";
    assert_eq!(encode(["inf", "2", "3"], 0.5).as_deref(), Some(one));
    let all = "NaN and infinities are NULL in columns guessed, declared, computed, for JSON has no such numbers";
    assert_eq!(encode(["NaN", " -inf", "3"], f64::NAN).as_deref(), Some(all));
    assert_eq!(encode(["1", "2", "3"], 0.5).as_deref(), Some(all));
}

#[test]
fn guesses_damage_nothing() {
    let check = |ty, text, expected| check_field(ty, Known::Guessed, text, expected);
    check("bigint", "12", "12");
    check("bigint", "1.5", "1.5");
    check("bigint", "n/a", "\"n/a\"");
    check("bigint", "", "\"\"");
    check("bigint", "007", "\"007\"");
    check("bigint", "-007", "\"-007\"");
    check("bigint", " 7", "7");
    check("boolean", "True", "true");
    check("boolean", "yes", "\"yes\"");
}

#[test]
fn booleans() {
    check_field("boolean", Known::Declared, "false", "false");
    check_field("boolean", Known::Declared, "Y", "true");
    check_value("boolean", "0", "false");
}

#[test]
fn times() {
    check_value("timestamp", "2024-01-31 12:00:00.50", "\"2024-01-31T12:00:00.5\"");
    check_value("timestamptz", "2024-01-31 12:00:00", "\"2024-01-31T11:00:00Z\"");
    check_value("date", "2024-01-31", "\"2024-01-31\"");
    check_field("timestamptz", Known::Declared, "2024-01-31 12:00", "\"2024-01-31 12:00\"");
}

#[test]
fn strings() {
    let check = |text, expected| check_field("text", Known::Declared, text, expected);
    check("", "\"\"");
    check("12", "\"12\"");
    check("a\"b\\c", r#""a\"b\\c""#);
    check("a\nb\r\t\x08\x0c", r#""a\nb\r\t\b\f""#);
    check("\0\x1f\x7f", "\"\\u0000\\u001f\x7f\"");
    check("äß\u{2028}🌾", "\"äß\u{2028}🌾\"");
    check_value("text", "\"", r#""\"""#);
}

#[test]
fn rows_are_the_kept_ones() {
    let columns = vec![
        column("n", Type::BigInt, Known::Declared),
        column("a \"b\"", Type::Text, Known::Declared),
        column("x", Type::Double, Known::Declared),
    ];
    let records = Cells(vec![vec![Some("0")], vec![None], vec![Some("2")]]);
    let text: ArrayRef = Arc::new(StringArray::from(vec![None, Some("two")]));
    let double: ArrayRef = Arc::new(Float64Array::from(vec![Some(12.5), None]));
    let values = vec![Column::Field(0), Column::Values(text), Column::Values(double)];
    let (lines, ends) = encode(columns, values, &records, Selection::Rows([1, 2].into()));
    let first = "{\"n\":null,\"a \\\"b\\\"\":null,\"x\":12.5}\n";
    assert_eq!(lines, format!("{first}{{\"n\":2,\"a \\\"b\\\"\":\"two\",\"x\":null}}\n"));
    assert_eq!(ends, [first.len(), lines.len()]);
}

#[test]
fn numbers_as_json_spells_them() {
    for text in ["0", "-0", "10", "1.0", "1e5", "1E-5", "-1.25e+10"] {
        assert!(is_number(text.as_bytes()), "{text}");
    }
    for text in ["", "-", "01", "+1", ".5", "1.", "1e", "1e+", "0x1", "1 ", "NaN", "1.e5"] {
        assert!(!is_number(text.as_bytes()), "{text}");
    }
}
