//! The query under construction: selects that are done, and the rows that the next one will see.

use sqlparser::ast::Ident;

use super::scope::{Named, Scope};
use crate::transform::gather::Gather;
use crate::transform::gathered::Gatherer;
use crate::transform::plan::{Expr, Node};
use crate::transform::query::{Query, Step};
use crate::transform::select::{Keeps, Select};
use crate::types::{InputColumn, Known, OutputColumn, Session, Type, Typing};

/// Selects without a gathering between them are one: the outer one's expressions are those of the inner one, put in.
pub struct Chain {
    session: Session,
    /// Selects that end in a gathering.
    done: Vec<(Select, Gather)>,
    /// The columns that the open select reads.
    pub inputs: Vec<InputColumn>,
    filter: Option<Expr>,
    pub items: Vec<(OutputColumn, Expr)>,
    /// Rows at most, where that ends the query.
    pub limit: Option<u64>,
}

impl Chain {
    /// Every column of the input.
    pub fn of_input(columns: &[InputColumn], session: Session) -> Chain {
        let items = columns.iter().enumerate().map(|(index, column)| copy(index, column)).collect();
        Chain { session, done: Vec::new(), inputs: columns.to_vec(), filter: None, items, limit: None }
    }

    /// What the names of a select mean that reads from here.
    pub fn scope(&self, table: Ident) -> Scope<'_> {
        let named = |(output, expr): &(OutputColumn, Expr)| Named { name: output.name.clone(), expr: expr.clone() };
        Scope { inputs: &self.inputs, columns: self.items.iter().map(named).collect(), table, pseudo: false }
    }

    /// Whether the rows at hand are those of groups or of a limit: not all of the input's.
    pub fn is_gathered(&self) -> bool {
        !self.done.is_empty()
    }

    pub fn is_filtered(&self) -> bool {
        self.filter.is_some()
    }

    /// Keeps only rows where one more condition is true.
    pub fn keep(&mut self, condition: Expr) {
        self.filter = Some(match self.filter.take() {
            None => condition,
            Some(earlier) => Expr::boolean(Node::And(vec![earlier, condition])),
        });
    }

    /// Ends the open select with these items, which are gathered; `outputs` are the columns that come of it.
    pub fn gather(&mut self, items: Vec<Expr>, names: Vec<String>, gather: Gather, outputs: Vec<InputColumn>) {
        let inputs = std::mem::replace(&mut self.inputs, outputs);
        let filter = self.filter.take();
        let select = Select { inputs, session: self.session, filter, items, names, keeps: Keeps::Texts };
        self.done.push((select, gather));
        self.items = self.inputs.iter().enumerate().map(|(index, column)| copy(index, column)).collect();
    }

    /// The query, its last select written as it is.
    pub fn finish(self) -> Query {
        let (columns, items): (Vec<OutputColumn>, Vec<Expr>) = self.items.into_iter().unzip();
        let names = columns.iter().map(|column| column.name.clone()).collect();
        let (inputs, filter) = (self.inputs, self.filter);
        let mut then = Select { inputs, session: self.session, filter, items, names, keeps: Keeps::Fields };
        let mut steps = Vec::with_capacity(self.done.len());
        for (select, gather) in self.done.into_iter().rev() {
            steps.push(Step { gather: Gatherer::new(gather), then: std::mem::replace(&mut then, select) });
        }
        steps.reverse();
        Query { columns, limit: self.limit, first: then, steps }
    }
}

/// One of the columns of a chain, as it is.
fn copy(index: usize, column: &InputColumn) -> (OutputColumn, Expr) {
    let InputColumn { name, typing, known } = column.clone();
    let expr = Expr { node: Node::Column(index), ty: typing.ty };
    let output = match known.is_text() {
        true => OutputColumn { name, typing, field: Some(index), known },
        false => OutputColumn { name, typing, field: None, known: Known::Declared },
    };
    (output, expr)
}

/// How an output column travels through a gathering, as an expression and as the column that comes out: what is a plain
/// copy of text stays that text.
pub fn carried(output: &OutputColumn, expr: &Expr) -> (Expr, InputColumn) {
    let name = output.name.clone();
    match expr.node {
        Node::Column(column) if output.field.is_some() => (
            Expr { node: Node::RawText(column), ty: Type::Text },
            InputColumn { name, typing: output.typing.clone(), known: output.known },
        ),
        _ => (expr.clone(), computed(name, expr.ty)),
    }
}

/// A column of values.
pub fn computed(name: String, ty: Type) -> InputColumn {
    InputColumn { name, typing: Typing::from(ty), known: Known::Computed }
}
