//! Names: which column an identifier means, and what a misspelt one may have meant.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::Result;
use sqlparser::ast::{Ident, SelectItem};

use super::coerce::excerpt;
use crate::job::Key;
use crate::nearest::nearest;
use crate::transform::parse::Source;
use crate::transform::plan::{Expr, Node};
use crate::types::InputColumn;

/// What a quoted name that is near no column may have been meant as.
const TEXT: &str = "; a text is written 'a'";

/// The tables of a select, and their columns.
pub struct Scope<'a> {
    /// The columns of the records that expressions run over, in which `Node::Column` counts.
    pub inputs: &'a [InputColumn],
    pub columns: Vec<Named>,
    pub index: Index,
    pub tables: Vec<Table>,
    /// `_file` and `_line` mean something: the first table is the input itself.
    pub pseudo: bool,
    /// The select list, whose own names an expression cannot read.
    pub listed: &'a [SelectItem],
}

/// One table: what a select reads, or a lookup joined to it.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: Ident,
    /// Its columns, in the scope's.
    pub columns: Range<usize>,
    /// The columns of `using`: one before this table, and that of the same name in it, which is meant by no name alone.
    pub using: Vec<(usize, usize)>,
    /// Where the types of a lookup's columns are declared.
    pub declares: Option<Key>,
}

impl Table {
    /// The only table there is, with so many columns.
    pub fn only(name: Ident, columns: usize) -> Table {
        Table { name, columns: 0..columns, using: Vec::new(), declares: None }
    }
}

/// A column of the table, and what it stands for.
pub struct Named {
    pub name: String,
    pub expr: Expr,
}

/// Where the columns of a name are, whatever its case: a wide table has many, and a query may name them all.
#[derive(Default)]
pub struct Index(HashMap<String, Vec<usize>>);

impl Index {
    pub fn of(columns: &[Named]) -> Index {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, column) in columns.iter().enumerate() {
            places.entry(column.name.to_lowercase()).or_default().push(index);
        }
        Index(places)
    }

    fn places(&self, name: &Ident) -> &[usize] {
        self.0.get(&name.value.to_lowercase()).map_or(&[], Vec::as_slice)
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    Column(usize),
    File,
    Line,
}

