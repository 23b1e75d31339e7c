//! `upsert`: the rows of a flush come into a table of the session's own, and from there over the rows of the same key. The
//! last row of a key wins, within a flush and between flushes; a key that holds a NULL is like no other, unless the unique
//! index says so.

use anyhow::Result;

use super::connection::Connection;
use super::existing_table::{Table, ask_of};
use super::names::Name;
use super::plan::Plan;
use super::prologue::Steps;
use super::shape::DECLARED;
use crate::exit::{ExitCode, fatal};
use crate::load::matching;
use crate::load::quote::{quote, quoted};

/// Where the rows of a flush come to at first.
pub const INCOMING: &str = "gristmill_incoming";

/// The unique indexes on just these columns to which one NULL is like another.
const NULLS_ALIKE: &str = "select indexrelid from pg_index i where indrelid = $1::oid and indisunique and indpred is null \
    and to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' and indnkeyatts = (select count(*) from (…) key(name)) \
    and not exists (select from (…) key(name) where name not in (select attname from pg_attribute \
      where attrelid = indrelid and attnum = any((indkey::int2[])[0:indnkeyatts - 1])))";

impl Steps {
    pub fn upsert(
        &mut self,
        connection: &mut Connection,
        name: &Name,
        existing: Option<&Table>,
        plan: &Plan,
        key: &[String],
    ) -> Result<()> {
        let keys = matching::key(&plan.columns, key)?;
        let sets = match existing {
            Some(table) => settable(table, &plan.columns, &keys)?,
            None => matching::sets(&plan.columns, &keys),
        };
        let declarations = format!("select {DECLARED} from pg_attribute where attrelid = $1::oid and attname in (…)");
        let (declared, alike) = match existing {
            Some(table) => (
                ask_of(connection, &declarations, table, &plan.columns)?.concat(),
                !ask_of(connection, NULLS_ALIKE, table, &keys)?.is_empty(),
            ),
            None => (plan.declarations(), false),
        };
        if existing.is_none() {
            self.around.first.push(plan.create_sql(name, &keys));
        }
        let columns = quoted(&plan.columns);
        let (incoming, row) = (format!("pg_temp.{}", quote(INCOMING)), quote("gristmill_row"));
        let action = if sets.is_empty() { "nothing".into() } else { format!("update set {}", sets.join(", ")) };
        let same = if alike { quoted(&keys) } else { format!("{}, {}", quoted(&keys), unless_null(&keys, &row)) };
        // Where a row lies does not tell when it came, so each has a number.
        self.around.each.push(format!(
            "create temporary table if not exists {} ({}, {row} bigint generated always as identity) on commit delete rows",
            quote(INCOMING),
            declared.join(", ")
        ));
        self.relation = Name { schema: "pg_temp".into(), table: INCOMING.into() };
        self.copy = format!("copy {incoming} ({columns}) from stdin{}", plan.form.options());
        self.same = Some(same.clone());
        self.merge = Some(format!(
            "insert into {} ({columns}) overriding system value select distinct on ({same}) {columns} from {incoming} \
             order by {same}, {row} desc on conflict ({}) do {action}; delete from {incoming}; ",
            name.sql(),
            quoted(&keys)
        ));
        Ok(())
    }
}

/// What is set where the key stands already. A number that only an insert may give cannot be set.
fn settable(table: &Table, columns: &[String], keys: &[String]) -> Result<Vec<String>> {
    match columns.iter().find(|column| table.numbered.contains(column) && !keys.contains(column)) {
        None => Ok(matching::sets(columns, keys)),
        Some(column) => Err(fatal(
            ExitCode::Config,
            format!(
                "column {column} of table {} is generated always as identity, and an update cannot set it; make it the key, \
                 or leave it out of the query",
                table.name.table
            ),
        )),
    }
}

/// What is another one for each row whose key holds a NULL, and the same for all others.
fn unless_null(keys: &[String], row: &str) -> String {
    let nulls: Vec<String> = keys.iter().map(|key| format!("{} is null", quote(key))).collect();
    format!("case when {} then {row} end", nulls.join(" or "))
}
