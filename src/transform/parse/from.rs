//! `from`: the input, a sub-select in brackets, or one named by `with`; and the lookups joined to it.

use std::rc::Rc;

use anyhow::Result;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart, Query, TableAlias, TableFactor, TableWithJoins, With};
use sqlparser::keywords::Keyword;

use super::join::{TWO_INPUTS, joins};
use super::refuse::text_as_name;
use super::source::Source;
use super::{From, Table, nested};
use crate::nearest::nearest;

/// The selects that `with` names, those of outer selects included; later ones may read earlier ones.
#[derive(Clone, Default)]
pub struct Named {
    selects: Vec<Rc<NamedSelect>>,
    /// Names of the job's lookups.
    lookups: Rc<[String]>,
}

struct NamedSelect {
    name: Ident,
    query: Query,
    /// What it may read itself.
    known: Named,
}

impl Named {
    /// The lookups alone.
    pub fn new(lookups: &[String]) -> Named {
        Named { selects: Vec::new(), lookups: lookups.into() }
    }

    /// These and those of one more `with`.
    pub fn with(&self, with: Option<With>, source: &Source) -> Result<Named> {
        let mut known = self.clone();
        let Some(with) = with else { return Ok(known) };
        if with.recursive {
            return Err(source.at_keyword(&[Keyword::RECURSIVE], "with recursive is not possible for a stream"));
        }
        for table in with.cte_tables {
            if !table.alias.columns.is_empty() {
                return Err(source.at_name(&table.alias.name, "columns cannot be renamed here; use as in the select"));
            }
            let select = NamedSelect { name: table.alias.name, query: *table.query, known: known.clone() };
            known.selects.push(Rc::new(select));
        }
        Ok(known)
    }

    /// The innermost of that name.
    fn find(&self, name: &Ident) -> Option<&NamedSelect> {
        self.selects.iter().rev().find(|known| same_name(name, &known.name)).map(Rc::as_ref)
    }

    pub fn is_select(&self, name: &Ident) -> bool {
        self.find(name).is_some()
    }

    /// The place of the lookup of that name.
    pub fn lookup(&self, name: &Ident) -> Option<usize> {
        self.lookups.iter().position(|lookup| same_name(name, &Ident::new(lookup)))
    }

    pub fn lookups(&self) -> impl Iterator<Item = &str> {
        self.lookups.iter().map(String::as_str)
    }

    /// What can stand first in from.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.selects.iter().map(|known| known.name.value.as_str()).chain(["input"])
    }
}

/// Quoted names match exactly, others in any case.
pub fn same_name(name: &Ident, known: &Ident) -> bool {
    match name.quote_style.or(known.quote_style) {
        Some(_) => name.value == known.value,
        None => name.value.eq_ignore_ascii_case(&known.value),
    }
}

/// The one table that a select reads, and the lookups joined to it.
pub fn from(from: &[TableWithJoins], source: &Source, known: &Named) -> Result<From> {
    let [table] = from else {
        return Err(match from.get(1) {
            Some(second) => source.at(second, format!("lookups are joined by join … on …; {TWO_INPUTS}")),
            None => source.at_keyword(&[Keyword::SELECT], "from is missing; write select … from input"),
        });
    };
    let first = first(&table.relation, source, known)?;
    Ok(From { joins: joins(&table.joins, source, known)?, ..first })
}

fn first(table: &TableFactor, source: &Source, known: &Named) -> Result<From> {
    match table {
        TableFactor::Table {
            name,
            alias,
            args: None,
            with_hints,
            sample: None,
            version: None,
            with_ordinality: false,
            ..
        } if with_hints.is_empty() => named(name, alias.as_ref(), source, known),
        TableFactor::Table { name, args: Some(_), .. } => {
            let message = format!("{name} cannot stand in from with brackets; only a name or a select can");
            Err(source.at(name, message))
        }
        TableFactor::Table { name, .. } => Err(source.at(name, "only a name can follow the table's name in from")),
        TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
            let select = nested(subquery.as_ref().clone(), source, known)?;
            let name = match alias {
                Some(alias) => other_name(alias, subquery.as_ref(), source)?,
                None => Ident::new(""),
            };
            Ok(From { table: Table::Select(Box::new(select)), name, joins: Vec::new() })
        }
        other => Err(source.at(other, "only input, a name of with, or a select in brackets can stand in from")),
    }
}

fn named(name: &ObjectName, alias: Option<&TableAlias>, source: &Source, known: &Named) -> Result<From> {
    let unknown = |name: &ObjectName| source.at(name, "unknown table; a table's name is one word, such as input");
    let [ObjectNamePart::Identifier(part)] = name.0.as_slice() else { return Err(unknown(name)) };
    if let Some(message) = text_as_name(part) {
        return Err(source.at_keyword(&[Keyword::FROM], message));
    }
    let table = match known.find(part) {
        Some(select) => Table::Select(Box::new(nested(select.query.clone(), source, &select.known)?)),
        None if same_name(part, &Ident::new("input")) => Table::Input,
        None if known.lookup(part).is_some() => {
            let message = format!("{part} is a lookup, which rows are joined to; write from input join {part} on …");
            return Err(source.at(name, message));
        }
        None => return Err(source.at(name, unknown_table(&part.value, known))),
    };
    let name = alias.map_or_else(|| Ok(part.clone()), |alias| other_name(alias, name, source))?;
    Ok(From { table, name, joins: Vec::new() })
}

fn unknown_table(name: &str, known: &Named) -> String {
    if known.selects.is_empty() {
        return format!("unknown table {name:?}; the only table is input");
    }
    match nearest(name, known.names()) {
        Some(near) => format!("unknown table {name:?}; nearest is {near:?}"),
        None => format!("unknown table {name:?}; there are {}", known.names().collect::<Vec<_>>().join(", ")),
    }
}

pub fn other_name(alias: &TableAlias, table: &impl sqlparser::ast::Spanned, source: &Source) -> Result<Ident> {
    if !alias.columns.is_empty() {
        return Err(source.at(alias, "columns cannot be renamed in from; use as"));
    }
    match text_as_name(&alias.name) {
        Some(message) => Err(source.at(table, message)),
        None => Ok(alias.name.clone()),
    }
}
