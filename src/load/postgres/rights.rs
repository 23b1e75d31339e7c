//! What would stand in the way of the first row, asked for at second zero: a schema, rights, a key for `upsert`.

use anyhow::Result;

use super::Order;
use super::connection::Connection;
use super::existing_table::{Table, ask, ask_of};
use super::names::Name;
use super::plan::Plan;
use crate::exit::{ExitCode, fatal};
use crate::job::Mode;

const IN_SCHEMA: &str = "select to_regnamespace(quote_ident($1)) is null, \
    coalesce(has_schema_privilege(to_regnamespace(quote_ident($1)), 'CREATE'), false)";

/// Of the table, and that of each column where the table's is lacking.
const ON_TABLE: &str = "select current_user, row_security_active($1::oid), has_table_privilege($1::oid, 'TRUNCATE'), \
    has_table_privilege($1::oid, 'INSERT') or bool_and(has_column_privilege($1::oid, attnum, 'INSERT')), \
    has_table_privilege($1::oid, 'UPDATE') or bool_and(has_column_privilege($1::oid, attnum, 'UPDATE')), \
    has_table_privilege($1::oid, 'SELECT') or bool_and(has_column_privilege($1::oid, attnum, 'SELECT')) \
    from pg_attribute where attrelid = $1::oid and attname in (…)";

/// Unique indexes that an `on conflict` goes by, a row for each of their columns; one that is judged later spoils it.
const KEYS: &str = "select a.attname, i.indexrelid, i.indimmediate from pg_index i \
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any((i.indkey::int2[])[0:i.indnkeyatts - 1]) \
    where i.indrelid = $1::oid and i.indisunique and i.indisvalid and i.indpred is null \
    and i.indexprs is null";

pub fn check(
    connection: &mut Connection,
    name: &Name,
    existing: Option<&Table>,
    plan: &Plan,
    order: &Order,
) -> Result<()> {
    if existing.is_none() || order.mode == Mode::Replace {
        check_schema(connection, &name.schema)?;
    }
    let Some(table) = existing else { return Ok(()) };
    check_table(connection, table, plan, order.mode)?;
    if order.mode == Mode::Upsert { check_key(connection, table, order.key) } else { Ok(()) }
}

fn check_schema(connection: &mut Connection, schema: &str) -> Result<()> {
    match yes(ask(connection, IN_SCHEMA, &[schema])?.concat()).as_slice() {
        [true, _] => {
            refuse(format!("there is no schema {schema}; create it first, or name another: table=SCHEMA.TABLE"))
        }
        [_, false] => refuse(format!("no right to make a table in schema {schema}; grant create on it")),
        _ => Ok(()),
    }
}

fn check_table(connection: &mut Connection, table: &Table, plan: &Plan, mode: Mode) -> Result<()> {
    let mut answer = ask_of(connection, ON_TABLE, table, &plan.columns)?.concat();
    let of = &table.name.table;
    if answer.is_empty() {
        return Ok(());
    }
    let user = answer.remove(0);
    let [guarded, truncate, insert, update, select]: [bool; 5] =
        yes(answer).try_into().unwrap_or([false, true, true, true, true]);
    let lacks = |right: &str| refuse(format!("{user} may not {right} table {of}; grant it {right} there"));
    match mode {
        _ if !insert => lacks("insert"),
        Mode::Upsert if !update => lacks("update"),
        // The server asks for it of a row that an `on conflict` goes by or takes values from.
        Mode::Upsert if !select => lacks("select"),
        Mode::Truncate | Mode::Replace if !truncate => lacks("truncate"),
        Mode::Append | Mode::Truncate | Mode::Replace if guarded => refuse(format!(
            "rows of table {of} are under row-level security, which COPY cannot heed; use upsert, or a role that it does \
             not hold for"
        )),
        _ => Ok(()),
    }
}

fn check_key(connection: &mut Connection, table: &Table, key: &[String]) -> Result<()> {
    let found = ask(connection, KEYS, &[&table.oid])?;
    let of_index = |index: &String| {
        let columns = found.iter().filter(move |row| row.get(1) == Some(index)).filter_map(|row| row.first());
        columns.map(|column| column.to_lowercase()).collect()
    };
    let sorted = |mut columns: Vec<String>| {
        columns.sort();
        columns
    };
    let wanted = sorted(key.iter().map(|column| column.to_lowercase()).collect());
    let fitting: Vec<&Vec<String>> =
        found.iter().filter(|row| row.get(1).is_some_and(|index| sorted(of_index(index)) == wanted)).collect();
    let is_immediate = |row: &&Vec<String>| row.get(2).is_some_and(|answer| answer == "t");
    match !fitting.is_empty() && fitting.iter().all(is_immediate) {
        true => Ok(()),
        false => refuse(format!(
            "table {} has no unique index on just ({}) to upsert by, or it is partial, or one is \
             deferrable; create one that is not",
            table.name.table,
            key.join(", ")
        )),
    }
}

fn yes(answers: Vec<String>) -> Vec<bool> {
    answers.iter().map(|answer| answer == "t").collect()
}

fn refuse<T>(message: String) -> Result<T> {
    Err(fatal(ExitCode::Config, message))
}
