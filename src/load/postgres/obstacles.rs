//! What of a table stands in the way of a mode, told at second zero.

use anyhow::Result;

use super::connection::Connection;
use super::existing_table::{Table, ask};
use crate::exit::{ExitCode, fatal};

/// Keys of other tables that lead here; the table's own parts are none.
const REFERENCES: &str = "select conname, conrelid::regclass::text from pg_constraint \
    where confrelid = $1::oid and contype = 'f' and conrelid <> confrelid \
    and conrelid not in (select relid from pg_partition_tree($1::oid::regclass)) limit 1";

/// Tables whose rows are taken for rows of this one.
const HEIRS: &str = "select inhrelid::regclass::text from pg_inherits where inhparent = $1::oid limit 1";

/// What may refuse, change or leave out a row, and that no copy of the table has: it fires for each row, before the
/// insert (2) or as a constraint.
const TRIGGERS: &str = "select tgname from pg_trigger where tgrelid = $1::oid and not tgisinternal \
    and tgenabled in ('O', 'A') and tgtype & 5 = 5 and (tgtype & 2 = 2 or tgconstraint <> 0) order by tgname limit 1";

/// Whether the table may be emptied; `remedy` is for a key that leads to it.
pub fn check_emptying(connection: &mut Connection, table: &Table, remedy: &str) -> Result<()> {
    let name = &table.name.table;
    if let [key, other] = found(connection, REFERENCES, table)?.as_slice() {
        return refuse(format!("table {name} cannot be emptied: key {key} of table {other} leads to it; {remedy}"));
    }
    match found(connection, HEIRS, table)?.first().filter(|_| !table.kind.is_partitioned) {
        None => Ok(()),
        Some(heir) => refuse(format!(
            "table {name} cannot be emptied by itself: table {heir} inherits from it; use mode append with \
             before_load = 'truncate only {}'",
            table.name.sql()
        )),
    }
}

/// Whether a copy of the table refuses what the table itself would, so that no row is found bad at the end of the load,
/// when it would fail the whole.
pub fn check_copying(connection: &mut Connection, table: &Table) -> Result<()> {
    let late = "mode replace would find out about at its end; use mode truncate";
    let name = &table.name.table;
    if table.kind.has_bounds {
        return refuse(format!("table {name} is partitioned or a partition, and rows that no partition takes {late}"));
    }
    match found(connection, TRIGGERS, table)?.first() {
        None => Ok(()),
        Some(trigger) => refuse(format!("trigger {trigger} of table {name} judges each row, which {late}")),
    }
}

/// The first row of an answer.
fn found(connection: &mut Connection, sql: &str, table: &Table) -> Result<Vec<String>> {
    Ok(ask(connection, sql, &[&table.oid])?.into_iter().next().unwrap_or_default())
}

fn refuse(message: String) -> Result<()> {
    Err(fatal(ExitCode::Config, message))
}
