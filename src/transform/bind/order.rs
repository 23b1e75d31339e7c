//! `order by`: by an output column's place or name, or by any expression.

use anyhow::Result;
use sqlparser::ast::{self, OrderByExpr, OrderBySort};

use super::Binder;
use super::coerce::excerpt;
use super::scope::matches;
use crate::transform::plan::Expr;
use crate::types::{OutputColumn, Type};

/// One term, bound.
pub struct Term {
    pub expr: Expr,
    /// The output column that it is, where it is one.
    pub output: Option<usize>,
    pub descending: bool,
    pub nulls_first: bool,
}

impl Binder<'_> {
    /// The terms of an order over the output columns and whatever they are computed from.
    pub fn terms(&self, terms: &[OrderByExpr], outputs: &[(OutputColumn, Expr)]) -> Result<Vec<Term>> {
        terms.iter().map(|term| self.term(term, outputs)).collect()
    }

    fn term(&self, term: &OrderByExpr, outputs: &[(OutputColumn, Expr)]) -> Result<Term> {
        let (expr, output) = self.output_or_any(&term.expr, outputs, "order by")?;
        if expr.ty == Type::Interval {
            return Err(self.source.at(&term.expr, "rows cannot be ordered by an interval"));
        }
        self.has_order(&expr, &term.expr)?;
        let output = output.or_else(|| outputs.iter().position(|(_, other)| other.same(&expr)));
        let descending = matches!(term.options.sort, Some(OrderBySort::Desc));
        // NULL counts as larger than everything.
        Ok(Term { expr, output, descending, nulls_first: term.options.nulls_first.unwrap_or(descending) })
    }

    /// JSON has no order, for it may be of any kind.
    pub fn has_order(&self, expr: &Expr, at: &ast::Expr) -> Result<()> {
        if expr.ty != Type::Json {
            return Ok(());
        }
        let what = excerpt(at);
        let message = format!("json has no order; write cast({what} as text), or take a value of it: {what} ->> 'key'");
        Err(self.source.at(at, message))
    }

    /// A key of `distinct on`, whose names mean what they mean in an order.
    pub fn distinct_key(&self, key: &ast::Expr, outputs: &[(OutputColumn, Expr)]) -> Result<Expr> {
        let (expr, _) = self.output_or_any(key, outputs, "distinct on")?;
        match expr.ty {
            Type::Interval => Err(self.source.at(key, "rows cannot be told apart by an interval")),
            _ => Ok(expr),
        }
    }

    /// An output column, and which, or any other expression.
    fn output_or_any(
        &self,
        node: &ast::Expr,
        outputs: &[(OutputColumn, Expr)],
        clause: &str,
    ) -> Result<(Expr, Option<usize>)> {
        let index = self.output_at(node, outputs, clause)?;
        match index.and_then(|index| outputs.get(index)) {
            Some((_, expr)) => Ok((expr.clone(), index)),
            None => Ok((self.typed(node)?, None)),
        }
    }

    /// The output column that a whole number or a name alone means.
    fn output_at(&self, node: &ast::Expr, outputs: &[(OutputColumn, Expr)], clause: &str) -> Result<Option<usize>> {
        if let Some(place) = place(node) {
            return match (1..=outputs.len()).contains(&place) {
                true => Ok(Some(place - 1)),
                false => Err(self.source.at(node, out_of_range(clause, place, outputs.len()))),
            };
        }
        let ast::Expr::Identifier(name) = node else { return Ok(None) };
        Ok(outputs.iter().position(|(output, _)| matches(name, &output.name)))
    }
}

/// A whole number that stands alone means the column in that place.
pub fn place(node: &ast::Expr) -> Option<usize> {
    match node {
        ast::Expr::Value(value) => match &value.value {
            ast::Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

pub fn out_of_range(clause: &str, place: usize, columns: usize) -> String {
    format!("{clause} {place}: the select list has no column in that place, it has {columns}")
}
