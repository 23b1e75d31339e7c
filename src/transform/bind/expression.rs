//! Every kind of expression, sent to the part that binds it.

use anyhow::Result;
use sqlparser::ast::{self, Ident, Value};

use super::scope::Name;
use super::{Binder, Bound, MAX_DEPTH, MAX_PUT_IN, literal};
use crate::transform::plan::{Expr, Node, Test};
use crate::types::Type;

impl Binder<'_> {
    pub fn expression(&self, node: &ast::Expr) -> Result<Bound> {
        use ast::Expr as E;
        match node {
            E::Identifier(name) => self.name(std::slice::from_ref(name)),
            E::CompoundIdentifier(parts) => self.name(parts),
            E::Nested(inner) => self.bind(inner),
            E::Value(value) => self.literal(&value.value, node),
            E::TypedString(literal) => self.typed_literal(literal, node),
            E::Interval(interval) => self.interval(interval, node),
            E::BinaryOp { left, op, right } => self.binary(left, op, right, node),
            E::UnaryOp { op, expr } => self.unary(op, expr, node),
            E::Like { .. } | E::ILike { .. } => self.like(node),
            E::IsNull(value) => self.is_null(value, node),
            E::IsNotNull(value) => self.negated(self.is_null(value, node)?, true, node),
            E::IsTrue(value) => self.is(Test::True, value, false, node),
            E::IsNotTrue(value) => self.is(Test::True, value, true, node),
            E::IsFalse(value) => self.is(Test::False, value, false, node),
            E::IsNotFalse(value) => self.is(Test::False, value, true, node),
            E::IsUnknown(value) => self.is(Test::Null, value, false, node),
            E::IsNotUnknown(value) => self.is(Test::Null, value, true, node),
            E::IsDistinctFrom(left, right) => self.distinct(left, right, false, node),
            E::IsNotDistinctFrom(left, right) => self.distinct(left, right, true, node),
            E::Between { expr, negated, low, high } => self.between(expr, low, high, *negated, node),
            E::InList { expr, list, negated } => self.in_list(expr, list, *negated, node),
            E::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), node)
            }
            E::Cast { kind, expr, data_type, format } => self.cast(kind, expr, data_type, format.is_some(), node),
            E::Function(function) => self.function(function, node),
            _ => self.special(node),
        }
    }

    fn name(&self, parts: &[Ident]) -> Result<Bound> {
        Ok(Bound::Typed(match self.scope.resolve(parts, self.source)? {
            Name::Column(index) => self.put_in(index, parts)?,
            Name::File => Expr { node: Node::File, ty: Type::Text },
            Name::Line => Expr { node: Node::Line, ty: Type::BigInt },
        }))
    }

    /// A column, which a sub-select may have computed: sub-selects of sub-selects, as `x + x` of `x + x`, end somewhere.
    fn put_in(&self, index: usize, parts: &[Ident]) -> Result<Expr> {
        let (nodes, depth) = self.scope.columns.get(index).map_or((1, 1), |column| column.expr.extent());
        let place = parts.last().map_or_else(|| Ident::new(""), Ident::clone);
        if self.depth.get() + depth - 1 > MAX_DEPTH {
            let message =
                format!("with what sub-selects compute, the expression is nested more than {MAX_DEPTH} levels deep");
            return Err(self.source.at_name(&place, message));
        }
        self.put_in.set(self.put_in.get() + nodes - 1);
        if self.put_in.get() > MAX_PUT_IN {
            let message = format!("what sub-selects compute stands here more than {MAX_PUT_IN} times");
            return Err(self.source.at_name(&place, message));
        }
        Ok(self.column(index))
    }

    pub fn column(&self, index: usize) -> Expr {
        match self.scope.columns.get(index) {
            Some(column) => column.expr.clone(),
            None => Expr { node: Node::Column(index), ty: Type::Text },
        }
    }

    fn literal(&self, value: &Value, at: &ast::Expr) -> Result<Bound> {
        match value {
            Value::Number(digits, _) => {
                literal::number(digits).map(Bound::Typed).map_err(|message| self.source.at(at, message))
            }
            Value::Boolean(truth) => Ok(Bound::Typed(literal::boolean(*truth))),
            Value::Null => Ok(Bound::Null),
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) | Value::UnicodeStringLiteral(text) => {
                Ok(Bound::Literal(text.clone()))
            }
            Value::DollarQuotedString(text) => Ok(Bound::Literal(text.value.clone())),
            Value::Placeholder(_) => {
                Err(self.source.at(at, "parameters are not supported; use ${NAME} in the job file"))
            }
            _ => Err(self.source.at(at, "this kind of literal is not supported")),
        }
    }
}
