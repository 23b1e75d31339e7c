//! The query under construction: selects that are done, and the rows that the next one will see.

use sqlparser::ast::Ident;

use super::scope::{Index, Named, Scope, Table};
use crate::job::Missing;
use crate::transform::gather::Gather;
use crate::transform::held::Gatherer;
use crate::transform::lookup::Join;
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
    /// The lookups whose columns follow in `inputs` those of the rows.
    pub joins: Vec<Join>,
    pub items: Vec<(OutputColumn, Expr)>,
    /// Rows at most, where that ends the query.
    pub limit: Option<u64>,
}

impl Chain {
    /// Every column of the input.
    pub fn of_input(columns: &[InputColumn], session: Session) -> Chain {
        let items = columns.iter().enumerate().map(|(index, column)| copy(index, column)).collect();
        Chain {
            session,
            done: Vec::new(),
            inputs: columns.to_vec(),
            filter: None,
            joins: Vec::new(),
            items,
            limit: None,
        }
    }

    /// What the names of a select mean that reads from here.
    pub fn scope(&self, tables: Vec<Table>) -> Scope<'_> {
        let named = |(output, expr): &(OutputColumn, Expr)| Named { name: output.name.clone(), expr: expr.clone() };
        let columns: Vec<Named> = self.items.iter().map(named).collect();
        Scope { inputs: &self.inputs, index: Index::of(&columns), columns, tables, pseudo: false, listed: &[] }
    }

    /// The items as one table.
    pub fn table(&self, name: Ident) -> Table {
        Table::only(name, self.items.len())
    }

    /// Adds columns that are read beside those of the rows, as items too; returns where they begin among the inputs.
    pub fn extend(&mut self, columns: impl Iterator<Item = InputColumn>) -> usize {
        let first = self.inputs.len();
        self.inputs.extend(columns);
        self.items.extend(self.inputs.iter().enumerate().skip(first).map(|(index, column)| copy(index, column)));
        first
    }

    /// Whether the rows at hand are those of groups or of a limit: not all of the input's.
    pub fn is_gathered(&self) -> bool {
        !self.done.is_empty()
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
        let (inputs, joins) = (std::mem::replace(&mut self.inputs, outputs), std::mem::take(&mut self.joins));
        let filter = with_joins(self.filter.take(), &joins);
        let select = Select { inputs, joins, session: self.session, filter, items, names, keeps: Keeps::Texts };
        self.done.push((select, gather));
        self.items = self.inputs.iter().enumerate().map(|(index, column)| copy(index, column)).collect();
    }

    /// The query, its last select written as it is.
    pub fn finish(self) -> Query {
        let (columns, items): (Vec<OutputColumn>, Vec<Expr>) = self.items.into_iter().unzip();
        let names = columns.iter().map(|column| column.name.clone()).collect();
        let (inputs, joins, filter) = (self.inputs, self.joins, self.filter);
        let filter = with_joins(filter, &joins);
        let mut then = Select { inputs, joins, session: self.session, filter, items, names, keeps: Keeps::Fields };
        let mut steps = Vec::with_capacity(self.done.len());
        for (select, gather) in self.done.into_iter().rev() {
            steps.push(Step { gather: Gatherer::new(gather), then: std::mem::replace(&mut then, select) });
        }
        steps.reverse();
        Query { columns, limit: self.limit, first: then, steps }
    }
}

/// The conditions in their order, and before the first one that reads a lookup, or at the end, that the row has a match
/// there: a row that is left out for another reason needs none.
fn with_joins(filter: Option<Expr>, joins: &[Join]) -> Option<Expr> {
    let mut terms = Vec::new();
    let mut waiting = joins.iter().enumerate().peekable();
    let mut check = |terms: &mut Vec<Expr>, needs: &dyn Fn(&Join) -> bool| {
        while let Some((place, join)) = waiting.next_if(|(_, join)| needs(join)) {
            if join.missing != Missing::Null {
                terms.push(Expr::boolean(Node::Matched(place)));
            }
        }
    };
    for term in filter.map_or_else(Vec::new, terms_of) {
        check(&mut terms, &|join| term.has(&|node| node.column().is_some_and(|column| column >= join.first)));
        terms.push(term);
    }
    check(&mut terms, &|_| true);
    match terms.len() {
        0 | 1 => terms.pop(),
        _ => Some(Expr::boolean(Node::And(terms))),
    }
}

/// The terms of an `and`, and of those in it.
fn terms_of(condition: Expr) -> Vec<Expr> {
    match condition.node {
        Node::And(terms) => terms.into_iter().flat_map(terms_of).collect(),
        _ => vec![condition],
    }
}

/// One of the columns of a chain, as it is.
fn copy(index: usize, column: &InputColumn) -> (OutputColumn, Expr) {
    let InputColumn { name, typing, known, .. } = column.clone();
    let expr = Expr { node: Node::Column(index), ty: typing.ty };
    let output = match known.is_text() {
        true => OutputColumn { name, typing, field: Some(index), known },
        false => OutputColumn { name, typing, field: None, known: Known::Declared },
    };
    (output, expr)
}

/// How an output column travels through a gathering, as an expression and as the column that comes out: what is a plain
/// copy stays what was read, a text or a token of JSON.
pub fn carried(output: &OutputColumn, expr: &Expr, inputs: &[InputColumn]) -> (Expr, InputColumn) {
    match expr.node {
        Node::Column(column) if output.field.is_some() && inputs.get(column).is_some_and(|input| input.is_json) => {
            let InputColumn { name, typing, known, .. } = as_text(output, expr).1;
            (Expr { node: Node::Token(column), ty: Type::Json }, InputColumn { name, typing, known, is_json: true })
        }
        _ => as_text(output, expr),
    }
}

/// The same where a plain copy of text stays that text.
fn as_text(output: &OutputColumn, expr: &Expr) -> (Expr, InputColumn) {
    let name = output.name.clone();
    let text = match &expr.node {
        // JSON is carried as the values that it is, for its text is not all of it.
        Node::Column(column) if output.field.is_some() && output.typing.ty != Type::Json => {
            Expr { node: Node::RawText(*column), ty: Type::Text }
        }
        Node::Guessed { text, .. } => text.as_ref().clone(),
        _ => return (expr.clone(), computed(name, expr.ty)),
    };
    (text, InputColumn { name, typing: output.typing.clone(), known: output.known, is_json: false })
}

/// The same of a column by which rows are told apart: by its text, where its type is a guess or lacks digits.
pub fn key(output: &OutputColumn, expr: &Expr) -> (Expr, InputColumn) {
    let is_by_text = output.known == Known::Guessed || output.known.is_finer();
    match is_by_text && !matches!(output.typing.ty, Type::Text | Type::Json) {
        true => as_text(output, expr),
        false => (expr.clone(), computed(output.name.clone(), expr.ty)),
    }
}

/// A column of values.
pub fn computed(name: String, ty: Type) -> InputColumn {
    InputColumn { name, typing: Typing::from(ty), known: Known::Computed, is_json: false }
}
