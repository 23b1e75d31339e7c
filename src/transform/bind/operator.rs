//! Operators: logic and comparison are forms of their own, all others are rows of the function table.

use anyhow::Result;
use sqlparser::ast::{self, BinaryOperator, UnaryOperator};

use super::identity::Meeting;
use super::{Binder, Bound};
use crate::transform::plan::{Comparison, Expr, Node, OnFailure, Test};
use crate::types::Type;

impl Binder<'_> {
    pub fn binary(&self, left: &ast::Expr, op: &BinaryOperator, right: &ast::Expr, at: &ast::Expr) -> Result<Bound> {
        use BinaryOperator as B;
        let comparison = match op {
            B::And | B::Or => return self.logic(op, at),
            B::Eq => Comparison::Eq,
            B::NotEq => Comparison::NotEq,
            B::Lt => Comparison::Lt,
            B::LtEq => Comparison::LtEq,
            B::Gt => Comparison::Gt,
            B::GtEq => Comparison::GtEq,
            // As one call: programs write chains of `||` over all columns too.
            B::StringConcat => return self.call("||", &chain(op, at), at),
            _ => return self.table_operator(left, op, right, at),
        };
        let (left, right) = match comparison {
            Comparison::Eq | Comparison::NotEq => self.identical_pair(left, right)?,
            _ => self.ordered_pair(left, right)?,
        };
        self.done(Node::Compare { comparison, left, right }, Type::Boolean, at)
    }

    /// `a and b and c` is one node however long it is: such chains are written by programs too.
    fn logic(&self, op: &BinaryOperator, at: &ast::Expr) -> Result<Bound> {
        let (is_and, place) = (*op == BinaryOperator::And, if *op == BinaryOperator::And { "and" } else { "or" });
        let terms = chain(op, at).into_iter().map(|node| self.condition(node, place)).collect::<Result<Vec<Expr>>>()?;
        self.done(if is_and { Node::And(terms) } else { Node::Or(terms) }, Type::Boolean, at)
    }

    /// Two values to be compared, in one type.
    pub fn pair(&self, values: Vec<(Bound, &ast::Expr)>, at: &ast::Expr) -> Result<(Box<Expr>, Box<Expr>)> {
        let mut values = self.comparable(values, "cannot compare")?.into_iter();
        match (values.next(), values.next()) {
            (Some(left), Some(right)) => Ok((Box::new(left), Box::new(right))),
            _ => Err(self.source.at(at, "two values are needed here")),
        }
    }

    /// Two values of which is asked which is the larger.
    fn ordered_pair(&self, left: &ast::Expr, right: &ast::Expr) -> Result<(Box<Expr>, Box<Expr>)> {
        let pair = self.pair(vec![(self.bind(left)?, left), (self.bind(right)?, right)], left)?;
        self.has_order(&pair.0, left)?;
        Ok(pair)
    }

    /// Two values of which is asked whether they are the same.
    fn identical_pair(&self, left: &ast::Expr, right: &ast::Expr) -> Result<(Box<Expr>, Box<Expr>)> {
        let values = vec![(self.bind(left)?, left), (self.bind(right)?, right)];
        self.pair(self.identities(values, Meeting::Texts), left)
    }

    fn table_operator(
        &self,
        left: &ast::Expr,
        op: &BinaryOperator,
        right: &ast::Expr,
        at: &ast::Expr,
    ) -> Result<Bound> {
        use BinaryOperator as B;
        let (name, negated) = match op {
            B::Plus => ("+", false),
            B::Minus => ("-", false),
            B::Multiply => ("*", false),
            B::Divide => ("/", false),
            B::Modulo => ("%", false),
            B::PGExp => ("^", false),
            B::Arrow => ("->", false),
            B::LongArrow => ("->>", false),
            B::HashArrow => ("#>", false),
            B::HashLongArrow => ("#>>", false),
            B::BitwiseAnd => ("&", false),
            B::BitwiseOr => ("|", false),
            B::PGBitwiseXor => ("#", false),
            B::PGBitwiseShiftLeft => ("<<", false),
            B::PGBitwiseShiftRight => (">>", false),
            B::PGRegexMatch => ("~", false),
            B::PGRegexIMatch => ("~*", false),
            B::PGRegexNotMatch => ("!~", false),
            B::PGRegexNotIMatch => ("!~*", false),
            B::PGStartsWith => ("^@", false),
            B::PGLikeMatch => ("like", false),
            B::PGILikeMatch => ("ilike", false),
            B::PGNotLikeMatch => ("like", true),
            B::PGNotILikeMatch => ("ilike", true),
            other => return Err(self.source.at(at, format!("operator {other} is not supported"))),
        };
        let call = self.call(name, &[left, right], at)?;
        self.negated(call, negated, at)
    }

    pub fn unary(&self, op: &UnaryOperator, value: &ast::Expr, at: &ast::Expr) -> Result<Bound> {
        match op {
            UnaryOperator::Not => {
                let value = self.condition(value, "not")?;
                self.done(Node::Not(Box::new(value)), Type::Boolean, at)
            }
            UnaryOperator::Minus => self.call("-", &[value], at),
            UnaryOperator::BitwiseNot => self.call("~", &[value], at),
            UnaryOperator::Plus => self.plus(value),
            other => Err(self.source.at(at, format!("operator {other} is not supported"))),
        }
    }

    /// A text literal that has a sign is a double, as it is where the sign is a minus.
    fn plus(&self, value: &ast::Expr) -> Result<Bound> {
        let expr = match self.bind(value)? {
            Bound::Typed(expr) => expr,
            literal => self.as_type(literal, Type::Double, value)?,
        };
        if !expr.ty.is_number() {
            return Err(self.source.at(value, format!("+ needs a number, and this is {}", expr.ty)));
        }
        let ty = expr.ty;
        Ok(Bound::Typed(self.cast_node(expr, ty, OnFailure::Refuse)))
    }

    /// `a [not] like b escape c`.
    pub fn like(&self, at: &ast::Expr) -> Result<Bound> {
        let (name, negated, any, value, pattern, escape) = match at {
            ast::Expr::Like { negated, any, expr, pattern, escape_char } => {
                ("like", *negated, *any, expr, pattern, escape_char)
            }
            ast::Expr::ILike { negated, any, expr, pattern, escape_char } => {
                ("ilike", *negated, *any, expr, pattern, escape_char)
            }
            _ => return self.special(at),
        };
        if any {
            return Err(self.source.at(at, "like any is not supported; write one like after the other with or"));
        }
        let arguments: Vec<&ast::Expr> =
            [Some(value), Some(pattern), escape.as_ref()].into_iter().flatten().map(|node| node.as_ref()).collect();
        let call = self.call(name, &arguments, at)?;
        self.negated(call, negated, at)
    }

    pub fn negated(&self, bound: Bound, negated: bool, at: &ast::Expr) -> Result<Bound> {
        match (negated, bound) {
            (true, Bound::Typed(expr)) => self.done(Node::Not(Box::new(expr)), Type::Boolean, at),
            (_, bound) => Ok(bound),
        }
    }

    pub fn is_null(&self, value: &ast::Expr, at: &ast::Expr) -> Result<Bound> {
        // Whether a value is there does not need its type.
        let value = self.typed(value)?;
        let value = Box::new(self.whole_text(&value).unwrap_or(value));
        self.done(Node::Test { test: Test::Null, value }, Type::Boolean, at)
    }

    pub fn is(&self, test: Test, value: &ast::Expr, negated: bool, at: &ast::Expr) -> Result<Bound> {
        let value = Box::new(self.condition(value, "is")?);
        let bound = self.done(Node::Test { test, value }, Type::Boolean, at)?;
        self.negated(bound, negated, at)
    }

    pub fn distinct(&self, left: &ast::Expr, right: &ast::Expr, negated: bool, at: &ast::Expr) -> Result<Bound> {
        // NULL has no type to compare in: the question is whether the other value is there.
        match (is_null_literal(left), is_null_literal(right)) {
            (_, true) => return self.negated(self.is_null(left, at)?, !negated, at),
            (true, false) => return self.negated(self.is_null(right, at)?, !negated, at),
            (false, false) => {}
        }
        let (left, right) = self.identical_pair(left, right)?;
        let bound = self.done(Node::Distinct { left, right }, Type::Boolean, at)?;
        self.negated(bound, negated, at)
    }
}

/// `a`, `b` and `c` of `a op b op c`.
fn chain<'n>(op: &BinaryOperator, at: &'n ast::Expr) -> Vec<&'n ast::Expr> {
    let mut nodes = Vec::new();
    let mut rest = at;
    while let ast::Expr::BinaryOp { left, op: next, right } = rest
        && next == op
    {
        nodes.push(right.as_ref());
        rest = left;
    }
    nodes.push(rest);
    nodes.reverse();
    nodes
}

fn is_null_literal(node: &ast::Expr) -> bool {
    match node {
        ast::Expr::Nested(inner) => is_null_literal(inner),
        ast::Expr::Value(value) => value.value == ast::Value::Null,
        _ => false,
    }
}
