use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::arrow::array::{Array, Float64Array, Int32Array, Int64Array, StringArray};

use super::*;
use crate::arrow::datatypes::DataType;
use crate::batch::{Column, Computed, Failure, InputFile, RowOrigin, Selection, Spot};
use crate::format::value::to_text;
use crate::load::matching::TableColumn;
use crate::load::sqlite::existing_table::{Column as TableType, Table};
use crate::load::sqlite::plan::Plan;
use crate::types::{Known, OutputColumn, Typing};

/// Rows of texts; parses text, bigint and double.
struct Rows(Vec<Vec<&'static str>>);

impl Rows {
    fn cells(&self, column: usize, kept: &Selection) -> Vec<&'static str> {
        kept.iter().map(|row| self.0[row][column]).collect()
    }
}

impl Records for Rows {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn text(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        Some(self.0[row][column].into())
    }

    fn parse(&self, column: usize, typing: &Typing, kept: &Selection) -> Computed {
        let cells = self.cells(column, kept);
        let array: ArrayRef = match typing.ty {
            Type::BigInt => Arc::new(cells.iter().map(|cell| cell.parse().ok()).collect::<Int64Array>()),
            Type::Double => Arc::new(cells.iter().map(|cell| cell.parse().ok()).collect::<Float64Array>()),
            _ => Arc::new(StringArray::from(cells.clone())),
        };
        let failed = cells.iter().enumerate().filter(|(index, _)| array.is_null(*index));
        let failures =
            failed.map(|(index, cell)| Failure { index, message: format!("{cell:?} is not a {}", typing.ty) });
        Computed { failures: failures.collect(), array }
    }

    fn verbatim(&self, _: usize, _: RangeInclusive<usize>, _: u8) -> Option<&[u8]> {
        None
    }

    fn spot(&self, _: usize) -> Spot {
        Spot { at: 0, line: 0, offset: 0 }
    }

    fn origin(&self, row: usize) -> RowOrigin {
        let file = Arc::new(InputFile::new(0, "in.csv"));
        RowOrigin { file, line: row as u64 + 2, offset: 0, record: row, raw: self.0[row].join(",").into_bytes() }
    }

    fn file(&self) -> &InputFile {
        unimplemented!("not asked for")
    }

    fn lines(&self, _: &Selection) -> Vec<u64> {
        unimplemented!("not asked for")
    }
}

fn column(name: &str, ty: Type, known: Known) -> OutputColumn {
    OutputColumn { name: name.into(), typing: ty.into(), field: Some(0), known }
}

fn encoder(cells: Vec<Cell>, can_refuse: bool) -> SqliteEncoder {
    let names: Vec<String> = cells.iter().map(|cell| cell.name.clone()).collect();
    SqliteEncoder { cells, zone: chrono_tz::Tz::UTC, can_refuse, not_finite: NotFinite::new(&names) }
}

fn batch(kept: Selection, columns: Vec<Column>) -> Batch {
    Batch { kept, columns, filtered: 0, refused: Vec::new() }
}

fn into(declared: &str, ty: Type) -> Vec<Cell> {
    let column_of = |name: &str| {
        let takes = TableType::declared(declared, false);
        TableColumn { name: name.into(), takes, required: false, generated: false }
    };
    let table = Table { name: "t".into(), sql: String::new(), columns: vec![column_of("a")], primary: Vec::new() };
    Plan::existing_table(&table, &[column("A", ty, Known::Guessed)]).unwrap().cells
}

fn messages(refused: &[Refused]) -> Vec<(usize, &str)> {
    refused.iter().map(|refused| (refused.row, refused.message.as_str())).collect()
}

