//! What queries mean, which are refused and with what words, and that whole columns say the same as single rows.

mod records;
mod evaluation;
mod typing;
mod failures;
mod budget;
mod refused;
mod properties;
mod identity;
mod joins;
mod naive_joins;
mod agree;

use std::panic::resume_unwind;
use std::sync::Arc;

use crate::arrow::array::{Array, ArrayRef};
use crate::transform::MOST_OF_ROW;

use self::records::Cells;
use super::{Query, Sources, lookup, on_deep_stack, parse};
use crate::batch::{Batch, Column, Records};
use crate::format::value::to_text;
use crate::job::QueryText;
use crate::types::{InputColumn, Known, OutputColumn, Session, Type, Typing};

/// 2024-01-31 12:00:00 UTC.
const NOW: i64 = 1_706_702_400_000_000;

fn session() -> Session {
    Session { zone: chrono_tz::Europe::Berlin, now: NOW }
}

/// `a bigint, b ?double`: a question mark is a guessed type.
fn columns(text: &str) -> Vec<InputColumn> {
    let column = |text: &str| {
        let (name, ty) = text.trim().split_once(' ').expect("a name and a type");
        let (known, ty) = ty.strip_prefix('?').map_or((Known::Declared, ty), |ty| (Known::Guessed, ty));
        InputColumn {
            name: name.replace('~', " "),
            typing: Typing::from(ty.parse::<crate::types::Type>().expect("a type")),
            known,
            is_json: false,
        }
    };
    text.split("; ").map(column).collect()
}

/// The columns that most cases are about.
const COLUMNS: &str = "i integer; n bigint; d double; m decimal(12,2); s text; b boolean; day date; ts timestamp; \
                       tz timestamptz; g ?bigint; w ?text";

fn query(sql: &str, input: &str) -> anyhow::Result<Query> {
    let text = QueryText::Sql { text: sql.to_string(), origin: "job.toml: transform.sql".to_string() };
    bind(&text, None, &columns(input), session())
}

/// Binds a query that may join the lookups of `joins`.
fn bind(text: &QueryText, limit: Option<u64>, columns: &[InputColumn], session: Session) -> anyhow::Result<Query> {
    bind_with(&joins::lookups(), text, limit, columns, session)
}

fn bind_with(
    lookups: &[Arc<lookup::LookupTable>],
    text: &QueryText,
    limit: Option<u64>,
    columns: &[InputColumn],
    session: Session,
) -> anyhow::Result<Query> {
    let names: Vec<String> = lookups.iter().map(|lookup| lookup.name.clone()).collect();
    let lookups: Vec<_> = lookups.iter().cloned().map(Some).collect();
    on_deep_stack(|| super::bind(parse(text, &names)?, limit, &Sources { columns, lookups: &lookups, session }))
        .unwrap_or_else(|panic| resume_unwind(panic))
}

fn bound(sql: &str, input: &str) -> Query {
    query(sql, input).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Rows of a batch as texts, `-` for NULL.
fn rows(batch: &Batch, outputs: &[OutputColumn], records: &dyn Records) -> Vec<String> {
    let cells = |index: usize| {
        let cell = |(column, output): (&Column, &OutputColumn)| match column {
            Column::Field(column) => records.text(batch.kept.row(index), *column).map(|text| text.into_owned()),
            Column::Texts(texts) => texts.is_valid(index).then(|| texts.value(index).to_string()),
            Column::Values(array) => cell(array, output.typing.ty, index),
        };
        let columns = batch.columns.iter().zip(outputs);
        columns.map(|column| cell(column).unwrap_or("-".into())).collect::<Vec<_>>().join(" | ")
    };
    (0..batch.kept.len()).map(cells).collect()
}

fn cell(array: &ArrayRef, ty: Type, index: usize) -> Option<String> {
    let text = to_text(&array.slice(index, 1), ty, session().zone);
    text.is_valid(0).then(|| text.value(0).to_string())
}

/// Mills rows of text cells, `-` for NULL, and compares what comes out.
fn check(sql: &str, input: &str, cells: &[&str], expected: &[&str]) {
    let records = Cells::new(cells);
    let query = bound(sql, input);
    let batch = query.first.mill(&records, MOST_OF_ROW).unwrap();
    let refused: Vec<&str> = batch.refused.iter().map(|refused| refused.message.as_str()).collect();
    assert!(refused.is_empty(), "{sql}: {refused:?}");
    assert_eq!(rows(&batch, &query.columns, &records), expected, "{sql}");
    assert_eq!(batch.kept.len() + batch.filtered, records.len(), "{sql}");
}

/// The value of an expression over no column worth mentioning.
fn is(expression: &str, expected: &str) {
    check(&format!("select ({expression}) as x from input"), "c text", &["-"], &[expected]);
}

/// The value of an expression over the usual columns.
fn over(cells: &str, expression: &str, expected: &str) {
    check(&format!("select {expression} as x from input"), COLUMNS, &[cells], &[expected]);
}
