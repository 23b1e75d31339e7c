//! What a transaction that rows go by begins with, and whether the table is by then what its rows are encoded for.

use super::connection::Connection;
use super::fault::Fault;
use super::loader::Loader;
use super::session::{Settings, settings};
use super::shape::{Shape, compare, holds_rows, locked};
use super::transaction::Check;

/// Opens a transaction.
pub const BEGIN: &str = "begin; ";

/// Statements that a first transaction begins with.
#[derive(Default)]
pub struct First {
    /// Whether the table holds rows is asked before.
    pub looks: bool,
    pub before: Vec<String>,
    pub own: Vec<String>,
}

impl First {
    fn is_empty(&self) -> bool {
        !self.looks && self.before.is_empty() && self.own.is_empty()
    }
}

/// How a transaction that rows go by has begun.
#[derive(Default)]
pub struct Begun {
    pub settings: Option<Settings>,
    pub shape: Option<Shape>,
    /// The table held rows before that.
    pub held: bool,
}

/// Opens it.
pub fn begin(
    connection: &mut Connection,
    loader: &Loader,
    first: &First,
    each: &str,
    check: &Check,
) -> Result<Begun, Fault> {
    if first.is_empty() {
        return looked(connection, loader, &format!("{BEGIN}{each}"), check);
    }
    connection.run(BEGIN)?;
    let held = first.looks && holds_rows(connection, &loader.table)?;
    for sql in &first.before {
        connection.run(sql).map_err(|fault| match fault {
            Fault::Refused(_) if !fault.is_passing() => Fault::OfTheUser(Box::new(fault)),
            fault => fault,
        })?;
    }
    let settings = if first.before.is_empty() { None } else { Some(settings(connection)?) };
    first.own.iter().try_for_each(|sql| connection.run(sql).map(drop))?;
    Ok(Begun { settings, held, ..looked(connection, loader, each, check)? })
}

/// Looks at the table, once statements that go along have been run.
fn looked(connection: &mut Connection, loader: &Loader, along: &str, check: &Check) -> Result<Begun, Fault> {
    let found = locked(connection, along, loader.target(), &check.columns)?;
    let shape = match &check.shape {
        Some(expected) => compare(&loader.table.table, expected, &found).map(|()| None)?,
        None => Some(found),
    };
    Ok(Begun { shape, ..Begun::default() })
}
