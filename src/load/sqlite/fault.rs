//! SQLite's errors: in words that speak of the user's table, and with an exit code.

use std::path::Path;

use rusqlite::ErrorCode;

use super::names::{STAGING_PREFIX, TRIAL_PREFIX};
use crate::exit::{ExitCode, fatal};
use crate::stop::Stopped;

/// SQLite's words. A table of ours that stands in for the user's is called by the user's name.
pub fn words(cause: &rusqlite::Error) -> String {
    let words = match cause {
        rusqlite::Error::SqliteFailure(_, Some(words)) => words.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    words.replace(STAGING_PREFIX, "").replace(TRIAL_PREFIX, "")
}

/// An error of a database, with its file and an exit code; a statement is interrupted only when the run is to end.
pub fn error(path: &Path, cause: rusqlite::Error) -> anyhow::Error {
    if code(&cause) == Some(ErrorCode::OperationInterrupted) {
        return anyhow::Error::new(Stopped);
    }
    fatal(exit_code(&cause), format!("cannot write database {}: {}", path.display(), words(&cause)))
}

/// A statement that was tried before the first row. Where it does not fit the schema, the user must mend that.
pub fn unfit(path: &Path, table: &str, cause: rusqlite::Error) -> anyhow::Error {
    if exit_code(&cause) != ExitCode::Config {
        return error(path, cause);
    }
    let words = words(&cause);
    let itself = format!("no such column: {table}.").to_lowercase();
    let remedy = if words.starts_with("ON CONFLICT clause does not match") {
        "load.key must be the columns of its primary key or of a unique index; create one over them"
    } else if words.to_lowercase().starts_with(&itself) {
        "its definition names the table itself, so that no new one can be made like it; use mode truncate"
    } else {
        "mend that in the database, or name another table"
    };
    fatal(ExitCode::Config, format!("table {table} of {} cannot be loaded: {words}; {remedy}", path.display()))
}

pub fn is_busy(cause: &rusqlite::Error) -> bool {
    matches!(code(cause), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether the row is to blame, and not the database.
pub fn blames_row(cause: &rusqlite::Error) -> bool {
    matches!(code(cause), Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig))
}

fn code(cause: &rusqlite::Error) -> Option<ErrorCode> {
    match cause {
        rusqlite::Error::SqlInputError { error, .. } => Some(error.code),
        other => other.sqlite_error_code(),
    }
}

fn exit_code(cause: &rusqlite::Error) -> ExitCode {
    match code(cause) {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ExitCode::Unavailable,
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt) => ExitCode::Io,
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::NotADatabase) => {
            ExitCode::CannotCreate
        }
        // A statement that does not fit the schema: a table dropped meanwhile, too many columns.
        Some(ErrorCode::Unknown | ErrorCode::SchemaChanged) => ExitCode::Config,
        // A constraint that is judged only at commit, so no single row can be blamed.
        Some(ErrorCode::ConstraintViolation) => ExitCode::Data,
        _ => ExitCode::Failure,
    }
}
