//! What may stand beside `group by`: its keys, aggregates, and what is computed of these.

use std::cell::RefCell;

use anyhow::Result;
use sqlparser::ast;

use super::aggregate::{self, is_aggregate};
use super::{Binder, Bound, chain};
use crate::transform::gather::Aggregate;
use crate::transform::plan::{Expr, Node};
use crate::types::{InputColumn, Type};

/// The keys of a select, and the aggregates met so far.
pub struct Grouping<'a> {
    /// Binds what is computed of single rows: keys and arguments.
    pub rows: &'a Binder<'a>,
    pub keys: Vec<Expr>,
    /// What the keys are in a group's row.
    pub columns: Vec<InputColumn>,
    /// What is computed of each row: the keys, and then the arguments of the aggregates.
    pub items: RefCell<Vec<Expr>>,
    pub aggregates: RefCell<Vec<Aggregate>>,
}

impl<'a> Grouping<'a> {
    pub fn new(rows: &'a Binder<'a>, keys: Vec<Expr>) -> Grouping<'a> {
        let key = |expr: &Expr| chain::key(&rows.output(rows.read_name(expr), expr), expr);
        let (items, columns): (Vec<Expr>, Vec<InputColumn>) = keys.iter().map(key).unzip();
        Grouping { rows, keys, columns, items: RefCell::new(items), aggregates: RefCell::default() }
    }

    /// A column of a group's row.
    pub fn column(&self, column: usize) -> Option<InputColumn> {
        match column.checked_sub(self.columns.len()) {
            None => self.columns.get(column).cloned(),
            Some(place) => self.aggregates.borrow().get(place).map(aggregate::column),
        }
    }

    /// An expression over a group, where it is a key, an aggregate, or depends on no row; `None` where its parts tell.
    pub fn bind(&self, node: &ast::Expr) -> Result<Option<Bound>> {
        if let ast::Expr::Function(function) = node
            && is_aggregate(&function.name.to_string().to_lowercase())
            && function.over.is_none()
        {
            return self.aggregate(function, node).map(Bound::Typed).map(Some);
        }
        self.rows.met_aggregate.set(false);
        let bound = match self.rows.bind(node) {
            Ok(bound) => bound,
            Err(_) if self.rows.met_aggregate.get() => return Ok(None),
            Err(error) => return Err(error),
        };
        let Bound::Typed(expr) = bound else { return Ok(Some(bound)) };
        if expr.constant().is_some() {
            return Ok(Some(Bound::Typed(expr)));
        }
        if let Some(key) = self.keys.iter().position(|key| key.same(&expr)) {
            return Ok(Some(Bound::Typed(Expr { node: Node::Column(key), ty: expr.ty })));
        }
        let is_text = |key: &Expr| self.rows.whole_text(key).is_some_and(|text| text.same(&expr));
        if let Some(key) = self.keys.iter().position(is_text) {
            return Ok(Some(Bound::Typed(Expr { node: Node::RawText(key), ty: Type::Text })));
        }
        match expr.node {
            Node::Column(_) | Node::RawText(_) | Node::File | Node::Line => {
                let message = format!("{node} must stand in group by or inside an aggregate, such as min({node})");
                let whole = self.rows.source.whole_query(&format!(" … group by {node}"));
                Err(self.rows.source.at(node, message + &whole))
            }
            _ => Ok(None),
        }
    }

    /// Where a column of the rows gathered stands, added if there is none such.
    pub fn item(&self, expr: Expr) -> usize {
        let mut items = self.items.borrow_mut();
        let found = items.iter().position(|item| item.same(&expr));
        found.unwrap_or_else(|| {
            items.push(expr);
            items.len() - 1
        })
    }
}
