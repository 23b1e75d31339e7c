//! Which column of the query goes to which column of the table, and in what form: settled at second zero.

use anyhow::Result;
use rusqlite::Connection;

use super::declared::{Takes, declaration};
use super::table::{Table, TableColumn};
use super::upsert::never_null;
use crate::exit::{ExitCode, OrExit, fatal};
use crate::load::cell::Cell;
use crate::load::matching;
use crate::load::quote::{quote, quoted};
use crate::nearest::nearest;
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
        let cells = columns.iter().map(Cell::of).collect();
        let given = columns.iter().map(|column| &column.name);
        let renamed = given.zip(&names).filter(|(given, name)| given != name);
        let renamed =
            renamed.map(|(given, name)| format!("the name {given:?} is taken in the table; it is called {name:?}"));
        let warnings = columns.iter().filter_map(wide_decimal).chain(renamed).collect();
        Plan { cells, columns: names, key: Vec::new(), never_null: Vec::new(), warnings }
    }

    /// For a table that stands already: columns go by name, whatever their case.
    pub fn existing_table(table: &Table, columns: &[OutputColumn]) -> Result<Plan> {
        let mut plan = Plan {
            cells: Vec::new(),
            columns: Vec::new(),
            key: Vec::new(),
            never_null: Vec::new(),
            warnings: Vec::new(),
        };
        for (column, name) in columns.iter().zip(names(columns)) {
            plan.match_column(table, column, &name)?;
        }
        let is_filled = |name: &String| plan.columns.contains(name);
        match table.columns.iter().find(|column| column.required && !is_filled(&column.name)) {
            None => Ok(plan),
            Some(missing) => Err(fatal(
                ExitCode::Config,
                format!(
                    "column {} of table {} is not null and has no default, but the query does not select it",
                    missing.name, table.name
                ),
            )),
        }
    }

    /// `other_name`: what a table of ours calls the column where its own name is taken.
    fn match_column(&mut self, table: &Table, column: &OutputColumn, other_name: &str) -> Result<()> {
        let name = &column.name;
        let named = |name: &str| table.columns.iter().find(|candidate| candidate.name.eq_ignore_ascii_case(name));
        let is_free = |target: &&TableColumn| !self.columns.contains(&target.name);
        let found = named(name).filter(is_free).or_else(|| named(other_name).filter(is_free)).or_else(|| named(name));
        let Some(target) = found.filter(|target| !target.generated) else {
            return Err(fatal(ExitCode::Config, lacks(table, name, found.is_some())));
        };
        if self.columns.contains(&target.name) {
            let message = format!("two columns of the query go to column {} of table {}", target.name, table.name);
            return Err(fatal(ExitCode::Config, message));
        }
        // What a declared type refuses is refused before; a table that takes any text need not have it written anew.
        let takes_text = matches!(target.takes, Takes::Text | Takes::Any);
        let cell = if column.field.is_some() && (column.known == Known::Guessed || takes_text) {
            untouched(column, target.takes, &table.name)
        } else if target.takes.fits(column.typing.ty) {
            Cell { as_text: target.takes == Takes::Text, ..Cell::of(column) }
        } else {
            return Err(fatal(ExitCode::Config, misfit(table, column, target.takes)));
        };
        if target.takes != Takes::Text {
            self.warnings.extend(wide_decimal(column));
        }
        self.cells.push(cell);
        self.columns.push(target.name.clone());
        Ok(())
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

/// An untouched column whose values go in as they are: the table decides what they must read as.
fn untouched(column: &OutputColumn, takes: Takes, table: &str) -> Cell {
    let ty = match takes {
        Takes::Typed(ty) => ty,
        Takes::Number | Takes::Text | Takes::Any => Type::Text,
    };
    let demand = format!("which column {} of table {table} takes", column.name);
    let new = Cell::new(column, ty.into(), demand);
    let number = takes == Takes::Number;
    Cell { number, keeps_zeros: new.keeps_zeros || (number && column.known == Known::Guessed), ..new }
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

fn lacks(table: &Table, name: &str, generated: bool) -> String {
    if generated {
        return format!("column {name} of table {} is generated by the table; leave it out of the query", table.name);
    }
    let nearest = nearest(name, table.columns.iter().map(|column| column.name.as_str()));
    let nearest = nearest.map(|nearest| format!("; the nearest is {nearest}")).unwrap_or_default();
    format!(
        "table {} has no column {name}{nearest}; rename it with `as`, leave it out, or drop the table to have it made anew",
        table.name
    )
}

fn misfit(table: &Table, column: &OutputColumn, takes: Takes) -> String {
    let (name, ty) = (&column.name, column.typing.ty);
    let (target, cast) = match takes {
        Takes::Typed(target) => (target.to_string(), target.to_string()),
        _ => ("number".into(), "double".into()),
    };
    format!(
        "column {name} is {ty}, but column {name} of table {} is {target}; write cast({name} as {cast})",
        table.name
    )
}
