//! `case`, `coalesce`, `nullif`, `greatest` and `least`: each value is evaluated only in the rows that take it.

use crate::arrow::array::{Array, ArrayRef, new_null_array};
use crate::arrow::buffer::NullBuffer;
use crate::arrow::compute::interleave;

use super::budget::{TextBudget, text_bytes};
use super::value::{booleans, clear, is_true, take};
use super::{Evaluation, compare};
use crate::batch::Selection;
use crate::transform::function::Value;
use crate::transform::pick::sure;
use crate::transform::plan::{Branch, Comparison, Expr};
use crate::types::Type;

/// A column put together from the values of several branches.
struct Mosaic {
    ty: Type,
    /// Bytes of text, at most.
    text: usize,
    arrays: Vec<ArrayRef>,
    /// For each row its array and the index in it. Array 0 holds one NULL.
    places: Vec<(usize, usize)>,
}

impl Mosaic {
    fn new(ty: Type, rows: usize) -> Mosaic {
        Mosaic { ty, text: 0, arrays: vec![new_null_array(&ty.arrow(), 1)], places: vec![(0, 0); rows] }
    }

    /// `value` holds the values of `rows`.
    fn place(&mut self, value: &Value, rows: &[u32]) {
        let array = self.arrays.len();
        self.text = self.text.saturating_add(text(value, rows.len()));
        self.arrays.push(value.array().clone());
        for (index, row) in rows.iter().enumerate() {
            self.places[*row as usize] = (array, value.index(index));
        }
    }

    fn finish(self, budget: &mut TextBudget) -> Value {
        if !budget.allows(self.text) {
            return Value::Column(new_null_array(&self.ty.arrow(), self.places.len()));
        }
        let arrays: Vec<&dyn Array> = self.arrays.iter().map(|array| array.as_ref()).collect();
        Value::Column(sure(interleave(&arrays, &self.places)))
    }
}

impl Evaluation<'_> {
    pub fn case(
        &mut self,
        operand: Option<&Expr>,
        branches: &[Branch],
        otherwise: Option<&Expr>,
        ty: Type,
        rows: &Selection,
    ) -> Value {
        let operand = operand.map(|operand| self.value(operand, rows));
        let mut mosaic = Mosaic::new(ty, rows.len());
        let mut open: Vec<u32> = (0..rows.len() as u32).collect();
        for branch in branches {
            if open.is_empty() {
                break;
            }
            let condition = self.value(&branch.condition, &Evaluation::narrow(rows, &open));
            let condition = match &operand {
                Some(operand) => compare::compare(Comparison::Eq, &take(operand, &open), &condition, open.len()),
                None => condition,
            };
            let (chosen, rest) = split(&open, &condition);
            self.put(&mut mosaic, &branch.result, &chosen, rows);
            open = rest;
        }
        if let Some(otherwise) = otherwise {
            self.put(&mut mosaic, otherwise, &open, rows);
        }
        mosaic.finish(&mut self.text)
    }

    fn put(&mut self, mosaic: &mut Mosaic, result: &Expr, chosen: &[u32], rows: &Selection) {
        if !chosen.is_empty() {
            let value = self.value(result, &Evaluation::narrow(rows, chosen));
            mosaic.place(&value, chosen);
        }
    }

    pub fn coalesce(&mut self, values: &[Expr], ty: Type, rows: &Selection) -> Value {
        let mut mosaic = Mosaic::new(ty, rows.len());
        let mut open: Vec<u32> = (0..rows.len() as u32).collect();
        for value in values {
            if open.is_empty() {
                break;
            }
            let value = self.value(value, &Evaluation::narrow(rows, &open));
            mosaic.place(&value, &open);
            let mut index = 0..;
            open.retain(|_| index.next().is_some_and(|index| value.array().is_null(value.index(index))));
        }
        mosaic.finish(&mut self.text)
    }

    pub fn null_if(&mut self, value: &Expr, unless: &Expr, rows: &Selection) -> Value {
        let value = self.value(value, rows);
        let present: Vec<u32> = indexes(rows.len(), |row| value.array().is_valid(value.index(row)));
        let unless = self.value(unless, &Evaluation::narrow(rows, &present));
        let equal = compare::compare(Comparison::Eq, &take(&value, &present), &unless, present.len());
        let (equal, _) = split(&present, &equal);
        let mut keep = vec![true; rows.len()];
        equal.iter().for_each(|row| keep[*row as usize] = false);
        Value::Column(clear(&self.spread(&value, rows.len()), &NullBuffer::from(keep)))
    }

    /// The value that compares so with all others; NULLs do not take part.
    pub fn extreme(&mut self, comparison: Comparison, first: &Expr, others: &[Expr], rows: &Selection) -> Value {
        let mut best = self.value(first, rows);
        for other in others {
            let other = self.value(other, rows);
            if self.text.allows(text(&best, rows.len()).saturating_add(text(&other, rows.len()))) {
                best = better(comparison, best, other, rows.len());
            }
        }
        best
    }

    /// The text of the same value, the first of equals; `texts` are those of `values`.
    pub fn extreme_text(&mut self, comparison: Comparison, values: &[Expr], texts: &[Expr], rows: &Selection) -> Value {
        let mut winners = vec![0; rows.len()];
        let mut best: Option<Value> = None;
        for (place, value) in values.iter().enumerate() {
            let other = self.value(value, rows);
            best = Some(match best {
                None => other,
                Some(best) => {
                    let takes = takes(comparison, &best, &other, rows.len());
                    winners.iter_mut().zip(&takes).filter(|(_, takes)| **takes).for_each(|(winner, _)| *winner = place);
                    either(&takes, &best, &other)
                }
            });
        }
        let mut mosaic = Mosaic::new(Type::Text, rows.len());
        for (place, text) in texts.iter().enumerate() {
            self.put(&mut mosaic, text, &indexes(rows.len(), |row| winners[row] == place), rows);
        }
        mosaic.finish(&mut self.text)
    }
}

