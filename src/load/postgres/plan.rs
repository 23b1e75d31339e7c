//! Which column of the query goes to which column of the table, and in what form: settled at second zero.

use anyhow::Result;

use super::encoder::Form;
use super::existing_table::Table;
use super::names::{Name, kept_apart};
use super::wire::{Takes, declaration};
use crate::load::cell::Cell;
use crate::load::matching::{Matching, TableColumn, misfit, unknown, untouched};
use crate::load::quote::{quote, quoted};
use crate::types::{Known, OutputColumn, Type};

/// How a load fills its table.
pub struct Plan {
    /// One for each output column, in its order.
    pub cells: Vec<Cell>,
    /// The table's columns that the cells go to.
    pub columns: Vec<String>,
    pub form: Form,
}

impl Plan {
    /// For a table that the load creates.
    pub fn new_table(columns: &[OutputColumn]) -> Plan {
        let cell = |column: &OutputColumn| sound(Cell::of(column));
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        Plan { cells: columns.iter().map(cell).collect(), columns: kept_apart(&names), form: Form::Binary }
    }

    /// For a table that stands already: columns go by name, whatever their case.
    pub fn existing_table(table: &Table, columns: &[OutputColumn]) -> Result<Plan> {
        let (name, remedy) = (&table.name.table, "rename it with `as`, or leave it out");
        let mut matching = Matching { table: name, columns: &table.columns, filled: Vec::new(), remedy };
        let (mut cells, mut form) = (Vec::new(), Form::Binary);
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        for (column, kept) in columns.iter().zip(kept_apart(&names)) {
            let target = matching.fill(&column.name, find(table, &kept))?;
            if !matches!(target.takes, Takes::Typed(_)) {
                form = Form::Text;
            }
            cells.push(sound(cell(column, &target.takes, name)?));
        }
        Ok(Plan { cells, columns: matching.finish()?, form })
    }

    /// The `create table` for a new table; `key` is its primary key, where it has one.
    pub fn create_sql(&self, name: &Name, key: &[String]) -> String {
        let primary = (!key.is_empty()).then(|| format!("primary key ({})", quoted(key)));
        let lines: Vec<String> = self.declarations().into_iter().chain(primary).collect();
        format!("create table {} (\n  {}\n)", name.sql(), lines.join(",\n  "))
    }

    /// The columns as `create table` takes them.
    pub fn declarations(&self) -> Vec<String> {
        let column = |(name, cell): (&String, &Cell)| format!("{} {}", quote(name), declaration(cell.typing.ty));
        self.columns.iter().zip(&self.cells).map(column).collect()
    }
}

fn find<'a>(table: &'a Table, name: &str) -> Option<&'a TableColumn<Takes>> {
    let exact = table.columns.iter().find(|candidate| candidate.name == *name);
    exact.or_else(|| table.columns.iter().find(|candidate| candidate.name.to_lowercase() == name.to_lowercase()))
}

/// No text of PostgreSQL's holds a NUL.
fn sound(cell: Cell) -> Cell {
    Cell { refuses_nul: true, ..cell }
}

/// An untouched text of a column that nobody declared is read as what the table holds; a value of a known type must fit.
fn cell(column: &OutputColumn, takes: &Takes, table: &str) -> Result<Cell> {
    let ty = column.typing.ty;
    let is_open = column.field.is_some() && (column.known == Known::Guessed || ty == Type::Text);
    // Where its type is wanted, each value is judged; a text takes all digits.
    let is_whole = column.field.is_some() && column.known.is_finer();
    match takes {
        Takes::Typed(Type::Text) if is_whole => Ok(untouched(column, Type::Text, false, table)),
        Takes::Other(name) if is_whole && !name.starts_with("time") => Ok(untouched(column, Type::Text, false, table)),
        Takes::Typed(into) if is_open => Ok(untouched(column, *into, false, table)),
        Takes::Number(number) if is_open => {
            let unlimited = number.starts_with("numeric");
            Ok(Cell { unlimited, ..untouched(column, Type::Text, true, table) })
        }
        Takes::Other(_) if ty == Type::Json => {
            let json = takes.json();
            // Of any other type the server reads the text.
            let into = json.is_none().then_some(Type::Text);
            Ok(Cell { json, into, ..Cell::of(column) })
        }
        Takes::Other(_) if is_open => Ok(Cell { json: takes.json(), ..unknown(column, table) }),
        Takes::Typed(into) if takes.fits(ty) && *into != ty => Ok(Cell { into: Some(*into), ..Cell::of(column) }),
        // Its text form has no point, and the server judges the rest.
        Takes::Number(number) if takes.fits(ty) && number == "smallint" => {
            Ok(Cell { into: Some(Type::Integer), ..Cell::of(column) })
        }
        takes if takes.fits(ty) => Ok(Cell::of(column)),
        takes => Err(misfit(column, table, &takes.name(), &takes.name())),
    }
}
