//! SQLite's errors: in words that speak of the user's table, and with an exit code.

use std::path::Path;

use rusqlite::ErrorCode;

use super::names::STAGING_PREFIX;
use crate::exit::{ExitCode, fatal};

/// SQLite's words. A table of ours that stands in for the user's is called by the user's name.
pub fn words(cause: &rusqlite::Error) -> String {
    let words = match cause {
        rusqlite::Error::SqliteFailure(_, Some(words)) => words.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    words.replace(STAGING_PREFIX, "")
}

/// An error of a database, with its file and an exit code.
pub fn error(path: &Path, cause: rusqlite::Error) -> anyhow::Error {
    fatal(exit_code(&cause), format!("cannot write database {}: {}", path.display(), words(&cause)))
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
