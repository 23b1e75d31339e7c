//! `upsert`: the rows of a flush come into a table of the session's own, and from there over the rows of the same key. The
//! last row of a key wins, within a flush and between flushes; a key that holds a NULL is like no other, unless the unique
//! index says so.

use anyhow::Result;

use super::connection::Connection;
use super::plan::Plan;
use super::prologue::{Steps, options};
use super::table::{Table, ask_of};
use crate::load::matching;
use crate::load::quote::{quote, quoted};

/// Where the rows of a flush come to at first.
const INCOMING: &str = "gristmill_incoming";

/// The table's columns as `create table` takes them. To copy a table, or to select from it, takes a right that maybe only the
/// role has which the session takes later.
const DECLARATIONS: &str = "select quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) || coalesce(\
      (select format(' collate %I.%I', nspname, collname) from pg_collation c join pg_namespace n on n.oid = collnamespace \
       where c.oid = attcollation), '') \
    from pg_attribute where attrelid = $1::oid and attname in (…)";

/// The unique indexes on just these columns to which one NULL is like another.
const NULLS_ALIKE: &str = "select indexrelid from pg_index i where indrelid = $1::oid and indisunique and indpred is null \
    and to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' and indnkeyatts = (select count(*) from (…) key(name)) \
    and not exists (select from (…) key(name) where name not in (select attname from pg_attribute \
      where attrelid = indrelid and attnum = any((indkey::int2[])[0:indnkeyatts - 1])))";

impl Steps {
    pub fn upsert(&mut self, connection: &mut Connection, table: &Table, plan: &Plan, key: &[String]) -> Result<()> {
        let keys = matching::key(&plan.columns, key)?;
        let alike = !ask_of(connection, NULLS_ALIKE, table, &keys)?.is_empty();
        let (name, columns) = (table.name.sql(), quoted(&plan.columns));
        let (incoming, row) = (format!("pg_temp.{}", quote(INCOMING)), quote("gristmill_row"));
        let sets = matching::sets(&plan.columns, &keys);
        let action = if sets.is_empty() { "nothing".into() } else { format!("update set {}", sets.join(", ")) };
        let same = if alike { quoted(&keys) } else { format!("{}, {}", quoted(&keys), unless_null(&keys, &row)) };
        self.session.push(format!("drop table if exists {incoming}"));
        let declared = ask_of(connection, DECLARATIONS, table, &plan.columns)?.concat().join(", ");
        // Where a row lies does not tell when it came, so each has a number.
        self.session.push(format!(
            "create temporary table {} ({declared}, {row} bigint generated always as identity) on commit delete rows",
            quote(INCOMING)
        ));
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
