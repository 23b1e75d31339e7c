//! Thousands of random expressions over random rows: whole columns, the same rows one by one, and an evaluation of the same
//! plan that knows no columns say the same of every row, refusals included.
//!
//! `GRISTMILL_EXPRESSIONS=20000 GRISTMILL_SEED=7 cargo test --lib agree` asks for more of them, or others.

mod calls;
mod chance;
mod choose;
mod kernels;
mod order;
mod samples;
mod single;
mod write;

use crate::transform::MOST_OF_ROW;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::records::Cells;
use super::{cell, columns, query};
use crate::arrow::array::Array;
use crate::batch::{Column, Records, Refused};
use crate::transform::function::Function;
use crate::transform::functions::signature;
use crate::transform::plan::{Expr, Node};
use crate::transform::{Query, TooMuchText, functions};
use crate::types::{Known, Type};
use chance::Chance;
use single::{Fate, Single};
use write::{Calls, Writer};

/// `scripts/test.sh` asks for 20,000.
const EXPRESSIONS: u64 = 4_000;
/// Also more than a word of bits.
const ROWS: [usize; 6] = [1, 5, 8, 10, 12, 70];
const DEPTH: usize = 3;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn random_expressions_agree() {
    let (first, count) = (setting("GRISTMILL_SEED", 1) << 32, setting("GRISTMILL_EXPRESSIONS", EXPRESSIONS));
    let (calls, tried, given_up) = (write::calls(), AtomicUsize::new(0), AtomicUsize::new(0));
    (0..count).into_par_iter().for_each(|index| {
        let (sql, query, records, attempts) = case(first + index, &calls);
        tried.fetch_add(attempts, Ordering::Relaxed);
        match fates(&query, &records, &(0..records.len()).collect::<Vec<_>>(), MOST_OF_ROW) {
            Ok(fates) => compare(&format!("expression {index}: {sql}"), &query, &records, &fates),
            Err(TooMuchText) => _ = given_up.fetch_add(1, Ordering::Relaxed),
        }
    });
    let (tried, given_up) = (tried.into_inner(), given_up.into_inner());
    let few = tried < 2 * count as usize && given_up <= count as usize / 100;
    assert!(few, "{count} queries of {tried} written, {given_up} with too much text");
}

/// The first query of a seed that the binder takes, and rows for it.
fn case(seed: u64, calls: &Calls) -> (String, Query, Cells, usize) {
    let mut writer = Writer { chance: Chance::new(seed), calls };
    for attempt in 1.. {
        let sql = sql(&mut writer);
        if let Ok(query) = query(&sql, samples::INPUT) {
            let types: Vec<(Type, bool)> =
                columns(samples::INPUT).iter().map(|input| (input.typing.ty, input.known == Known::Guessed)).collect();
            let rows = (0..*writer.chance.pick(&ROWS)).map(|_| samples::row(&types, &mut writer.chance)).collect();
            return (sql, query, Cells::of(rows), attempt);
        }
    }
    unreachable!()
}

fn sql(writer: &mut Writer) -> String {
    // An interval can be computed with, not selected.
    let item = |writer: &mut Writer| match writer.any_type() {
        Type::Interval => format!("cast({} as text)", writer.expression(Type::Interval, DEPTH)),
        ty => writer.expression(ty, DEPTH),
    };
    let mut sql = format!("select {} as y", item(writer));
    if writer.chance.one_in(3) {
        sql += &format!(", {} as z, s", item(writer));
    }
    sql += " from input";
    if writer.chance.one_in(3) {
        sql += &format!(" where {}", writer.expression(Type::Boolean, DEPTH));
    }
    sql
}

/// How much text may be held decides how rows are taken apart, and not what comes of them.
#[test]
fn room_for_text_changes_nothing() {
    let (first, count) = (setting("GRISTMILL_SEED", 1) << 32, setting("GRISTMILL_EXPRESSIONS", EXPRESSIONS) / 4);
    let (calls, divided) = (write::calls(), AtomicUsize::new(0));
    (0..count).into_par_iter().for_each(|index| {
        let (sql, query, records, _) = case(first + index, &calls);
        let rows: Vec<usize> = (0..records.len()).collect();
        let Ok(whole) = fates(&query, &records, &rows, MOST_OF_ROW) else { return };
        let most = *Chance::new(first + index).pick(&[0, 10, 100, 1000]);
        let parts = taken_apart(&query, &records, 0, most, &divided);
        assert_eq!(parts, whole, "in {most} bytes, expression {index}: {sql}\n{records}");
    });
    let divided = divided.into_inner();
    assert!(divided > count as usize, "{count} queries were divided {divided} times");
}