/// Bytes of text that a value comes to as a column.
fn text(value: &Value, rows: usize) -> usize {
    let bytes = text_bytes(value.array());
    if let Value::Constant(_) = value { bytes.saturating_mul(rows) } else { bytes }
}

fn better(comparison: Comparison, best: Value, other: Value, rows: usize) -> Value {
    either(&takes(comparison, &best, &other, rows), &best, &other)
}

/// Of each row whether the other value takes the place of the best so far.
fn takes(comparison: Comparison, best: &Value, other: &Value, rows: usize) -> Vec<bool> {
    let wins = compare::compare(comparison, other, best, rows);
    let (present, missing) = (other.valid(rows), best.valid(rows));
    let takes = |row: usize| {
        let has = |nulls: &Option<NullBuffer>| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        has(&present) && (!has(&missing) || is_true(booleans(&wins), wins.index(row)))
    };
    (0..rows).map(takes).collect()
}

fn either(takes: &[bool], best: &Value, other: &Value) -> Value {
    let place = |(row, takes): (usize, &bool)| if *takes { (1, other.index(row)) } else { (0, best.index(row)) };
    let places: Vec<(usize, usize)> = takes.iter().enumerate().map(place).collect();
    Value::Column(sure(interleave(&[best.array().as_ref(), other.array().as_ref()], &places)))
}

/// The rows where the condition is true, and the others.
fn split(open: &[u32], condition: &Value) -> (Vec<u32>, Vec<u32>) {
    let truth = booleans(condition);
    let mut chosen = Vec::new();
    let mut rest = Vec::new();
    for (index, row) in open.iter().enumerate() {
        let side = if is_true(truth, condition.index(index)) { &mut chosen } else { &mut rest };
        side.push(*row);
    }
    (chosen, rest)
}

fn indexes(rows: usize, holds: impl Fn(usize) -> bool) -> Vec<u32> {
    (0..rows).filter(|row| holds(*row)).map(|row| row as u32).collect()
}
