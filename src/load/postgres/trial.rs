//! `before_load`, tried at second zero: in a transaction that is rolled back, so that the table can be looked at as it will
//! be, and nothing of it stays should no row come.

use anyhow::{Error, Result};

use super::connection::Connection;
use super::control::transaction_control;
use super::fault::{Fault, words};
use super::libpq::Complaint;
use super::loader::{KEEP, SAVEPOINT, TAKE_BACK};
use crate::exit::{ExitCode, fatal};

/// What came of the trial.
#[derive(Default)]
pub struct Tried {
    /// So many of the statements, from the first on, are run one by one before the transaction of the first flush: all up to
    /// the last one that must stand alone.
    pub alone: usize,
    /// What was left out.
    pub warnings: Vec<String>,
}

/// How long somebody else's lock is waited for.
const BEGIN: &str = "begin; set local lock_timeout = '5s'";

/// Runs the statements and then looks, in a transaction that leaves nothing behind.
pub fn inside<T>(
    connection: &mut Connection,
    statements: &[String],
    look: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<(T, Tried)> {
    if let Some(word) = statements.iter().find_map(|sql| transaction_control(sql)) {
        let message = format!(
            "before_load may hold no {word}: its statements take effect in the transaction of the first batch; leave it out"
        );
        return Err(fatal(ExitCode::Config, message));
    }
    run(connection, BEGIN)?;
    let tried = try_all(connection, statements)?;
    let seen = look(connection)?;
    run(connection, "rollback")?;
    Ok((seen, tried))
}

fn try_all(connection: &mut Connection, statements: &[String]) -> Result<Tried> {
    let mut tried = Tried::default();
    for (index, sql) in statements.iter().enumerate() {
        run(connection, SAVEPOINT)?;
        let complaint = match connection.run(sql) {
            Ok(_) => {
                run(connection, KEEP)?;
                continue;
            }
            Err(Fault::Refused(complaint)) => complaint,
            Err(fault) => return Err(failed(fault)),
        };
        if must_stand_alone(&complaint) {
            tried.alone = index + 1;
            tried.warnings.push(format!("{} was not tried, for it must stand alone", named(index)));
        } else if tried.alone > 0 {
            // It may need what was left out.
            let so = words(&complaint);
            tried.warnings.push(format!("{} was tried without what must stand alone before it: {so}", named(index)));
        } else {
            return Err(failed(Fault::Refused(complaint)));
        }
        run(connection, TAKE_BACK)?;
    }
    Ok(tried)
}

fn named(index: usize) -> String {
    format!("statement {} of before_load", index + 1)
}

/// Such as VACUUM, or a procedure that commits.
pub fn must_stand_alone(complaint: &Complaint) -> bool {
    ["25001", "2D000"].contains(&complaint.sqlstate.as_str())
}

fn run(connection: &mut Connection, sql: &str) -> Result<()> {
    connection.run(sql).map(drop).map_err(|fault| fault.error("cannot look at the table"))
}

fn failed(fault: Fault) -> Error {
    of_the_job(fault.error("before_load failed, tried before the first row"))
}

/// A statement of the job's own that fails says nothing of the rows.
pub fn of_the_job(error: Error) -> Error {
    match ExitCode::of(&error) {
        ExitCode::Data => fatal(ExitCode::Config, format!("{error:#}")),
        _ => error,
    }
}
