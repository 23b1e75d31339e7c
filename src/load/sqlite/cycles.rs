//! Kept rows that only refer to each other in a ring, or hang on such a ring: put in together. Whatever is left dangles.

use anyhow::Result;

use super::database::Database;
use super::insert::Insert;
use super::kept::{KEPT, Kept, QUEUE, ask, run};
use super::keys::{Key, leave_to_the_end};
use super::settle::{NO_PARENT, next_in_queue, put_in, queue_children, refuse};
use crate::load::quote::quote;

/// Refuses what dangles, and puts in what is left. A row that the table refuses nevertheless takes with it what refers to it.
pub fn settle(database: &Database, insert: &Insert, kept: &mut Kept) -> Result<()> {
    loop {
        refuse_dangling(database, kept)?;
        let Some(first) = ask::<i64>(database, &left("gristmill_number"), [])? else { return Ok(()) };
        // What is put in refers to what is put in after it.
        leave_to_the_end(database, &kept.own)?;
        database.execute("savepoint gristmill_ring")?;
        match put_in_all(database, insert, kept, first)? {
            None => {
                database.execute("release gristmill_ring")?;
                let loaded = run(database, &format!("delete from {KEPT} where gristmill_refused is null"), [])?;
                kept.count -= loaded;
                return Ok(());
            }
            Some((number, why)) => {
                database.execute("rollback to gristmill_ring")?;
                database.execute("release gristmill_ring")?;
                refuse(database, insert, number, &why)?;
            }
        }
    }
}

/// Rows that are not refused.
fn left(what: &str) -> String {
    format!("select {what} from {KEPT} where gristmill_refused is null order by gristmill_number limit 1")
}

/// The first row that the table refuses, and why.
fn put_in_all(database: &Database, insert: &Insert, kept: &Kept, first: i64) -> Result<Option<(i64, String)>> {
    let next =
        format!("select min(gristmill_number) from {KEPT} where gristmill_number > ?1 and gristmill_refused is null");
    let mut next_number = Some(first);
    while let Some(number) = next_number {
        database.check_stop()?;
        if let Err(why) = put_in(database, insert, kept, number)? {
            return Ok(Some((number, why)));
        }
        next_number = ask::<Option<i64>>(database, &next, [number])?.flatten();
    }
    Ok(None)
}

/// Refuses the rows whose row neither stands in the table nor is left here, and then those for which that was the row.
fn refuse_dangling(database: &Database, kept: &Kept) -> Result<()> {
    let dangles = dangles(kept);
    let queue = format!(
        "insert into {QUEUE} select gristmill_number from {KEPT} as w where gristmill_refused is null and {dangles}"
    );
    run(database, &queue, [])?;
    let refuse = format!(
        "update {KEPT} as w set gristmill_refused = {}, gristmill_column = {} where gristmill_number = ?1",
        why(kept),
        column(kept)
    );
    while let Some(number) = next_in_queue(database)? {
        database.check_stop()?;
        run(database, &refuse, [number])?;
        queue_children(database, kept, number, &dangles)?;
    }
    Ok(())
}

/// Whether row `w` lacks a row that no kept one is.
fn dangles(kept: &Kept) -> String {
    let each: Vec<String> = kept.own.iter().map(|key| dangles_by(kept, key)).collect();
    format!("({})", each.join(" or "))
}

fn dangles_by(kept: &Kept, key: &Key) -> String {
    if !kept.knows(key) {
        return "true".to_owned();
    }
    if !kept.fills(key.tos().iter()) {
        return format!("({})", key.dangles("w"));
    }
    let equal = |(from, to): &(String, String)| format!("q.{} = +w.{}", quote(to), quote(from));
    let equal: Vec<String> = key.pairs.iter().map(equal).collect();
    format!(
        "({} and not exists (select 1 from {KEPT} as q where {} and q.gristmill_refused is null))",
        key.dangles("w"),
        equal.join(" and ")
    )
}

/// What is said of row `w`: SQLite's words, and which key it is.
fn why(kept: &Kept) -> String {
    let case = |key: &Key| {
        let columns = key.froms().join(", ").replace('\'', "''");
        let said = format!("{NO_PARENT}: {columns} = ");
        let parent = key.child.replace('\'', "''");
        format!(
            "when {} then '{said}' || {} || ' refers to no row of table {parent}'",
            dangles_by(kept, key),
            key.shown("w")
        )
    };
    let known: Vec<String> = kept.own.iter().filter(|key| kept.knows(key)).map(case).collect();
    if known.is_empty() { format!("'{NO_PARENT}'") } else { format!("case {} else '{NO_PARENT}' end", known.join(" ")) }
}

/// The column of row `w` that finds nothing, where it is one.
fn column(kept: &Kept) -> String {
    let case = |key: &Key| match key.froms().as_slice() {
        [one] => format!("when {} then '{}'", dangles_by(kept, key), one.replace('\'', "''")),
        _ => format!("when {} then null", dangles_by(kept, key)),
    };
    let known: Vec<String> = kept.own.iter().filter(|key| kept.knows(key)).map(case).collect();
    if known.is_empty() { "null".to_owned() } else { format!("case {} end", known.join(" ")) }
}
