//! Answers of the server, and its complaints.

use std::ffi::c_int;
use std::ptr::NonNull;

use pq_sys::{
    ExecStatusType, PG_DIAG_COLUMN_NAME, PG_DIAG_CONSTRAINT_NAME, PG_DIAG_CONTEXT, PG_DIAG_MESSAGE_DETAIL,
    PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_SQLSTATE, PGresult,
};

use super::text;

/// What the server answered to one statement.
pub struct Answer(NonNull<PGresult>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Done,
    Rows,
    /// The server waits for the rows of a COPY.
    CopyIn,
    /// The server sends rows of a COPY.
    CopyOut,
    Failed,
}

impl Answer {
    pub(super) fn new(raw: NonNull<PGresult>) -> Answer {
        Answer(raw)
    }

    fn raw(&self) -> *mut PGresult {
        self.0.as_ptr()
    }

    pub fn status(&self) -> Status {
        // SAFETY: the result is valid.
        match unsafe { pq_sys::PQresultStatus(self.raw()) } {
            ExecStatusType::PGRES_COMMAND_OK | ExecStatusType::PGRES_EMPTY_QUERY => Status::Done,
            ExecStatusType::PGRES_TUPLES_OK => Status::Rows,
            ExecStatusType::PGRES_COPY_IN => Status::CopyIn,
            ExecStatusType::PGRES_COPY_OUT | ExecStatusType::PGRES_COPY_BOTH => Status::CopyOut,
            _ => Status::Failed,
        }
    }

    /// Rows that the statement put into a table, where it is one that does.
    pub fn count(&self) -> Option<u64> {
        // SAFETY: the result is valid, and the text is copied before it is cleared.
        unsafe { text(pq_sys::PQcmdTuples(self.raw())) }?.parse().ok()
    }

    /// All rows, their values as text.
    pub fn rows(&self) -> Vec<Vec<Option<String>>> {
        // SAFETY: the result is valid.
        let (rows, columns) = unsafe { (pq_sys::PQntuples(self.raw()), pq_sys::PQnfields(self.raw())) };
        (0..rows).map(|row| (0..columns).map(|column| self.value(row, column)).collect()).collect()
    }

    fn value(&self, row: c_int, column: c_int) -> Option<String> {
        // SAFETY: the result is valid, row and column are within it, and text results end with a zero.
        unsafe {
            let null = pq_sys::PQgetisnull(self.raw(), row, column) == 1;
            if null { None } else { text(pq_sys::PQgetvalue(self.raw(), row, column)) }
        }
    }

    pub fn complaint(&self) -> Complaint {
        let field = |code: u8| {
            // SAFETY: the result is valid; a field that is not there is a null pointer.
            unsafe { text(pq_sys::PQresultErrorField(self.raw(), c_int::from(code))) }.unwrap_or_default()
        };
        Complaint {
            sqlstate: field(PG_DIAG_SQLSTATE),
            message: field(PG_DIAG_MESSAGE_PRIMARY),
            detail: field(PG_DIAG_MESSAGE_DETAIL),
            column: field(PG_DIAG_COLUMN_NAME),
            constraint: field(PG_DIAG_CONSTRAINT_NAME),
            context: field(PG_DIAG_CONTEXT),
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // SAFETY: the result is valid and not used again.
        unsafe { pq_sys::PQclear(self.raw()) }
    }
}

/// What the server says of a statement that failed; what it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    pub sqlstate: String,
    pub message: String,
    pub detail: String,
    pub column: String,
    pub constraint: String,
    /// Where it happened, such as `COPY t, line 3, column c: "x"`.
    pub context: String,
}
