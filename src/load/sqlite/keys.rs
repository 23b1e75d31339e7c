//! Foreign keys as the schema tells them, and what is done about those that SQLite would judge only at the end.

use anyhow::Result;
use rusqlite::Row;

use super::database::Database;
use super::deferred::deferred;
use super::existing_table::{Table, definition};
use super::names::literal;
use crate::load::quote::quote;

/// What a load does to rows; an upsert does both.
const EVENTS: [&str; 2] = ["insert", "update"];

/// One foreign key.
#[derive(Clone)]
pub struct Key {
    /// Its number within its table.
    pub id: i64,
    pub child: String,
    pub parent: String,
    /// Columns of the child, each with the one of the parent that it refers to.
    pub pairs: Vec<(String, String)>,
    pub on_delete: String,
    /// Judged at the commit.
    pub deferred: bool,
}

impl Key {
    /// The foreign keys of table `child`.
    pub fn of(database: &Database, child: &str) -> Result<Vec<Key>> {
        let sql = "select f.id, f.\"table\", f.on_delete, f.\"from\",
                     coalesce(f.\"to\", (select p.name from pragma_table_info(f.\"table\") p where p.pk = f.seq + 1), '')
                   from pragma_foreign_key_list(?1) f order by f.id, f.seq";
        let key = |row: &Row| {
            let pairs = vec![(row.get(3)?, row.get(4)?)];
            let (id, parent, on_delete) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Key { id, child: child.into(), parent, on_delete, pairs, deferred: false })
        };
        let rows: Vec<Key> =
            database.patiently(|connection| connection.prepare(sql)?.query_map([child], key)?.collect())?;
        let mut keys = merged(rows);
        // The last key of the definition is number 0.
        for (key, deferred) in keys.iter_mut().rev().zip(deferred(&definition(database, child)?)) {
            key.deferred = deferred;
        }
        Ok(keys)
    }

    /// The foreign keys of other tables into `parent`.
    pub fn into(database: &Database, parent: &str) -> Result<Vec<Key>> {
        let mut keys = Vec::new();
        for child in referring(database, parent)? {
            keys.extend(Key::of(database, &child)?.into_iter().filter(|key| key.refers_to(parent)));
        }
        Ok(keys)
    }

    pub fn refers_to(&self, table: &str) -> bool {
        self.parent.eq_ignore_ascii_case(table)
    }

    /// Whether any row of the child refers to a row of the parent.
    pub fn is_used(&self, database: &Database) -> Result<bool> {
        let child = quote(&self.child);
        let sql = format!("select exists (select 1 from main.{child} as c where exists ({}))", self.found_for("c"));
        database.patiently(|connection| connection.query_row(&sql, [], |row| row.get(0)))
    }

    /// The query for references that find nothing: the child, the key and the values, as SQL writes them.
    pub fn dangling(&self) -> String {
        let (child, shown) = (literal(&self.child), self.shown("c"));
        let (id, table, dangles) = (self.id, quote(&self.child), self.dangles("c"));
        format!("select {child} as child, {id} as id, {shown} as shown from main.{table} as c where {dangles}")
    }

    /// The columns of the child.
    pub fn froms(&self) -> Vec<String> {
        self.pairs.iter().map(|(from, _)| from.clone()).collect()
    }

    /// The columns of the parent.
    pub fn tos(&self) -> Vec<String> {
        self.pairs.iter().map(|(_, to)| to.clone()).collect()
    }

    /// The values of a row's key, as SQL writes them.
    pub fn shown(&self, row: &str) -> String {
        let shown: Vec<String> = self.pairs.iter().map(|(from, _)| format!("quote({row}.{})", quote(from))).collect();
        shown.join(" || ', ' || ")
    }

    /// Whether a row refers to no row of the parent.
    pub fn dangles(&self, row: &str) -> String {
        format!("{} and not exists ({})", self.given(row), self.found_for(row))
    }

    /// No part of the key is NULL; else it refers to nothing and is sound.
    fn given(&self, row: &str) -> String {
        let given = |(from, _): &(String, String)| format!("{row}.{} is not null", quote(from));
        self.pairs.iter().map(given).collect::<Vec<_>>().join(" and ")
    }

    /// The query for the row of the parent that `row` refers to. The plus takes the child's affinity off, so that the
    /// parent's decides, as in SQLite's own check; so does its collation, for it stands on the left.
    fn found_for(&self, row: &str) -> String {
        let equal = |(from, to): &(String, String)| format!("p.{} = +{row}.{}", quote(to), quote(from));
        let equal: Vec<String> = self.pairs.iter().map(equal).collect();
        format!("select 1 from main.{} as p where {}", quote(&self.parent), equal.join(" and "))
    }

    /// A trigger of this connection alone that refuses each row whose key finds nothing.
    fn watch(&self, into: &str, event: &str) -> String {
        format!(
            "create temp trigger {} after {event} on main.{} when {}
             begin select raise(abort, 'FOREIGN KEY constraint failed'); end",
            self.watch_name(event),
            quote(into),
            self.dangles("new")
        )
    }

    fn watch_name(&self, event: &str) -> String {
        format!("gristmill_key_{}_{event}", self.id)
    }
}

/// Rows of one key each, made one key of several columns.
fn merged(rows: Vec<Key>) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for row in rows {
        match keys.last_mut() {
            Some(key) if key.id == row.id => key.pairs.extend(row.pairs),
            _ => keys.push(row),
        }
    }
    keys
}

/// Triggers that judge each row by the keys that SQLite leaves for the commit: deferred ones, and where enforcement is
/// off all of them. A key of the table into itself is one into the table that the rows go to.
pub fn watches(database: &Database, table: &Table, into: &str, enforced: bool) -> Result<Vec<String>> {
    let keys = Key::of(database, &table.name)?;
    let redirected = |key: Key| match key.refers_to(&table.name) {
        true => Key { parent: into.to_owned(), ..key },
        false => key,
    };
    let late: Vec<Key> = keys.into_iter().filter(|key| key.deferred || !enforced).map(redirected).collect();
    Ok(late.iter().flat_map(|key| EVENTS.map(|event| key.watch(into, event))).collect())
}

/// Has a table's keys into itself judged by SQLite at the commit, and by nothing else.
pub fn leave_to_the_end(database: &Database, own: &[Key]) -> Result<()> {
    let names = own.iter().flat_map(|key| EVENTS.map(|event| key.watch_name(event)));
    names.into_iter().try_for_each(|name| database.execute(&format!("drop trigger if exists temp.{name}")))?;
    database.execute("pragma defer_foreign_keys = on")
}

/// Takes the triggers away again.
pub fn unwatch(database: &Database, table: &str) -> Result<()> {
    let keys = Key::of(database, table)?;
    let names = keys.iter().flat_map(|key| EVENTS.map(|event| key.watch_name(event)));
    names.into_iter().try_for_each(|name| database.execute(&format!("drop trigger if exists temp.{name}")))
}

/// The other tables whose foreign keys refer to the table.
pub fn referring(database: &Database, table: &str) -> Result<Vec<String>> {
    let sql = "select distinct m.name from sqlite_schema m, pragma_foreign_key_list(m.name) f
               where m.type = 'table' and f.\"table\" = ?1 collate nocase and m.name <> ?1 collate nocase order by m.name";
    database.patiently(|connection| connection.prepare(sql)?.query_map([table], |row: &Row| row.get(0))?.collect())
}
