//! Joins: each lookup becomes further columns of the rows, found by equalities that are bound as any comparison is.

use anyhow::{Result, anyhow};
use sqlparser::ast::{self, BinaryOperator, Ident};

use super::chain::Chain;
use super::coerce::excerpt;
use super::identity::Meeting;
use super::scope::{Name, Scope, Table, matches, unknown};
use super::select::Sources;
use super::{Binder, Bound};
use crate::job::{Key, Missing};
use crate::transform::lookup::{Equality, join as build};
use crate::transform::parse::{From, Join, On, Source};
use crate::transform::plan::{Expr, Node};
use crate::types::Type;

/// Joins the lookups of a `from`, one after the other; what the names of the select mean then.
pub fn tables(chain: &mut Chain, from: &From, source: &Source, pseudo: bool, sources: &Sources) -> Result<Vec<Table>> {
    let mut tables = vec![chain.table(from.name.clone())];
    for join in &from.joins {
        if tables.iter().any(|table| matches(&join.name, &table.name.value)) {
            let message = format!("the name {:?} stands twice in from; give one of them another", join.name.value);
            return Err(source.at_name(&join.name, message));
        }
        let table = self::join(chain, &tables, join, source, pseudo, sources)?;
        tables.push(table);
    }
    Ok(tables)
}

/// Joins one lookup to the tables before it.
fn join(
    chain: &mut Chain,
    before: &[Table],
    join: &Join,
    source: &Source,
    pseudo: bool,
    sources: &Sources,
) -> Result<Table> {
    let lookup = sources.lookups.get(join.lookup).and_then(Option::as_ref);
    let lookup = lookup.ok_or_else(|| anyhow!("lookup {} was not read", join.name))?;
    let shared = shared(&chain.scope(before.to_vec()), join, source)?;
    let begin = chain.items.len();
    let first = chain.extend(lookup.columns.iter().map(|column| column.column.clone()));
    let mut table = Table {
        name: join.name.clone(),
        columns: begin..chain.items.len(),
        using: Vec::new(),
        declares: Some(Key::from("lookup").child(&lookup.name).child("columns")),
    };
    let scope = Scope { pseudo, ..chain.scope([before, std::slice::from_ref(&table)].concat()) };
    for (name, left) in &shared {
        table.using.push(merged(&scope, &table, name, *left, source)?);
    }
    let binder = Binder::new(&scope, source, &sources.session);
    let equalities = match &join.on {
        On::Condition(condition) => binder.equalities(condition, join, first)?,
        On::Using(names) => binder.shared(names, &table.using)?,
    };
    let missing = if join.keeps_all { lookup.missing } else { Missing::Drop };
    let joined = build(lookup, first, equalities, missing, &chain.inputs, &sources.session)?;
    chain.joins.push(joined);
    Ok(table)
}

/// The columns of `using`, as the tables before it have them.
fn shared<'j>(scope: &Scope, join: &'j Join, source: &Source) -> Result<Vec<(&'j Ident, usize)>> {
    let On::Using(names) = &join.on else { return Ok(Vec::new()) };
    let column = |name: &'j Ident| match scope.column(name, source)? {
        Name::Column(index) => Ok((name, index)),
        Name::File | Name::Line => Err(source.at_name(name, "using takes the names of columns that both sides have")),
    };
    names.iter().map(column).collect()
}

/// A column of `using` before the join, and in the lookup.
fn merged(scope: &Scope, table: &Table, name: &Ident, left: usize, source: &Source) -> Result<(usize, usize)> {
    let columns = || scope.columns.iter().enumerate().skip(table.columns.start);
    let found = columns().find(|(_, column)| matches(name, &column.name));
    let names = || columns().map(|(_, column)| column.name.as_str());
    let message = || format!("in {}: {}", table.name.value, unknown("column", &name.value, names()));
    found.map(|(index, _)| (left, index)).ok_or_else(|| source.at_name(name, message()))
}

