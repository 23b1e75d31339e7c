//! Evaluation while the query is bound: constants are computed once, and every call is tried over no rows, so that wrong
//! constants are found before the first row is read.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::new_null_array;

use super::Evaluation;
use super::value::column;
use crate::batch::{InputFile, Origin, Parsed, Records, Selection};
use crate::transform::function::{Arguments, Value};
use crate::transform::plan::{Expr, Node};
use crate::types::{Session, Typing};

/// The expression as a constant where it depends on no row; an error is the message of its failure.
pub fn fold(expr: Expr, session: &Session) -> Result<Expr, String> {
    if !arguments_are_constant(&expr) {
        return try_call(&expr, session).map(|()| expr);
    }
    let nothing = Nothing(InputFile { index: 0, path: PathBuf::new() });
    let mut evaluation = Evaluation::new(&nothing, &[], session);
    let value = evaluation.value(&expr, &Selection::All(1));
    match evaluation.refusals.message() {
        Some(message) => Err(message.to_string()),
        None => Ok(Expr { node: Node::Constant(column(&value, 1)), ty: expr.ty }),
    }
}

fn arguments_are_constant(expr: &Expr) -> bool {
    match expr.node {
        Node::Constant(_) | Node::Column(_) | Node::RawText(_) | Node::File | Node::Line => false,
        _ => expr.arguments().iter().all(|argument| argument.constant().is_some()),
    }
}

fn try_call(expr: &Expr, session: &Session) -> Result<(), String> {
    let Node::Call { function, arguments } = &expr.node else { return Ok(()) };
    let empty = |argument: &Expr| match argument.constant() {
        Some(array) => Value::Constant(array.clone()),
        None => Value::Column(new_null_array(&argument.ty.arrow(), 0)),
    };
    let values: Vec<Value> = arguments.iter().map(empty).collect();
    (function.kernel)(&Arguments { values: &values, rows: 0, result: expr.ty, session }).map(|_| ())
}

/// One row without columns.
struct Nothing(InputFile);

impl Records for Nothing {
    fn len(&self) -> usize {
        1
    }

    fn text(&self, _: usize, _: usize) -> Option<Cow<'_, str>> {
        None
    }

    fn parse(&self, _: usize, typing: &Typing, selection: &Selection) -> Parsed {
        Parsed { array: new_null_array(&typing.ty.arrow(), selection.len()), failures: Vec::new() }
    }

    fn verbatim(&self, _: usize, _: RangeInclusive<usize>, _: u8) -> Option<&[u8]> {
        None
    }

    fn origin(&self, _: usize) -> Origin {
        let file = Arc::new(InputFile { index: 0, path: PathBuf::new() });
        Origin { file, line: 0, offset: 0, record: 0, raw: Vec::new() }
    }

    fn file(&self) -> &InputFile {
        &self.0
    }

    fn lines(&self, selection: &Selection) -> Vec<u64> {
        vec![0; selection.len()]
    }
}
