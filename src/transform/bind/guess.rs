//! Columns whose type is a guess: what a message says of one that was taken as text.

use sqlparser::ast;

use super::{Binder, Bound};
use crate::job::Key;
use crate::transform::plan::Node;
use crate::types::{InputColumn, Known, Type};

impl Binder<'_> {
    /// One dirty value in the sample makes a column of numbers a text: how to declare the first such column among values
    /// that are wanted as `ty`; nothing where there is none, or texts are wanted.
    pub fn taken_as_text(&self, values: &[(Bound, &ast::Expr)], ty: Type) -> String {
        let column = values.iter().find_map(|(bound, _)| self.guessed_column(bound));
        let Some((index, column)) = column.filter(|_| ty != Type::Text) else { return String::new() };
        let (name, word) = (&column.name, Key::root().child(&column.name));
        let (section, has_flag) = self.scope.declares(index);
        let (key, flag) = (section.child(name), format!("--columns '{word}:{ty}' or "));
        let flag = if has_flag { flag.as_str() } else { "" };
        format!("; column {name:?} is not declared and was taken as text: declare it with {flag}{key} = \"{ty}\"")
    }

    fn guessed_column(&self, bound: &Bound) -> Option<(usize, &InputColumn)> {
        let Bound::Typed(expr) = bound else { return None };
        let Node::Column(index) = expr.node else { return None };
        let column = self.scope.inputs.get(index)?;
        (column.known == Known::Guessed && column.typing.ty == Type::Text).then_some((index, column))
    }
}
