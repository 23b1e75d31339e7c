//! Names: which column an identifier means, and what a misspelt one may have meant.

use anyhow::Result;
use sqlparser::ast::Ident;

use crate::nearest::nearest;
use crate::transform::parse::source::Source;
use crate::transform::plan::Expr;
use crate::types::InputColumn;

/// What a quoted name that is near no column may have been meant as.
const TEXT: &str = "; a text is written 'a'";

/// The one table of a select, and its columns.
pub struct Scope<'a> {
    /// The columns of the records that expressions run over, in which `Node::Column` counts.
    pub inputs: &'a [InputColumn],
    pub columns: Vec<Named>,
    /// The table's name.
    pub table: Ident,
    /// `_file` and `_line` mean something: the table is the input itself.
    pub pseudo: bool,
}

/// A column of the table, and what it stands for.
pub struct Named {
    pub name: String,
    pub expr: Expr,
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
            [table, column] => {
                self.table(table, source)?;
                self.column(column, source)
            }
            [first, ..] => Err(source.at_name(first, "a column is named as column or table.column")),
            [] => Err(source.at_name(&Ident::new(""), "a column's name is missing")),
        }
    }

    /// Checks that a name means the one table.
    pub fn table(&self, name: &Ident, source: &Source) -> Result<()> {
        if matches(name, &self.table.value) {
            return Ok(());
        }
        Err(source.at_name(name, format!("unknown table {:?}; the only table is {}", name.value, self.table.value)))
    }

    /// Column names win over pseudo-columns.
    pub fn column(&self, name: &Ident, source: &Source) -> Result<Name> {
        let mut found = self.columns.iter().enumerate().filter(|(_, column)| matches(name, &column.name));
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Ok(Name::Column(index)),
            (Some((_, one)), Some((_, other))) => {
                let (one, other) = (&one.name, &other.name);
                let message = format!("{:?} may be column {one:?} or {other:?}; quote the one you mean", name.value);
                Err(source.at_name(name, message))
            }
            (None, _) if self.pseudo && matches(name, "_file") => Ok(Name::File),
            (None, _) if self.pseudo && matches(name, "_line") => Ok(Name::Line),
            (None, _) => {
                let pseudo = if self.pseudo { ["_file", "_line"].as_slice() } else { &[] };
                let names = self.columns.iter().map(|column| column.name.as_str()).chain(pseudo.iter().copied());
                let quoted = name.quote_style.is_some() && nearest(&name.value, names.clone()).is_none();
                let hint = if quoted { TEXT } else { "" };
                Err(source.at_name(name, unknown("column", &name.value, names) + hint))
            }
        }
    }
}

/// Quoted names match exactly, others in any case.
pub fn matches(name: &Ident, candidate: &str) -> bool {
    match name.quote_style {
        Some(_) => name.value == candidate,
        None => name.value.to_lowercase() == candidate.to_lowercase(),
    }
}

/// `unknown column "quantitty"; nearest is "quantity"`.
pub fn unknown<'a>(kind: &str, name: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    match nearest(name, candidates) {
        Some(nearest) => format!("unknown {kind} {name:?}; nearest is {nearest:?}"),
        None => format!("unknown {kind} {name:?}"),
    }
}
