//! Evaluation while the query is bound: constants are computed once, and every call is tried over no rows, so that wrong
//! constants are found before the first row is read. A number that cannot be computed with, as in `1/0`, is left to the
//! rows: those that need its value are refused, and those of `case when false then 1/0 else 5 end` are none.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::arrow::array::{ArrayRef, StringArray, new_null_array};

use super::Evaluation;
use super::budget::{MOST_OF_ROW, TOO_LONG};
use super::value::column;
use crate::batch::{Computed, InputFile, Records, RowOrigin, Selection, Spot};
use crate::transform::cast::cast;
use crate::transform::function::{Arguments, Value};
use crate::transform::plan::{Expr, Node};
use crate::types::{Session, Type, Typing};

/// The expression as a constant where it depends on no row and can be computed; an error is one of a text in it.
pub fn fold(expr: Expr, session: &Session) -> Result<Expr, String> {
    if !arguments_are_constant(&expr) {
        return try_call(&expr, session).map(|()| expr);
    }
    let nothing = Nothing::new(1);
    let mut evaluation = Evaluation::new(&nothing, &[], session);
    let value = evaluation.value(&expr, &Selection::All(1));
    if evaluation.text.is_exceeded() {
        return Err(TOO_LONG.to_owned());
    }
    match evaluation.refusals.message() {
        Some(message) if has_text(&expr) => Err(message.to_string()),
        Some(_) => Ok(expr),
        None => Ok(Expr { node: Node::Constant(column(&value, 1)), ty: expr.ty }),
    }
}

fn arguments_are_constant(expr: &Expr) -> bool {
    match expr.node {
        Node::Constant(_) | Node::Column(_) | Node::RawText(_) | Node::Token(_) => false,
        Node::File | Node::Line | Node::Matched(_) => false,
        _ => expr.arguments().iter().all(|argument| argument.constant().is_some()),
    }
}

/// Calls over no rows and then over a few unlike values: where each fails with the same words, the constants are to blame,
/// such as a bad regular expression, and the author of the query is told.
fn try_call(expr: &Expr, session: &Session) -> Result<(), String> {
    let Node::Call { function, arguments, memo } = &expr.node else { return Ok(()) };
    let call = |sample: Option<usize>| {
        let values: Vec<Value> = arguments.iter().map(|argument| trial(argument, sample, session)).collect();
        let rows = usize::from(sample.is_some());
        let (valid, most_text) = (function.nulls.valid(&values, rows), MOST_OF_ROW);
        let call = Arguments { values: &values, rows, valid, result: expr.ty, session, most_text, memo };
        match (function.kernel)(&call) {
            Ok(results) => results.failures.into_iter().next().map(|failure| failure.message),
            Err(fault) => Some(fault.message()),
        }
    };
    if let Some(message) = call(None) {
        return Err(message);
    }
    if !has_text(expr) {
        return Ok(());
    }
    match call(Some(0)) {
        Some(message) if (1..SAMPLES).all(|sample| call(Some(sample)).as_ref() == Some(&message)) => Err(message),
        _ => Ok(()),
    }
}

/// A pattern, a unit, a template: only texts can be wrong by themselves. A division by zero is an error of its rows. Beside
/// a text a number counts as a part of it, so that a `repeat` of too many is refused even where no row asks for it.
fn has_text(expr: &Expr) -> bool {
    expr.arguments().iter().any(|argument| argument.ty == Type::Text && argument.constant().is_some())
}

/// How many values of each type are tried.
const SAMPLES: usize = 3;

fn trial(argument: &Expr, sample: Option<usize>, session: &Session) -> Value {
    match (argument.constant(), sample) {
        (Some(array), _) => Value::Constant(array.clone()),
        (None, None) => Value::Column(new_null_array(&argument.ty.arrow(), 0)),
        (None, Some(sample)) => {
            let text: ArrayRef = Arc::new(StringArray::from(vec![samples(argument.ty)[sample % SAMPLES]]));
            Value::Column(cast(&text, Type::Text, argument.ty, session).array)
        }
    }
}

fn samples(ty: Type) -> [&'static str; SAMPLES] {
    match ty {
        Type::Boolean => ["true", "false", "true"],
        Type::Integer | Type::BigInt | Type::Double | Type::Decimal { .. } => ["0", "1", "-1"],
        Type::Text => ["", "a", "7"],
        Type::Date => ["1970-01-01", "2024-02-29", "1999-12-31"],
        Type::Time => ["00:00:00", "12:34:56", "23:59:59"],
        Type::Timestamp | Type::TimestampTz => ["1970-01-01 00:00:00", "2024-02-29 12:34:56", "1999-12-31 23:59:59"],
        Type::Json => ["{}", "[]", "1"],
        Type::Interval => ["0 days", "1 month", "-1 day"],
    }
}

/// Rows without columns.
pub struct Nothing {
    rows: usize,
    file: InputFile,
}

impl Nothing {
    pub fn new(rows: usize) -> Nothing {
        Nothing { rows, file: InputFile::new(0, "") }
    }
}

impl Records for Nothing {
    fn len(&self) -> usize {
        self.rows
    }

    fn text(&self, _: usize, _: usize) -> Option<Cow<'_, str>> {
        None
    }

    fn parse(&self, _: usize, typing: &Typing, selection: &Selection) -> Computed {
        Computed { array: new_null_array(&typing.ty.arrow(), selection.len()), failures: Vec::new() }
    }

    fn verbatim(&self, _: usize, _: RangeInclusive<usize>, _: u8) -> Option<&[u8]> {
        None
    }

    fn spot(&self, _: usize) -> Spot {
        Spot { at: 0, line: 0, offset: 0 }
    }

    fn origin(&self, _: usize) -> RowOrigin {
        let file = Arc::new(InputFile::new(0, ""));
        RowOrigin { file, line: 0, offset: 0, record: 0, raw: Vec::new() }
    }

    fn file(&self) -> &InputFile {
        &self.file
    }

    fn lines(&self, selection: &Selection) -> Vec<u64> {
        vec![0; selection.len()]
    }
}
