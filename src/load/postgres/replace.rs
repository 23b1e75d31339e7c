//! `replace`: the rows wait in a table like the other one, which takes them over in one transaction and so keeps whatever
//! hangs on it: indexes, keys, grants, views.

use anyhow::Result;

use super::connection::Connection;
use super::existing_table::{Table, ask};
use super::names::Name;
use super::obstacles::{check_copying, check_emptying};
use super::plan::Plan;
use super::prologue::{Steps, copy};
use crate::load::quote::{quote, quoted};

/// The table's own foreign keys, as `alter table … add` takes them. One that leads to the table itself is to lead to the
/// copy, `$2`. Of one that leads to a partitioned table there is another for each partition, made by the server.
const FOREIGN_KEYS: &str = "select case when confrelid <> conrelid then pg_get_constraintdef(oid) \
    else format('foreign key (%s) references %s (%s)%s', names(conkey), $2::text, names(confkey), \
      case confmatchtype when 'f' then ' match full' end) end \
    from pg_constraint c where conrelid = $1::oid and contype = 'f' \
    and not exists (select from pg_constraint whole where whole.oid = c.conparentid and whole.conrelid = c.conrelid)";

/// What stands there for `names(…)`: columns by their numbers.
const COLUMN_NAMES: &str = "(select string_agg(quote_ident(attname), ', ' order by place) \
    from unnest(…) with ordinality key(number, place) join pg_attribute on attrelid = conrelid and attnum = number)";

impl Steps {
    pub fn replace(
        &mut self,
        connection: &mut Connection,
        name: &Name,
        existing: Option<&Table>,
        plan: &Plan,
    ) -> Result<()> {
        let (staging, columns, around) = (name.staging(), quoted(&plan.columns), &mut self.around);
        let drop = format!("drop table if exists {}", staging.sql());
        around.first.push(drop.clone());
        around.cleanup = Some(drop);
        self.relation.clone_from(&staging);
        self.copy = copy(&staging, &columns, plan.form);
        let Some(table) = existing else {
            around.first.push(plan.create_sql(&staging, &[]));
            around.publish.push(format!("alter table {} rename to {}", staging.sql(), quote(&name.table)));
            return Ok(());
        };
        check_emptying(connection, table, "use mode truncate after dropping that key, or upsert")?;
        check_copying(connection, table)?;
        around.first.push(format!("create table {} (like {} including all)", staging.sql(), name.sql()));
        let keys = foreign_keys(connection, table, &staging)?;
        around.first.extend(keys.iter().map(|key| format!("alter table {} add {key}", staging.sql())));
        around.publish.push(format!("truncate table {}", name.sql()));
        around.empties = true;
        around.publish.push(format!(
            "insert into {} ({columns}) overriding system value select {columns} from {}",
            name.sql(),
            staging.sql()
        ));
        around.publish.push(format!("drop table {}", staging.sql()));
        Ok(())
    }
}

fn foreign_keys(connection: &mut Connection, table: &Table, staging: &Name) -> Result<Vec<String>> {
    let names = |key: &str| COLUMN_NAMES.replace('…', key);
    let sql = FOREIGN_KEYS.replace("names(conkey)", &names("conkey")).replace("names(confkey)", &names("confkey"));
    Ok(ask(connection, &sql, &[&table.oid, &staging.sql()])?.into_iter().flatten().collect())
}