/// What becomes of rows of which only so much text may be held, but for one alone; the first of them is row `first`.
fn taken_apart(query: &Query, records: &Cells, first: usize, most: usize, divided: &AtomicUsize) -> Vec<Fate> {
    let rows: Vec<usize> = (first..first + records.len()).collect();
    match (fates(query, records, &rows, most), records.len()) {
        (Ok(fates), _) => fates,
        (Err(TooMuchText), 1) => {
            fates(query, records, &rows, MOST_OF_ROW).expect("one row has the text that it asks for")
        }
        (Err(TooMuchText), count) => {
            divided.fetch_add(1, Ordering::Relaxed);
            let (left, right) = (records.part(0..count / 2), records.part(count / 2..count));
            let mut fates = taken_apart(query, &left, first, most, divided);
            fates.extend(taken_apart(query, &right, first + count / 2, most, divided));
            fates
        }
    }
}

/// A function that no query calls is one whose calls the writer has to be taught.
#[test]
fn every_function_is_called() {
    let calls = write::calls();
    // Without arguments it is a constant by now.
    let of_rows = functions::all().filter(|function| !function.parameters.is_empty());
    let mut missing: HashSet<*const Function> = of_rows.map(std::ptr::from_ref).collect();
    for seed in 0..4_000 {
        let (_, query, ..) = case(seed, &calls);
        query.first.filter.iter().chain(&query.first.items).for_each(|expr| strike(expr, &mut missing));
        if missing.is_empty() {
            return;
        }
    }
    let missing = functions::all().filter(|function| missing.contains(&std::ptr::from_ref(*function)));
    panic!("never called: {:?}", missing.map(|function| signature(function.name, &[function])).collect::<Vec<_>>());
}

fn strike(expr: &Expr, missing: &mut HashSet<*const Function>) {
    if let Node::Call { function, .. } = &expr.node {
        missing.remove(&std::ptr::from_ref(*function));
    }
    expr.arguments().into_iter().for_each(|argument| strike(argument, missing));
}

/// What becomes of each row of a chunk; they are `rows` of a larger one.
fn fates(query: &Query, records: &Cells, rows: &[usize], most_text: usize) -> Result<Vec<Fate>, TooMuchText> {
    let batch = query.first.mill(records, most_text)?;
    let mut fates: Vec<Fate> = rows.iter().map(|_| Fate::Filtered).collect();
    for index in 0..batch.kept.len() {
        let row = batch.kept.row(index);
        let cells = batch.columns.iter().zip(&query.columns).map(|(column, output)| match column {
            Column::Field(column) => records.text(row, *column).map(|text| text.into_owned()),
            Column::Texts(texts) => texts.is_valid(index).then(|| texts.value(index).to_owned()),
            Column::Values(array) => cell(array, output.typing.ty, index),
        });
        fates[row] = Fate::Kept(cells.collect());
    }
    for refused in batch.refused {
        let row = refused.row;
        assert_eq!(fates[row], Fate::Filtered, "row {row} is both kept and refused");
        fates[row] = Fate::Refused(Refused { row: rows[row], ..refused });
    }
    let filtered = fates.iter().filter(|fate| **fate == Fate::Filtered).count();
    assert_eq!(filtered, batch.filtered);
    Ok(fates)
}

fn compare(sql: &str, query: &Query, records: &Cells, fates_of_columns: &[Fate]) {
    for (row, fate) in fates_of_columns.iter().enumerate() {
        let cells = || records.only(row).to_string();
        let alone =
            fates(query, &records.only(row), &[row], MOST_OF_ROW).expect("one row has the text that it asks for");
        assert_eq!(&alone[0], fate, "row {row} alone, and among others\n{sql}\n{}", cells());
        let single = Single::new(query, records, row).fate();
        assert_eq!(&single, fate, "row {row} by itself, and in columns\n{sql}\n{}", cells());
    }
}