impl Scope<'_> {
    /// `column` or `table.column`.
    pub fn resolve(&self, parts: &[Ident], source: &Source) -> Result<Name> {
        match parts {
            [column] => self.column(column, source),
            [table, column] => self.column_of(self.table(table, source)?, column, source),
            [first, ..] => Err(source.at_name(first, "a column is named as column or table.column")),
            [] => Err(source.at_name(&Ident::new(""), "a column's name is missing")),
        }
    }

    /// The table of that name.
    pub fn table(&self, name: &Ident, source: &Source) -> Result<usize> {
        let found = self.tables.iter().position(|table| matches(name, &table.name.value));
        found.ok_or_else(|| {
            let names = || self.tables.iter().map(|table| table.name.value.as_str());
            let message = match (self.tables.as_slice(), nearest(&name.value, names())) {
                ([only], _) => format!("unknown table {:?}; the only table is {}", name.value, only.name.value),
                (_, Some(near)) => format!("unknown table {:?}; nearest is {near:?}", name.value),
                (_, None) => {
                    format!("unknown table {:?}; there are {}", name.value, names().collect::<Vec<_>>().join(", "))
                }
            };
            source.at_name(name, message)
        })
    }

    /// A column named without its table. Column names win over pseudo-columns.
    pub fn column(&self, name: &Ident, source: &Source) -> Result<Name> {
        self.find(name, |index| !self.is_merged(index), self.pseudo, source)
    }

    /// A column of one table.
    fn column_of(&self, table: usize, name: &Ident, source: &Source) -> Result<Name> {
        let columns = self.tables.get(table).map_or(0..0, |table| table.columns.clone());
        self.find(name, |index| columns.contains(&index), self.pseudo && table == 0, source)
    }

    /// A column that is one of these.
    pub fn column_among(&self, columns: &[usize], name: &Ident, source: &Source) -> Result<Name> {
        self.find(name, |index| columns.contains(&index), self.pseudo, source)
    }

    fn find(&self, name: &Ident, counts: impl Fn(usize) -> bool, pseudo: bool, source: &Source) -> Result<Name> {
        let is_it = |index: &usize| self.columns.get(*index).is_some_and(|column| matches(name, &column.name));
        let mut found = self.index.places(name).iter().copied().filter(|index| counts(*index)).filter(is_it);
        match (found.next(), found.next()) {
            (Some(index), None) => Ok(Name::Column(index)),
            (Some(one), Some(other)) => Err(source.at_name(name, self.ambiguous(name, one, other))),
            (None, _) if pseudo && matches(name, "_file") => Ok(Name::File),
            (None, _) if pseudo && matches(name, "_line") => Ok(Name::Line),
            (None, _) => {
                let columns = self.columns.iter().enumerate().filter(|(index, _)| counts(*index));
                let names = columns.map(|(_, column)| column.name.as_str());
                let message = self.listed_name(name).unwrap_or_else(|| unknown_column(name, names, pseudo));
                Err(source.at_name(name, message))
            }
        }
    }

    /// What to write where the name is one that the select list gives.
    fn listed_name(&self, name: &Ident) -> Option<String> {
        let found = self.listed.iter().find_map(|item| match item {
            SelectItem::ExprWithAlias { expr, alias } if matches(name, &alias.value) => Some(expr),
            _ => None,
        })?;
        let what = format!("{:?} is a name of the select list, for group by and order by alone", name.value);
        Some(format!("{what}; write {}", excerpt(found)))
    }

    fn ambiguous(&self, name: &Ident, one: usize, other: usize) -> String {
        let table = |index: usize| self.tables.iter().find(|table| table.columns.contains(&index));
        let named = |index: usize| self.columns.get(index).map_or("", |column| column.name.as_str());
        match (table(one), table(other)) {
            (Some(first), Some(second)) if first.columns != second.columns => {
                let qualified = |table: &Table, index| format!("{}.{}", table.name, written(named(index)));
                let (first, second) = (qualified(first, one), qualified(second, other));
                format!("{:?} may be {first} or {second}; write the one you mean", name.value)
            }
            _ => {
                let (one, other) = (named(one), named(other));
                format!("{:?} may be column {one:?} or {other:?}; quote the one you mean", name.value)
            }
        }
    }

    /// Whether a column is the second one of its name in `using`.
    fn is_merged(&self, column: usize) -> bool {
        self.tables.iter().any(|table| table.using.iter().any(|(_, merged)| *merged == column))
    }

    /// The columns that `*` means: those of `using` come first, and once, those of the last join before the others.
    pub fn star(&self) -> Vec<usize> {
        let mut columns: Vec<usize> = (0..self.columns.len()).filter(|column| !self.is_merged(*column)).collect();
        let joined =
            |column: &usize| self.tables.iter().rposition(|table| table.using.iter().any(|(first, _)| first == column));
        columns.sort_by_key(|column| std::cmp::Reverse(joined(column)));
        columns
    }

    /// The key under which the type of a column of the records is declared, and whether the command line can do it.
    pub fn declares(&self, column: usize) -> (Key, bool) {
        let is_it = |named: &Named| matches!(named.expr.node, Node::Column(index) if index == column);
        let place = self.columns.iter().position(is_it);
        let table = place.and_then(|place| self.tables.iter().find(|table| table.columns.contains(&place)));
        match table.and_then(|table| table.declares.clone()) {
            Some(key) => (key, false),
            None => (Key::from("extract.columns"), true),
        }
    }
}

/// A column's name as a query has to write it.
fn written(name: &str) -> String {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain && !name.starts_with(|first: char| first.is_ascii_digit()) { name.to_owned() } else { format!("{name:?}") }
}

/// Quoted names match exactly, others in any case.
pub fn matches(name: &Ident, candidate: &str) -> bool {
    match name.quote_style {
        Some(_) => name.value == candidate,
        None if name.value.is_ascii() && candidate.is_ascii() => name.value.eq_ignore_ascii_case(candidate),
        None => name.value.to_lowercase() == candidate.to_lowercase(),
    }
}

/// The same of a column, with all that there are where they are few and none is near.
fn unknown_column<'a>(name: &Ident, names: impl Iterator<Item = &'a str> + Clone, pseudo: bool) -> String {
    /// More would hide the message.
    const FEW: usize = 8;
    let pseudo = if pseudo { ["_file", "_line"].as_slice() } else { &[] };
    let candidates = names.clone().chain(pseudo.iter().copied());
    let message = unknown("column", &name.value, candidates.clone());
    let columns: Vec<&str> = names.take(FEW + 1).collect();
    match (nearest(&name.value, candidates), name.quote_style) {
        (Some(_), _) => message,
        (None, Some(_)) => message + TEXT,
        (None, None) if columns.len() == 1 => format!("{message}; the only column is {}", columns.join("")),
        (None, None) if (2..=FEW).contains(&columns.len()) => format!("{message}; there are {}", columns.join(", ")),
        (None, None) => message,
    }
}

/// `unknown column "quantitty"; nearest is "quantity"`.
pub fn unknown<'a>(kind: &str, name: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    match nearest(name, candidates) {
        Some(nearest) => format!("unknown {kind} {name:?}; nearest is {nearest:?}"),
        None => format!("unknown {kind} {name:?}"),
    }
}
