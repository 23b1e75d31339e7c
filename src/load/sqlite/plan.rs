//! Which column of the query goes to which column of the table, and in what form: settled at second zero.

use anyhow::Result;
use rusqlite::Connection;

use super::affinity::Affinity;
use super::declared::{Takes, declaration};
use super::existing_table::{Column, Table};
use super::holds::checked;
use super::upsert::never_null;
use crate::exit::{ExitCode, OrExit};
use crate::load::cell::Cell;
use crate::load::matching::{self, Matching, TableColumn, misfit, unknown, untouched};
use crate::load::quote::{quote, quoted};
use crate::types::{Known, OutputColumn, Type};
use crate::unique::unique;

/// How a load fills its table.
pub struct Plan {
    /// One for each output column, in its order.
    pub cells: Vec<Cell>,
    /// The table's columns that the cells go to.
    pub columns: Vec<String>,
    /// Those of them that tell the rows of an upsert apart.
    pub key: Vec<String>,
    /// Those that are never NULL, each with its place among them.
    pub never_null: Vec<(usize, String)>,
    pub warnings: Vec<String>,
}

impl Plan {
    /// For a table that the load creates.
    pub fn new_table(columns: &[OutputColumn]) -> Plan {
        let names = names(columns);
        // Each column has the affinity that its values need.
        let cells = columns.iter().map(|column| checked(stored(column), Affinity::None, "")).collect();
        let given = columns.iter().map(|column| &column.name);
        let renamed = given.zip(&names).filter(|(given, name)| given != name);
        let renamed =
            renamed.map(|(given, name)| format!("the name {given:?} is taken in the table; it is called {name:?}"));
        let warnings = columns.iter().filter_map(wide_decimal).chain(renamed).collect();
        Plan { cells, columns: names, key: Vec::new(), never_null: Vec::new(), warnings }
    }

    /// For a table that stands already: columns go by name, whatever their case.
    pub fn existing_table(table: &Table, columns: &[OutputColumn]) -> Result<Plan> {
        let remedy = "rename it with `as`, leave it out, or drop the table to have it made anew";
        let mut matching = Matching { table: &table.name, columns: &table.columns, filled: Vec::new(), remedy };
        let (mut cells, mut warnings) = (Vec::new(), Vec::new());
        for (column, name) in columns.iter().zip(names(columns)) {
            let target = matching.fill(&column.name, find(&matching, &column.name, &name))?;
            let cell = cell(column, target.takes.takes, &table.name)?;
            cells.push(checked(cell, target.takes.affinity, &table.name));
            if target.takes.takes != Takes::Text {
                warnings.extend(wide_decimal(column));
            }
        }
        let (key, never_null) = (Vec::new(), Vec::new());
        Ok(Plan { cells, columns: matching.finish()?, key, never_null, warnings })
    }

    /// For an upsert by these columns.
    pub fn with_key(self, wanted: &[String], existing: Option<&Table>) -> Result<Plan> {
        let key = matching::key(&self.columns, wanted)?;
        let never_null = never_null(&self.columns, &key, existing);
        Ok(Plan { key, never_null, ..self })
    }

    /// The `CREATE TABLE` for a new table, tried out on an empty database so that a wrong one is told at second zero.
    pub fn create_sql(&self, table: &str) -> Result<String> {
        let column = |(name, cell): (&String, &Cell)| {
            let not_null = if self.key.contains(name) { " NOT NULL" } else { "" };
            format!("{} {}{not_null}", quote(name), declaration(cell.typing.ty))
        };
        let key = (!self.key.is_empty()).then(|| format!("PRIMARY KEY ({})", quoted(&self.key)));
        let columns: Vec<String> = self.columns.iter().zip(&self.cells).map(column).chain(key).collect();
        let sql = format!("CREATE TABLE {} (\n  {}\n)", quote(table), columns.join(",\n  "));
        Connection::open_in_memory()
            .and_then(|empty| empty.execute_batch(&sql))
            .or_exit(ExitCode::Config, || format!("cannot create table {table}"))?;
        Ok(sql)
    }
}

/// `other_name`: what a table of ours calls the column where its own name is taken.
fn find<'a>(matching: &Matching<'a, Column>, name: &str, other_name: &str) -> Option<&'a TableColumn<Column>> {
    let named = |name: &str| matching.columns.iter().find(|candidate| candidate.name.eq_ignore_ascii_case(name));
    let free = |name: &str| named(name).filter(|target| matching.is_free(target));
    free(name).or_else(|| free(other_name)).or_else(|| named(name))
}

fn cell(column: &OutputColumn, takes: Takes, table: &str) -> Result<Cell> {
    // What a declared type refuses is refused before; a table that takes any text need not have it written anew.
    let takes_text = match takes {
        Takes::Text | Takes::Any => true,
        // What is declared to be a number may become one.
        Takes::Unchanged => !column.typing.ty.is_number(),
        Takes::Typed(_) | Takes::Number => false,
    };
    let is_open = column.field.is_some() && (column.known == Known::Guessed || takes_text);
    match takes {
        Takes::Typed(ty) if is_open => Ok(untouched(column, ty, false, table)),
        Takes::Unchanged if is_open => Ok(unknown(column, table)),
        _ if is_open => Ok(untouched(column, Type::Text, takes == Takes::Number, table)),
        _ if takes.fits(column.typing.ty) => Ok(Cell { as_text: takes == Takes::Text, ..stored(column) }),
        Takes::Typed(target) => Err(misfit(column, table, &target.to_string(), &target.to_string())),
        _ => Err(misfit(column, table, "number", "double")),
    }
}

/// For a column that is stored as what it is; JSON is to SQLite the text that it stands for.
fn stored(column: &OutputColumn) -> Cell {
    let into = (column.typing.ty == Type::Json).then_some(Type::Text);
    Cell { into, ..Cell::of(column) }
}

/// The columns' names, no two of them the same to SQLite.
fn names(columns: &[OutputColumn]) -> Vec<String> {
    let given: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    unique(&given, str::to_ascii_lowercase)
}

fn wide_decimal(column: &OutputColumn) -> Option<String> {
    match column.typing.ty {
        Type::Decimal { precision, .. } if precision > 15 => Some(format!(
            "column {} is {}, but SQLite keeps about 15 digits of a number; cast it to text to keep them all",
            column.name, column.typing.ty
        )),
        _ => None,
    }
}
