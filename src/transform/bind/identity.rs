//! Columns whose type is a guess: where only identity counts they are the text that was read, which no guess changes.

use sqlparser::ast;

use super::{Binder, Bound};
use crate::transform::plan::{Expr, Node};
use crate::types::{InputColumn, Known, Notation, Type};

/// What makes guessed columns meet as texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// A text that they meet, such as a literal: two of them compare as their types do.
    Texts,
    /// Nothing but each other.
    Join,
}

impl Binder<'_> {
    /// A column that the expressions read.
    pub fn input(&self, column: usize) -> Option<InputColumn> {
        match self.grouping {
            Some(grouping) => grouping.column(column),
            None => self.scope.inputs.get(column).cloned(),
        }
    }

    /// Whether the column's type is a guess that its text may not fit.
    pub fn has_guess(&self, column: usize) -> bool {
        self.input(column).is_some_and(|input| is_guess(&input))
    }

    /// The text that was read, of a value whose type is a guess.
    pub fn text_of(&self, expr: &Expr) -> Option<Expr> {
        match &expr.node {
            Node::Column(column) if self.has_guess(*column) => {
                Some(Expr { node: Node::RawText(*column), ty: Type::Text })
            }
            Node::Guessed { text, .. } => Some(text.as_ref().clone()),
            _ => None,
        }
    }

    /// The name of the column that a value was read of, for messages about its text.
    pub fn read_name(&self, expr: &Expr) -> String {
        let column = self.whole_text(expr).and_then(|text| self.input(text.first_column()?));
        column.map_or_else(String::new, |column| column.name)
    }

    /// The text of a value of which that is all: of a guessed type, or with more digits than its type has.
    pub fn whole_text(&self, expr: &Expr) -> Option<Expr> {
        match &expr.node {
            Node::Column(column) if self.is_finer(*column) => {
                Some(Expr { node: Node::RawText(*column), ty: Type::Text })
            }
            _ => self.text_of(expr),
        }
    }

    pub fn is_finer(&self, column: usize) -> bool {
        self.input(column).is_some_and(|input| input.known.is_finer() && input.typing.ty != Type::Text)
    }

    /// The text where the type is a guess, else the value as it is.
    pub fn identity(&self, expr: Expr) -> Expr {
        self.text_of(&expr).unwrap_or(expr)
    }

    /// Values of which counts whether they are the same: guessed ones as their texts, where they meet nothing but texts.
    pub fn identities<'n>(&self, values: Vec<(Bound, &'n ast::Expr)>, meeting: Meeting) -> Vec<(Bound, &'n ast::Expr)> {
        if !self.meet_as_texts(&values, meeting) {
            return values;
        }
        let text = |(bound, at)| match bound {
            Bound::Typed(expr) => (Bound::Typed(self.identity(expr)), at),
            bound => (bound, at),
        };
        values.into_iter().map(text).collect()
    }

    /// Whether a guessed value stands among these, and whatever else there is is text. Numbers that are written in different
    /// ways are the same by their values only.
    fn meet_as_texts(&self, values: &[(Bound, &ast::Expr)], meeting: Meeting) -> bool {
        if self.notation(values).is_none() {
            return false;
        }
        let (mut guessed, mut texts) = (false, meeting == Meeting::Join);
        for (bound, _) in values {
            match bound {
                Bound::Null => {}
                Bound::Literal(_) => texts = true,
                Bound::Typed(expr) if expr.ty == Type::Text => texts = true,
                Bound::Typed(expr) if self.text_of(expr).is_some() => guessed = true,
                Bound::Typed(_) => return false,
            }
        }
        guessed && texts
    }

    /// How the guessed numbers among these are written, where all do it in the same way.
    pub fn notation(&self, values: &[(Bound, &ast::Expr)]) -> Option<Notation> {
        let notation = |(bound, _): &(Bound, _)| match bound {
            Bound::Typed(expr) if expr.ty.is_number() => {
                self.input(self.text_of(expr)?.first_column()?).map(|column| column.typing.notation)
            }
            Bound::Typed(_) | Bound::Literal(_) | Bound::Null => None,
        };
        let mut notations = values.iter().filter_map(notation);
        let first = notations.next().unwrap_or_default();
        notations.all(|notation| notation == first).then_some(first)
    }

    /// The texts of values that may be put out as they were read: all guessed, or NULL.
    pub fn texts_of(&self, values: &[(Bound, &ast::Expr)]) -> Option<Vec<Expr>> {
        let text = |bound: &Bound| match bound {
            Bound::Null => Some(super::literal::null(Type::Text)),
            Bound::Literal(_) => None,
            Bound::Typed(expr) => self.text_of(expr),
        };
        self.notation(values)?;
        let texts: Option<Vec<Expr>> = values.iter().map(|(bound, _)| text(bound)).collect();
        texts.filter(|_| values.iter().any(|(bound, _)| matches!(bound, Bound::Typed(_))))
    }
}

/// Whether the type of a column is a guess that its text may not fit; all is JSON in an input that is.
pub fn is_guess(column: &InputColumn) -> bool {
    column.known == Known::Guessed && !matches!(column.typing.ty, Type::Text | Type::Json)
}

/// What is computed with as `value` and put out as `text`.
pub fn guessed(value: Expr, text: Expr) -> Expr {
    let ty = value.ty;
    Expr { node: Node::Guessed { value: Box::new(value.into_value()), text: Box::new(text) }, ty }
}
