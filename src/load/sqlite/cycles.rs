//! Kept rows that only refer to each other in a ring, or hang on such a ring: put in together. Whatever is left dangles.

use anyhow::Result;

use super::database::Database;
use super::insert::Insert;
use super::kept::{KEPT, Kept, QUEUE, ask, run};
use super::keys::{Key, leave_to_the_end};
use super::settle::{NO_PARENT, next_in_queue, put_in, queue_children, refuse};
use crate::load::quote::quote;

/// Refuses what dangles, and puts in what is left, ring by ring, so that a row which the table refuses nevertheless takes back
/// no more than its own ring.
pub fn settle(database: &Database, insert: &Insert, kept: &mut Kept) -> Result<()> {
    queue_dangling(database, kept)?;
    refuse_queued(database, kept)?;
    let next =
        format!("select min(gristmill_number) from {KEPT} where gristmill_number >= ?1 and gristmill_refused is null");
    let (mut at, mut is_first) = (0, true);
    while let Some(number) = ask::<Option<i64>>(database, &next, [at])?.flatten() {
        if is_first {
            // What is put in refers to what is put in after it.
            leave_to_the_end(database, &kept.own)?;
        }
        (at, is_first) = (number, false);
        put_in_ring(database, insert, kept, number)?;
    }
    Ok(())
}

/// Puts in a row along with all that it leads to, or refuses one of these, and what refers to it.
fn put_in_ring(database: &Database, insert: &Insert, kept: &mut Kept, first: i64) -> Result<()> {
    queue_ring(database, kept, first)?;
    database.execute("savepoint gristmill_ring")?;
    let outcome = put_in_queued(database, insert, kept)?;
    if outcome.is_err() {
        database.execute("rollback to gristmill_ring")?;
    }
    database.execute("release gristmill_ring")?;
    match outcome {
        Ok(loaded) => kept.count -= loaded,
        Err((number, why)) => {
            run(database, &format!("delete from {QUEUE}"), [])?;
            refuse(database, insert, number, &why)?;
            queue_children(database, kept, number, &dangles(kept))?;
            refuse_queued(database, kept)?;
        }
    }
    Ok(())
}

/// Queues a row and the kept ones that it leads to. Of several that it may refer to the first is enough: the others are
/// put in, or refused, when it is their turn.
fn queue_ring(database: &Database, kept: &Kept, first: i64) -> Result<()> {
    let step = |key: &Key| {
        format!(
            " union select (select min(q.gristmill_number) from {KEPT} as q where {} and q.gristmill_refused is null)
             from ring join {KEPT} as w on w.gristmill_number = ring.number",
            is_meant(key)
        )
    };
    let known = kept.own.iter().filter(|key| kept.knows(key) && kept.fills(key.tos().iter()));
    let steps: String = known.map(step).collect();
    let sql = format!(
        "with recursive ring (number) as (select ?1{steps})
         insert or ignore into {QUEUE} select number from ring where number is not null"
    );
    run(database, &sql, [first]).map(drop)
}

/// How many rows of the queue were put in, or the first that the table refuses, and why.
fn put_in_queued(database: &Database, insert: &Insert, kept: &Kept) -> Result<Result<usize, (i64, String)>> {
    let mut loaded = 0;
    while let Some(number) = next_in_queue(database)? {
        database.check_stop()?;
        if let Err(why) = put_in(database, insert, kept, number)? {
            return Ok(Err((number, why)));
        }
        kept.forget(database, number)?;
        loaded += 1;
    }
    Ok(Ok(loaded))
}

/// Queues the rows whose row neither stands in the table nor is left here.
fn queue_dangling(database: &Database, kept: &Kept) -> Result<()> {
    let dangles = dangles(kept);
    let queue = format!(
        "insert into {QUEUE} select gristmill_number from {KEPT} as w where gristmill_refused is null and {dangles}"
    );
    run(database, &queue, []).map(drop)
}

/// Refuses the rows of the queue, and then those for which one of them was the row.
fn refuse_queued(database: &Database, kept: &Kept) -> Result<()> {
    let refuse = format!(
        "update {KEPT} as w set gristmill_refused = {}, gristmill_column = {} where gristmill_number = ?1",
        why(kept),
        column(kept)
    );
    let dangles = dangles(kept);
    while let Some(number) = next_in_queue(database)? {
        database.check_stop()?;
        run(database, &refuse, [number])?;
        queue_children(database, kept, number, &dangles)?;
    }
    Ok(())
}

/// Whether kept row `q` is what row `w` refers to.
fn is_meant(key: &Key) -> String {
    let equal = |(from, to): &(String, String)| format!("q.{} = +w.{}", quote(to), quote(from));
    key.pairs.iter().map(equal).collect::<Vec<_>>().join(" and ")
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
    format!(
        "({} and not exists (select 1 from {KEPT} as q where {} and q.gristmill_refused is null))",
        key.dangles("w"),
        is_meant(key)
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
