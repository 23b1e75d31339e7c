//! Kept rows when no more rows come: those whose row has come are put in, each followed by those that waited for it.

use anyhow::Result;

use super::cycles;
use super::database::Database;
use super::fault::words;
use super::insert::{Insert, column_in};
use super::kept::{KEPT, Kept, QUEUE, ask, place, run};
use super::upsert::same_key;
use crate::batch::{ErrorType, Reject, Stage};
use crate::load::quote::{quote, quoted};

/// As SQLite says it.
pub const NO_PARENT: &str = "FOREIGN KEY constraint failed";

/// As many refused rows are handed over at once, and fewer where their records are so many bytes.
const AT_ONCE: usize = 1000;
const BYTES_AT_ONCE: usize = 1 << 20;

/// What became of a row that was tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tried {
    Loaded,
    Waits,
    Refused,
}

/// Decides about the rows that are kept; the next ones that are refused, if any.
pub fn next_refused(database: &Database, insert: &Insert, kept: &mut Kept) -> Result<Option<Vec<Reject>>> {
    if !kept.is_settled {
        settle(database, insert, kept)?;
        kept.is_settled = true;
    }
    let rejects = refused(database, insert, kept)?;
    Ok((!rejects.is_empty()).then_some(rejects))
}

/// Puts in what can be put in; all others are refused then.
fn settle(database: &Database, insert: &Insert, kept: &mut Kept) -> Result<()> {
    while pass(database, insert, kept)? {}
    cycles::settle(database, insert, kept)
}

/// Tries each row that waits, in input order. Whether any was loaded.
fn pass(database: &Database, insert: &Insert, kept: &mut Kept) -> Result<bool> {
    let next =
        format!("select min(gristmill_number) from {KEPT} where gristmill_number > ?1 and gristmill_refused is null");
    let (mut at, mut any) = (0, false);
    while let Some(number) = ask::<Option<i64>>(database, &next, [at])?.flatten() {
        database.check_stop()?;
        at = number;
        if attempt(database, insert, kept, number)? == Tried::Loaded {
            any = true;
            follow(database, insert, kept)?;
        }
    }
    Ok(any)
}

/// Tries the rows that waited for one that was loaded, and so on.
fn follow(database: &Database, insert: &Insert, kept: &mut Kept) -> Result<()> {
    while let Some(number) = next_in_queue(database)? {
        database.check_stop()?;
        attempt(database, insert, kept, number)?;
    }
    Ok(())
}

/// Takes the first row off the queue.
pub fn next_in_queue(database: &Database) -> Result<Option<i64>> {
    let sql = format!("delete from {QUEUE} where number = (select min(number) from {QUEUE}) returning number");
    ask(database, &sql, [])
}

fn attempt(database: &Database, insert: &Insert, kept: &mut Kept, number: i64) -> Result<Tried> {
    let outcome = match waits_superseded(database, kept, number)? {
        true => Err(NO_PARENT.to_owned()),
        false => put_in(database, insert, kept, number)?,
    };
    let tried = match outcome {
        Ok(()) => Tried::Loaded,
        Err(why) if why == NO_PARENT => Tried::Waits,
        Err(why) => {
            refuse(database, insert, number, &why)?;
            Tried::Refused
        }
    };
    if tried == Tried::Loaded {
        queue_children(database, kept, number, "true")?;
        kept.forget(database, number)?;
        kept.count -= 1;
    }
    Ok(tried)
}

/// Puts a row in, or says why the table refuses it. One that has nothing more to set is in.
pub fn put_in(database: &Database, insert: &Insert, kept: &Kept, number: i64) -> Result<Result<(), String>> {
    let superseded = format!("select gristmill_superseded from {KEPT} where gristmill_number = ?1");
    if ask(database, &superseded, [number])?.unwrap_or(false) {
        return Ok(Ok(()));
    }
    let sql = insert.for_row_of(&format!("select {} from {KEPT} where gristmill_number = ?1", quoted(&kept.columns)));
    let statement = database.connection.prepare_cached(&sql);
    let outcome = statement.and_then(|mut statement| statement.execute([number]));
    match insert.blamed(database, outcome)? {
        Ok(1) => supersede(database, kept, number).map(Ok),
        Ok(_) => Ok(Err(insert.ignored())),
        Err(cause) => Ok(Err(words(&cause))),
    }
}

