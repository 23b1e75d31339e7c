//! Binding: names become columns, every expression gets its type, and every mistake is found before the first row.

mod scope;
mod literal;
mod unify;
mod overload;
mod coerce;
mod expression;
mod operator;
mod conditional;
mod call;
mod unsupported;
mod guess;
mod identity;
mod special;
mod data_type;
mod name;
mod items;
mod aggregate;
mod meaning;
mod grouping;
mod order;
mod chain;
mod join;
mod select;

pub use select::{Sources, select};

use std::cell::Cell;

use anyhow::Result;
use sqlparser::ast;

use super::eval::{fold, text_bytes};
use super::parse::Source;
use super::plan::{Expr, Node};
use crate::types::{Session, Type};
use grouping::Grouping;
use scope::Scope;

/// How deeply expressions may nest; chains of `and`, `or` and `||` do not count. The evaluation goes as deep, on a pool thread's stack.
pub const MAX_DEPTH: usize = 200;
/// Steps of computation that a select takes over from its sub-select, one that is used twice counted twice.
const MAX_PUT_IN: usize = 100_000;

/// Bytes of text that what is computed of constants may come to: it is held for the whole run.
const MOST_CONSTANTS: usize = 32 << 20;
const TOO_MUCH_CONSTANT: &str = "the constants of the query are together longer than 32 MiB";

/// The text that a constant holds.
fn constant_bytes(expr: &Expr) -> usize {
    expr.constant().map_or(0, text_bytes)
}

/// Binds the expressions of one text.
pub struct Binder<'a> {
    pub scope: &'a Scope<'a>,
    pub source: &'a Source,
    pub session: &'a Session,
    /// What stands beside `group by`: names mean its keys, and aggregates are possible.
    pub grouping: Option<&'a Grouping<'a>>,
    /// An aggregate was met where none can stand by itself.
    met_aggregate: Cell<bool>,
    depth: Cell<usize>,
    /// Steps taken over from the sub-select so far.
    put_in: Cell<usize>,
    /// Bytes of the texts that constants have come to.
    constants: Cell<usize>,
}

/// An expression, bound as far as it can be by itself.
pub enum Bound {
    Typed(Expr),
    /// A text literal, which takes the type of what it meets.
    Literal(String),
    Null,
}

impl Bound {
    pub fn ty(&self) -> Option<Type> {
        match self {
            Bound::Typed(expr) => Some(expr.ty),
            Bound::Literal(_) | Bound::Null => None,
        }
    }
}

impl<'a> Binder<'a> {
    pub fn new(scope: &'a Scope<'a>, source: &'a Source, session: &'a Session) -> Binder<'a> {
        let (met_aggregate, depth, put_in) = (Cell::new(false), Cell::new(0), Cell::new(0));
        let constants = Cell::new(0);
        Binder { scope, source, session, grouping: None, met_aggregate, depth, put_in, constants }
    }

    /// The scope whose names a person may write.
    pub fn names(&self) -> &Scope<'a> {
        self.grouping.map_or(self.scope, |grouping| grouping.rows.scope)
    }

    /// A condition: `where` and the like.
    pub fn condition(&self, node: &ast::Expr, place: &str) -> Result<Expr> {
        let bound = self.bind(node)?;
        if let Some(ty) = bound.ty().filter(|ty| *ty != Type::Boolean) {
            return Err(self.source.at(node, format!("{place} needs a boolean, and this is {ty}")));
        }
        self.as_type(bound, Type::Boolean, node)
    }

    /// An expression with a type; a text literal is text.
    pub fn typed(&self, node: &ast::Expr) -> Result<Expr> {
        let bound = self.bind(node)?;
        let ty = bound.ty().unwrap_or(Type::Text);
        self.as_type(bound, ty, node)
    }

    /// Binds, one level deeper.
    pub fn bind(&self, node: &ast::Expr) -> Result<Bound> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return Err(self.source.at(node, format!("the expression is nested more than {MAX_DEPTH} levels deep")));
        }
        self.depth.set(depth + 1);
        let bound = match self.grouping.map_or(Ok(None), |grouping| grouping.bind(node)) {
            Ok(Some(bound)) => Ok(bound),
            Ok(None) => self.expression(node),
            Err(error) => Err(error),
        };
        self.depth.set(depth);
        bound
    }

    /// A bound node, computed at once where it is constant.
    pub fn done(&self, node: Node, ty: Type, at: &ast::Expr) -> Result<Bound> {
        self.fold(Expr { node, ty }, at).map(Bound::Typed)
    }

    pub fn fold(&self, expr: Expr, at: &ast::Expr) -> Result<Expr> {
        let taken: usize = expr.arguments().into_iter().map(constant_bytes).sum();
        let folded = fold(expr, self.session).map_err(|message| self.source.at(at, message))?;
        let made = constant_bytes(&folded);
        if made > 0 {
            self.constants.set(self.constants.get().saturating_sub(taken).saturating_add(made));
        }
        match self.constants.get() > MOST_CONSTANTS {
            true => Err(self.source.at(at, TOO_MUCH_CONSTANT)),
            false => Ok(folded),
        }
    }
}
