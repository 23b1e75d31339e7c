//! `autoincrement`: a table never gives a number twice, also where `replace` puts a new one in its place.

use anyhow::Result;

use super::database::Database;

/// Has table `into` number its rows on from where table `from` is, as if the rows of that had been deleted from it.
pub fn carry_on(database: &Database, from: &str, into: &str) -> Result<()> {
    let (exists, counts) = (
        "select exists (select 1 from main.sqlite_schema where name = 'sqlite_sequence')",
        "select exists (select 1 from main.sqlite_sequence where name = ?1)",
    );
    let ask = |sql, names: &[&str]| {
        database.patiently(|connection| {
            connection.query_row(sql, rusqlite::params_from_iter(names), |row| row.get::<_, bool>(0))
        })
    };
    if !ask(exists, &[])? || !ask(counts, &[from])? {
        return Ok(());
    }
    let change = |sql, names: &[&str]| {
        let change = database.connection.execute(sql, rusqlite::params_from_iter(names));
        change.map(drop).map_err(|cause| database.error(cause))
    };
    if !ask(counts, &[into])? {
        change("insert into main.sqlite_sequence (name, seq) values (?1, 0)", &[into])?;
    }
    let sql = "update main.sqlite_sequence
               set seq = max(seq, (select max(seq) from main.sqlite_sequence where name = ?1)) where name = ?2";
    change(sql, &[from, into])
}