#[test]
fn rows_that_do_not_parse_are_left_out() {
    let rows = Rows(vec![vec!["1", "x"], vec!["no", "y"], vec!["2", "z"], vec!["nor", "w"]]);
    let columns = [column("n", Type::BigInt, Known::Guessed), column("t", Type::Text, Known::Declared)];
    let kept = Selection::Rows(Arc::new([1, 2, 3]));
    let batch = batch(kept, vec![Column::Field(0), Column::Field(1)]);
    let (encoded, refused) = encoder(Plan::new_table(&columns).cells, true).encode(&rows, &batch);
    let words = |text: &str| {
        format!(
            "{text:?} is not a bigint, as which column n was guessed from the sample; declare it, as in --columns 'n:text', or cast it in the query where the input has no column n"
        )
    };
    assert_eq!(messages(&refused), [(1, words("no").as_str()), (3, words("nor").as_str())]);
    assert_eq!(refused[0].column.as_deref(), Some("n"));
    // Eight for the number, one for the text, three for the raw record.
    assert_eq!(encoded.ends, [12]);
    assert_eq!(encoded.origins[0].line, 4);
    let Payload::Columns(columns) = encoded.payload else { panic!("not columns") };
    assert_eq!(columns[0].as_primitive::<crate::arrow::datatypes::Int64Type>().values(), &[2]);
}

#[test]
fn a_row_with_two_bad_columns_is_refused_once() {
    let rows = Rows(vec![vec!["no", "nor"]]);
    let columns = [column("a", Type::BigInt, Known::Declared), column("b", Type::Double, Known::Declared)];
    let batch = batch(Selection::All(1), vec![Column::Field(0), Column::Field(1)]);
    let (encoded, refused) = encoder(Plan::new_table(&columns).cells, false).encode(&rows, &batch);
    assert_eq!(messages(&refused), [(0, "\"no\" is not a bigint, as which column a is declared (also bad: b)")]);
    assert_eq!((encoded.rows(), encoded.origins.len()), (0, 0));
}

/// How a text reaches a column of this declared type, where the sample made the input a bigint.
fn check_untouched(declared: &str, text: &'static str, expected: &str) {
    let rows = Rows(vec![vec![text]]);
    let batch = batch(Selection::All(1), vec![Column::Field(0)]);
    let (encoded, refused) = encoder(into(declared, Type::BigInt), true).encode(&rows, &batch);
    if let [refused] = refused.as_slice() {
        return assert_eq!(refused.message.split(';').next(), Some(expected));
    }
    let Payload::Columns(columns) = encoded.payload else { panic!("not columns") };
    let data_type = columns[0].data_type();
    let ty = match data_type {
        DataType::Int64 => Type::BigInt,
        DataType::Float64 => Type::Double,
        _ => Type::Text,
    };
    assert_eq!(format!("{data_type:?} {}", to_text(&columns[0], ty, chrono_tz::Tz::UTC).value(0)), expected);
}

#[test]
fn the_table_decides_how_an_untouched_column_is_read() {
    check_untouched("INTEGER", "7", "Int64 7");
    check_untouched("REAL", "7", "Float64 7");
    check_untouched("NUMERIC", "7", "Utf8 7");
    for declared in ["TEXT", ""] {
        check_untouched(declared, "07", "Utf8 07");
    }
    check_untouched("DATETIME", "7", "Utf8 7");
    let changed =
        "\"07\" would be changed by the affinity of column A of table t, whose declared type makes numbers of texts";
    check_untouched("DATETIME", "07", changed);
    for declared in ["INTEGER", "REAL", "NUMERIC"] {
        check_untouched(declared, "07", "\"07\" begins with zeros that a number does not keep");
    }
}

#[test]
fn a_numeric_column_takes_only_numbers() {
    let rows = Rows(vec![vec!["123456789012345678"], vec!["x"]]);
    let batch = batch(Selection::All(2), vec![Column::Field(0)]);
    let (encoded, refused) = encoder(into("NUMERIC", Type::Text), true).encode(&rows, &batch);
    assert_eq!(messages(&refused), [(1, "\"x\" is not a double, which column A of table t takes")]);
    assert_eq!(encoded.ends, [36]);
}

#[test]
fn computed_integers_are_widened() {
    let array: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
    let cells = Plan::new_table(&[column("n", Type::Integer, Known::Declared)]).cells;
    let batch = batch(Selection::All(2), vec![Column::Values(array)]);
    let (encoded, _) = encoder(cells, false).encode(&Rows(vec![vec!["x"]; 2]), &batch);
    let Payload::Columns(columns) = encoded.payload else { panic!("not columns") };
    assert_eq!((columns[0].data_type(), columns[0].null_count()), (&DataType::Int64, 1));
    assert_eq!(encoded.ends, [8, 16]);
}