impl Binder<'_> {
    /// `on a.x = b.y and …`. The lookup's columns count from `first`.
    fn equalities(&self, condition: &ast::Expr, join: &Join, first: usize) -> Result<Vec<Equality>> {
        match condition {
            ast::Expr::Nested(inner) => self.equalities(inner, join, first),
            ast::Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                let mut equalities = self.equalities(left, join, first)?;
                equalities.extend(self.equalities(right, join, first)?);
                Ok(equalities)
            }
            ast::Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => self
                .equality((self.bind(left)?, left), (self.bind(right)?, right), join, first)
                .map(|found| vec![found]),
            other => {
                let message = "on takes equalities of a column of the lookup with what it is looked up by, joined by \
                               and; other conditions can stand in where";
                Err(self.source.at(other, message))
            }
        }
    }

    fn equality(
        &self,
        left: (Bound, &ast::Expr),
        right: (Bound, &ast::Expr),
        join: &Join,
        first: usize,
    ) -> Result<Equality> {
        let (left_at, right_at, lookup) = (left.1, right.1, &join.name.value);
        let (exprs, ty) = self.unify(self.identities(vec![left, right], Meeting::Join), "cannot compare")?;
        let mut exprs = exprs.into_iter();
        let (Some(left), Some(right)) = (exprs.next(), exprs.next()) else {
            return Err(self.source.at(left_at, "two values are needed here"));
        };
        if ty == Type::Interval {
            return Err(self.source.at(left_at, "rows cannot be joined by an interval"));
        }
        match (side(&left, first), side(&right, first)) {
            (Side::Lookup, Side::Rows) => Ok(Equality { row: right, lookup: left, name: name(left_at) }),
            (Side::Rows, Side::Lookup) => Ok(Equality { row: left, lookup: right, name: name(right_at) }),
            (Side::Both, _) | (_, Side::Both) => {
                let message = format!("columns of {lookup} must stand on one side of =, and all others on the other");
                Err(self.source.at(left_at, message))
            }
            (Side::Lookup, Side::Lookup) => {
                let message = format!("both sides are columns of {lookup}; compare them in where");
                Err(self.source.at(left_at, message))
            }
            (Side::Rows, Side::Rows) => {
                let message = format!("no side is a column of {lookup}; compare these in where");
                Err(self.source.at(left_at, message))
            }
        }
    }

    /// The equalities of `using`.
    fn shared(&self, names: &[Ident], pairs: &[(usize, usize)]) -> Result<Vec<Equality>> {
        let equality = |(name, (left, right)): (&Ident, &(usize, usize))| {
            let node = ast::Expr::Identifier(name.clone());
            let values = [left, right].map(|column| (Bound::Typed(self.column(*column)), &node));
            let values = self.identities(values.into(), Meeting::Join);
            let mut exprs = self.unify(values, "cannot compare")?.0.into_iter();
            match (exprs.next(), exprs.next()) {
                (Some(row), Some(lookup)) => Ok(Equality { row, lookup, name: name.value.clone() }),
                _ => Err(self.source.at_name(name, "two values are needed here")),
            }
        };
        names.iter().zip(pairs).map(equality).collect()
    }
}

/// What an expression is computed from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Lookup,
    /// From what stands before the lookup, or from nothing.
    Rows,
    Both,
}

fn side(expr: &Expr, first: usize) -> Side {
    let of_lookup = expr.has(&|node| node.column().is_some_and(|column| column >= first));
    let of_rows = expr.has(&|node| match node {
        Node::File | Node::Line => true,
        node => node.column().is_some_and(|column| column < first),
    });
    match (of_lookup, of_rows) {
        (true, true) => Side::Both,
        (true, false) => Side::Lookup,
        (false, _) => Side::Rows,
    }
}

/// A key as messages name it: a column without its table.
fn name(node: &ast::Expr) -> String {
    match node {
        ast::Expr::Identifier(name) => name.value.clone(),
        ast::Expr::CompoundIdentifier(parts) => parts.last().map_or_else(String::new, |name| name.value.clone()),
        ast::Expr::Nested(inner) => name(inner),
        other => excerpt(other),
    }
}
