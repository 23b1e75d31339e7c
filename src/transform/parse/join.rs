//! `join`: a lookup beside the rows of a select. Nothing else can be joined, for rows are read once.

use anyhow::{Error, Result};
use sqlparser::ast::{
    Expr, Ident, Join as JoinNode, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, TableFactor,
};

use super::from::{Named, other_name, same_name};
use super::source::Source;
use crate::nearest::nearest;

/// One lookup joined.
pub struct Join {
    /// Its place among the job's lookups.
    pub lookup: usize,
    /// The name that its columns are qualified with.
    pub name: Ident,
    /// Rows without a match stay.
    pub keeps_all: bool,
    pub on: On,
}

/// What makes rows match.
pub enum On {
    /// Equalities, joined by `and`.
    Condition(Box<Expr>),
    /// Columns of one name on both sides.
    Using(Vec<Ident>),
}

/// What to do with a second input.
pub const TWO_INPUTS: &str = "a join of two inputs is not possible for a stream; declare the smaller one as [lookup.NAME], or load both into a \
     database and join them there";

pub fn joins(joins: &[JoinNode], source: &Source, known: &Named) -> Result<Vec<Join>> {
    joins.iter().map(|node| join(node, source, known)).collect()
}

fn join(node: &JoinNode, source: &Source, known: &Named) -> Result<Join> {
    let (lookup, name) = lookup(&node.relation, source, known)?;
    let (keeps_all, constraint) = match &node.join_operator {
        JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => (false, constraint),
        JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => (true, constraint),
        _ => {
            let message = format!("only join and left join are possible; write join {} on …", name.value);
            return Err(source.at(&node.relation, message));
        }
    };
    let on = match constraint {
        JoinConstraint::On(condition) => On::Condition(Box::new(condition.clone())),
        JoinConstraint::Using(names) => {
            On::Using(names.iter().map(|name| column(name, source)).collect::<Result<_>>()?)
        }
        JoinConstraint::Natural => {
            let message = "natural join is not supported, for what it means changes with the columns; write using (…)";
            return Err(source.at(&node.relation, message));
        }
        JoinConstraint::None => {
            let message = format!("the join of {} needs on … = … or using (…)", name.value);
            return Err(source.at(&node.relation, message));
        }
    };
    Ok(Join { lookup, name, keeps_all, on })
}

/// Which lookup a join names, and what it is called from there on.
fn lookup(relation: &TableFactor, source: &Source, known: &Named) -> Result<(usize, Ident)> {
    let (name, alias) = match relation {
        TableFactor::Table { name, alias, args: None, sample: None, .. } => (name, alias),
        other => return Err(source.at(other, format!("only a lookup can be joined: {TWO_INPUTS}"))),
    };
    let [ObjectNamePart::Identifier(part)] = name.0.as_slice() else {
        return Err(source.at(name, "unknown table; a lookup's name is one word, that of its [lookup.NAME]"));
    };
    let found = if known.is_select(part) { None } else { known.lookup(part) };
    let lookup = found.ok_or_else(|| no_lookup(name, part, source, known))?;
    let name = alias.as_ref().map_or_else(|| Ok(part.clone()), |alias| other_name(alias, name, source))?;
    Ok((lookup, name))
}

fn no_lookup(name: &ObjectName, part: &Ident, source: &Source, known: &Named) -> Error {
    let word = &part.value;
    if known.is_select(part) || same_name(part, &Ident::new("input")) {
        return source.at(name, format!("{word} is no lookup: {TWO_INPUTS}"));
    }
    match nearest(word, known.lookups()) {
        Some(near) => source.at(name, format!("unknown lookup {word:?}; nearest is {near:?}")),
        None => {
            let remedy = "a table that does not fit into memory can be joined in a database";
            let message = format!("unknown lookup {word:?}; declare it as [lookup.{word}] with the path of its file");
            source.at(name, format!("{message}; {remedy}"))
        }
    }
}

fn column(name: &ObjectName, source: &Source) -> Result<Ident> {
    match name.0.as_slice() {
        [ObjectNamePart::Identifier(column)] => Ok(column.clone()),
        _ => Err(source.at(name, "using takes the names of columns that both sides have")),
    }
}
