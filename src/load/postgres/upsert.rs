//! `upsert`: the rows of a flush come into a table of the session's own, and from there over the rows of the same key. The
//! last row of a key wins, within a flush and between flushes.

use anyhow::Result;

use super::names::{Name, quoted};
use super::plan::Plan;
use super::prologue::{Steps, options};
use crate::exit::{ExitCode, fatal};
use crate::load::quote::quote;

impl Steps {
    pub fn upsert(&mut self, name: &Name, plan: &Plan, key: &[String]) -> Result<()> {
        let keys = keys(plan, key)?;
        let columns = quoted(&plan.columns);
        let incoming = quote("gristmill_incoming");
        let others = plan.columns.iter().filter(|column| !keys.contains(column));
        let sets: Vec<String> = others.map(|column| format!("{0} = excluded.{0}", quote(column))).collect();
        let action = if sets.is_empty() { "nothing".into() } else { format!("update set {}", sets.join(", ")) };
        let keys = quoted(&keys);
        self.session.push(format!(
            "create temporary table if not exists {incoming} on commit delete rows as select {columns} from {} limit 0",
            name.sql()
        ));
        self.copy = format!("copy pg_temp.{incoming} ({columns}) from stdin{}", options(plan.form));
        self.merge = Some(format!(
            "insert into {} ({columns}) select distinct on ({keys}) {columns} from pg_temp.{incoming} \
             order by {keys}, ctid desc on conflict ({keys}) do {action}; delete from pg_temp.{incoming}; ",
            name.sql()
        ));
        Ok(())
    }
}

/// The table's columns that the job's key names.
fn keys(plan: &Plan, key: &[String]) -> Result<Vec<String>> {
    let find = |wanted: &String| {
        let found = plan.columns.iter().find(|column| column.to_lowercase() == wanted.to_lowercase());
        let message = || format!("load.key names column {wanted}, which the query does not select");
        found.cloned().ok_or_else(|| fatal(ExitCode::Config, message()))
    };
    key.iter().map(find).collect()
}
