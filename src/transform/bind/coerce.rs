//! Making bound expressions into the types that they meet in.

use anyhow::Result;
use sqlparser::ast;

use super::unify::{common, decimal_of, is_decimal, widens};
use super::{Binder, Bound, literal};
use crate::transform::plan::{Expr, Node, OnFailure};
use crate::types::Type;

impl Binder<'_> {
    /// The expression as a type that it widens to.
    pub fn as_type(&self, bound: Bound, ty: Type, at: &ast::Expr) -> Result<Expr> {
        match bound {
            Bound::Null => Ok(literal::null(ty)),
            Bound::Literal(text) if ty == Type::Text => Ok(literal::text(&text)),
            Bound::Literal(text) => {
                literal::text_as(&text, ty, self.session).map_err(|message| self.source.at(at, message))
            }
            Bound::Typed(expr) if expr.ty == ty => Ok(expr),
            Bound::Typed(expr) if ty == Type::Text && self.text_of(&expr).is_some() => Ok(self.identity(expr)),
            Bound::Typed(expr) if widens(expr.ty, ty).is_some() || (is_decimal(expr.ty) && is_decimal(ty)) => {
                self.cast_to(expr, ty, at)
            }
            Bound::Typed(expr) => {
                let message = format!("this is {} where {ty} is needed; write cast({} as {ty})", expr.ty, excerpt(at));
                Err(self.source.at(at, message))
            }
        }
    }

    pub fn cast_to(&self, expr: Expr, ty: Type, at: &ast::Expr) -> Result<Expr> {
        if expr.ty == ty {
            return Ok(expr);
        }
        let value = Box::new(expr.into_value());
        self.fold(Expr { node: Node::Cast { value, on_failure: OnFailure::Refuse }, ty }, at)
    }

    /// All values in one type; `context` is what they are the values of, for messages.
    pub fn unify(&self, values: Vec<(Bound, &ast::Expr)>, context: &str) -> Result<(Vec<Expr>, Type)> {
        let ty = self.meeting_type(&values, context)?;
        let values = values.into_iter().map(|(bound, at)| self.join(bound, ty, at));
        Ok((values.collect::<Result<_>>()?, ty))
    }

    /// Values to be compared: as `unify`, but decimals keep their own digits, so that no comparison overflows.
    pub fn comparable(&self, values: Vec<(Bound, &ast::Expr)>, context: &str) -> Result<Vec<Expr>> {
        let ty = self.meeting_type(&values, context)?;
        let own = |(bound, at): (Bound, &ast::Expr)| match bound.ty().and_then(decimal_of) {
            Some(decimal) if is_decimal(ty) => self.as_type(bound, decimal, at),
            _ => self.literal_or(bound, ty, at),
        };
        values.into_iter().map(own).collect()
    }

    fn join(&self, bound: Bound, ty: Type, at: &ast::Expr) -> Result<Expr> {
        let expr = self.literal_or(bound, ty, at)?;
        self.as_type(Bound::Typed(expr), ty, at)
    }

    /// A text literal that meets decimals keeps the digits that it has.
    fn literal_or(&self, bound: Bound, ty: Type, at: &ast::Expr) -> Result<Expr> {
        match bound {
            Bound::Literal(text) if is_decimal(ty) => self.own_decimal(&text, at),
            bound => self.as_type(bound, ty, at),
        }
    }

    pub fn own_decimal(&self, text: &str, at: &ast::Expr) -> Result<Expr> {
        literal::decimal(text).map_err(|message| self.source.at(at, message))
    }

    fn meeting_type(&self, values: &[(Bound, &ast::Expr)], context: &str) -> Result<Type> {
        let mut meeting: Option<Type> = None;
        for (bound, at) in values {
            let Some(ty) = bound.ty() else { continue };
            meeting = Some(match meeting {
                None => ty,
                Some(before) => common(before, ty).ok_or_else(|| self.mismatch(context, before, ty, values, at))?,
            });
        }
        Ok(meeting.unwrap_or(Type::Text))
    }

    /// The cast that helps makes the text into what it meets; other types have nothing in common.
    fn mismatch(
        &self,
        context: &str,
        before: Type,
        ty: Type,
        values: &[(Bound, &ast::Expr)],
        at: &ast::Expr,
    ) -> anyhow::Error {
        let is_text = |(bound, _): &&(Bound, &ast::Expr)| bound.ty() == Some(Type::Text);
        let (text, to) = match (before, ty) {
            (Type::Text, _) if ty != Type::Json => (values.iter().find(is_text).map_or(at, |(_, text)| text), ty),
            (_, Type::Text) if before != Type::Json => (at, before),
            (Type::Json, other) | (other, Type::Json) => {
                let is_json = |(bound, _): &&(Bound, &ast::Expr)| bound.ty() == Some(Type::Json);
                (values.iter().find(is_json).map_or(at, |(_, json)| json), other)
            }
            _ => return self.source.at(at, format!("{context} {before} with {ty}")),
        };
        let message = format!("{context} {before} with {ty}; write cast({} as {to})", excerpt(text));
        self.source.at(text, message + &self.taken_as_text(values, to))
    }
}

/// A node as SQL, shortened for a message.
pub fn excerpt(node: &ast::Expr) -> String {
    crate::excerpt::excerpt(&node.to_string()).into_owned()
}