/// Whether a row that has nothing more to set lacks one of its own table nevertheless.
fn waits_superseded(database: &Database, kept: &Kept, number: i64) -> Result<bool> {
    let known = kept.own.iter().filter(|key| kept.knows(key));
    let dangles: Vec<String> = known.map(|key| key.dangles("w")).chain(["false".to_owned()]).collect();
    let dangles = dangles.join(" or ");
    let sql = format!("select gristmill_superseded and ({dangles}) from {KEPT} as w where w.gristmill_number = ?1");
    Ok(ask(database, &sql, [number])?.unwrap_or(false))
}

/// Rows before this one that have its key have nothing more to set.
fn supersede(database: &Database, kept: &Kept, number: i64) -> Result<()> {
    if kept.key.is_empty() {
        return Ok(());
    }
    let same = same_key(&kept.key, "w", "gristmill_kept");
    let sql = format!(
        "update {KEPT} set gristmill_superseded = true where gristmill_number < ?1
         and exists (select 1 from {KEPT} as w where w.gristmill_number = ?1 and {same})"
    );
    run(database, &sql, [number]).map(drop)
}

/// Puts the rows that refer to this one, and for which the condition holds, into the queue.
pub fn queue_children(database: &Database, kept: &Kept, number: i64, condition: &str) -> Result<()> {
    for key in kept.own.iter().filter(|key| kept.knows(key) && kept.fills(key.tos().iter())) {
        let refers = |(from, to): &(String, String)| format!("w.{} = p.{}", quote(from), quote(to));
        let refers: Vec<String> = key.pairs.iter().map(refers).collect();
        let sql = format!(
            "insert or ignore into {QUEUE} select w.gristmill_number from {KEPT} as p cross join {KEPT} as w
             where p.gristmill_number = ?1 and {} and w.gristmill_refused is null
             and w.gristmill_number <> p.gristmill_number and {condition}",
            refers.join(" and ")
        );
        run(database, &sql, [number])?;
    }
    Ok(())
}

pub fn refuse(database: &Database, insert: &Insert, number: i64, why: &str) -> Result<()> {
    let sql = format!("update {KEPT} set gristmill_refused = ?2, gristmill_column = ?3 where gristmill_number = ?1");
    run(database, &sql, (number, why, column_in(why, insert.table()))).map(drop)
}

/// The next refused rows, in input order.
fn refused(database: &Database, insert: &Insert, kept: &mut Kept) -> Result<Vec<Reject>> {
    let sql = format!(
        "select {}, gristmill_refused, gristmill_column, gristmill_number from {KEPT} order by gristmill_number limit {AT_ONCE}",
        place()
    );
    let mut rejects = Vec::new();
    let (mut last, mut bytes) = (0, 0);
    let mut statement = database.connection.prepare(&sql).map_err(|cause| database.error(cause))?;
    let mut rows = statement.query([]).map_err(|cause| database.error(cause))?;
    while bytes < BYTES_AT_ONCE {
        let Some(row) = rows.next().map_err(|cause| database.error(cause))? else { break };
        let (message, column): (String, Option<String>) = (row.get(5)?, row.get(6)?);
        let (stage, error_type, sink) = (Stage::Load, ErrorType::Constraint, Some(insert.sink()));
        let origin = kept.origin(row)?;
        bytes += origin.raw.len();
        rejects.push(Reject { origin, stage, sink, column, error_type, message });
        last = row.get(7)?;
    }
    run(database, &format!("delete from {KEPT} where gristmill_number <= ?1"), [last])?;
    kept.count -= rejects.len();
    Ok(rejects)
}
