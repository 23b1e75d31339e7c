//! Rows of an answer, and where two answers differ.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::support::records;

/// Doubles may differ by this share of their value: sums depend on their order in other engines.
const TOLERANCE: f64 = 1e-9;

/// An answer's rows; their cells are in the order of the columns.
#[derive(Clone)]
pub struct Answer {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Clone)]
struct Column {
    name: String,
    is_double: bool,
}

/// The text is compared where it is no number.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Null,
    Double(f64),
    Other(String),
}

impl Answer {
    /// What `scripts/check-queries` wrote.
    pub fn of_csv(bytes: &[u8]) -> Answer {
        let mut records = records(bytes).into_iter();
        let header = records.next().expect("a header");
        let column = |name: &String| match name.strip_suffix(":double") {
            Some(name) => Column { name: name.to_owned(), is_double: true },
            None => Column { name: name.to_owned(), is_double: false },
        };
        let columns: Vec<Column> = header.iter().map(column).collect();
        let row = |row: Vec<String>| row.iter().zip(&columns).map(|(text, column)| column.cell(text)).collect();
        let rows = records.map(row).collect();
        Answer { columns, rows }
    }

    /// What the run wrote, in this answer's columns. A column that is not there shows as one that differs in every row.
    pub fn of_jsonl(&self, text: &str) -> Answer {
        let row = |line: &str| {
            let object: Map<String, Value> = serde_json::from_str(line).expect("an object");
            self.columns.iter().map(|column| column.value(object.get(&column.name))).collect()
        };
        Answer { columns: self.columns.clone(), rows: text.lines().map(row).collect() }
    }

    fn sort(&mut self) {
        self.rows.sort_by(|a, b| compare(a, b));
    }
}

impl Column {
    fn cell(&self, text: &str) -> Cell {
        match text {
            "\\N" => Cell::Null,
            _ if self.is_double => Cell::Double(text.parse().unwrap_or(f64::NAN)),
            _ => Cell::Other(plain(text)),
        }
    }

    fn value(&self, value: Option<&Value>) -> Cell {
        match value {
            None => Cell::Other("(no such column)".to_owned()),
            Some(Value::Null) => Cell::Null,
            Some(Value::String(text)) => Cell::Other(plain(text)),
            Some(value) => self.cell(&value.to_string()),
        }
    }
}

/// Decimals without the zeros at their end: how many there are is each engine's own affair.
fn plain(text: &str) -> String {
    let is_decimal = text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    if is_decimal { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// Doubles decide last, because their last digits may differ.
fn compare(a: &[Cell], b: &[Cell]) -> Ordering {
    let exact = |row: &[Cell]| -> Vec<String> {
        row.iter().filter(|cell| !matches!(cell, Cell::Double(_))).map(|cell| format!("{cell:?}")).collect()
    };
    let doubles = |row: &[Cell]| -> Vec<f64> {
        row.iter().filter_map(|cell| if let Cell::Double(value) = cell { Some(*value) } else { None }).collect()
    };
    exact(a).cmp(&exact(b)).then_with(|| doubles(a).partial_cmp(&doubles(b)).unwrap_or(Ordering::Equal))
}

/// The first difference, in words.
pub fn difference(expected: &Answer, is: &Answer, ordered: bool) -> Option<String> {
    if expected.rows.len() != is.rows.len() {
        return Some(format!("{} rows, should be {}", is.rows.len(), expected.rows.len()));
    }
    let (mut expected, mut is) = (expected.clone(), is.clone());
    if !ordered {
        expected.sort();
        is.sort();
    }
    let mut cells = expected.rows.iter().zip(&is.rows).flat_map(|(should, row)| {
        let cells = should.iter().zip(row).zip(&expected.columns);
        cells
            .filter(|((should, is), _)| !same(should, is))
            .map(move |((should, is), column)| format!("{} is {is:?}, should be {should:?}, in {row:?}", column.name))
    });
    cells.next()
}

fn same(should: &Cell, is: &Cell) -> bool {
    match (should, is) {
        (Cell::Double(should), Cell::Double(is)) => (should - is).abs() <= TOLERANCE * should.abs().max(is.abs()),
        _ => should == is,
    }
}
