//! `upsert`: the rows of a flush come into a table of the session's own, and from there over the rows of the same key. The
//! last row of a key wins, within a flush and between flushes; a key that holds a NULL is like no other, unless the unique
//! index says so.

use anyhow::Result;

use super::connection::Connection;
use super::plan::Plan;
use super::prologue::{Steps, options};
use super::table::{Table, ask};
use crate::load::matching;
use crate::load::quote::{quote, quoted};

/// Where the rows of a flush come to at first.
const INCOMING: &str = "gristmill_incoming";

/// The unique indexes on just these columns to which one NULL is like another.
const NULLS_ALIKE: &str = "select indexrelid from pg_index i where indrelid = $1::oid and indisunique and indpred is null \
    and to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' and indnkeyatts = (select count(*) from … key(name)) \
    and not exists (select from … key(name) where name not in (select attname from pg_attribute \
      where attrelid = indrelid and attnum = any((indkey::int2[])[0:indnkeyatts - 1])))";

impl Steps {
    pub fn upsert(&mut self, connection: &mut Connection, table: &Table, plan: &Plan, key: &[String]) -> Result<()> {
        let keys = matching::key(&plan.columns, key)?;
        let alike = nulls_are_alike(connection, table, &keys)?;
        let (name, columns) = (table.name.sql(), quoted(&plan.columns));
        let (incoming, row) = (format!("pg_temp.{}", quote(INCOMING)), quote("gristmill_row"));
        let sets = matching::sets(&plan.columns, &keys);
        let action = if sets.is_empty() { "nothing".into() } else { format!("update set {}", sets.join(", ")) };
        let same = if alike { quoted(&keys) } else { format!("{}, {}", quoted(&keys), unless_null(&keys, &row)) };
        self.session.push(format!("drop table if exists {incoming}"));
        self.session.push(format!(
            "create temporary table {} on commit delete rows as select {columns} from {name} limit 0",
            quote(INCOMING)
        ));
        // Where a row lies does not tell when it came.
        self.session.push(format!("alter table {incoming} add {row} bigint generated always as identity"));
        self.relation = INCOMING.into();
        self.copy = format!("copy {incoming} ({columns}) from stdin{}", options(plan.form));
        self.merge = Some(format!(
            "insert into {name} ({columns}) select distinct on ({same}) {columns} from {incoming} \
             order by {same}, {row} desc on conflict ({}) do {action}; delete from {incoming}; ",
            quoted(&keys)
        ));
        Ok(())
    }
}

/// What is another one for each row whose key holds a NULL, and the same for all others.
fn unless_null(keys: &[String], row: &str) -> String {
    let nulls: Vec<String> = keys.iter().map(|key| format!("{} is null", quote(key))).collect();
    format!("case when {} then {row} end", nulls.join(" or "))
}

fn nulls_are_alike(connection: &mut Connection, table: &Table, keys: &[String]) -> Result<bool> {
    let places: Vec<String> = (0..keys.len()).map(|index| format!("(${}::text)", index + 2)).collect();
    let sql = NULLS_ALIKE.replace('…', &format!("(values {})", places.join(", ")));
    let parameters: Vec<&str> = [table.oid.as_str()].into_iter().chain(keys.iter().map(String::as_str)).collect();
    Ok(!ask(connection, &sql, &parameters)?.is_empty())
}
