//! libpq behind a safe face: the only unsafe code of the PostgreSQL sink. Nothing here waits; see `connection`.

#![allow(unsafe_code)]

mod answer;
mod cancel;
mod parameters;

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::{self, NonNull};

use pq_sys::{ConnStatusType, PGTransactionStatusType, PGVerbosity, PGconn, PGresult, PostgresPollingStatusType};

pub use answer::{Answer, Complaint, Status};
pub use cancel::Cancel;
pub use parameters::{can_read, parameters};

/// A connection, or one that is being made.
pub struct Link(NonNull<PGconn>);

// SAFETY: libpq lets a connection be used by any one thread at a time, and ours is not shared.
unsafe impl Send for Link {}

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    Reading,
    Writing,
    Nothing,
    Failed,
}

/// What came of handing bytes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    Taken,
    /// The buffers are full; wait until the socket can be written.
    Full,
    Failed,
}

impl Link {
    /// Begins to connect. `dbname` may be a whole connection string. Nothing where memory ran out.
    pub fn start(parameters: &[(&CStr, CString)]) -> Option<Link> {
        let list = |pick: fn(&(&CStr, CString)) -> *const c_char| -> Vec<*const c_char> {
            parameters.iter().map(pick).chain([ptr::null()]).collect()
        };
        let (names, values) = (list(|(name, _)| name.as_ptr()), list(|(_, value)| value.as_ptr()));
        // SAFETY: both lists end with a null pointer, and their texts outlive the call, which copies them.
        let raw = unsafe { pq_sys::PQconnectStartParams(names.as_ptr(), values.as_ptr(), 1) };
        let link = Link(NonNull::new(raw)?);
        // SAFETY: the connection is valid; the receiver takes no argument of ours.
        unsafe { pq_sys::PQsetNoticeReceiver(link.raw(), Some(ignore_notice), ptr::null_mut()) };
        // SAFETY: the connection is valid. What the server says while we connect reaches us as text only, and its code
        // stands there only if we ask for all there is.
        unsafe { pq_sys::PQsetErrorVerbosity(link.raw(), PGVerbosity::PQERRORS_VERBOSE) };
        Some(link)
    }

    /// What an option of the connection is, wherever it comes from.
    pub fn option(&self, name: &CStr) -> Option<String> {
        // SAFETY: the connection is valid. The list is null or ours to free, which we do after copying; it ends with an
        // entry without a keyword, and the texts of all before are null or end with a zero.
        unsafe {
            let options = pq_sys::PQconninfo(self.raw());
            let mut entry = options;
            let mut found = None;
            while !entry.is_null() && !(*entry).keyword.is_null() {
                if CStr::from_ptr((*entry).keyword) == name {
                    found = text((*entry).val);
                }
                entry = entry.add(1);
            }
            pq_sys::PQconninfoFree(options);
            found
        }
    }

    fn raw(&self) -> *mut PGconn {
        self.0.as_ptr()
    }

    /// Goes on connecting, whenever what was wanted has come.
    pub fn connect(&mut self) -> Wants {
        // SAFETY: the connection is valid.
        wants(unsafe { pq_sys::PQconnectPoll(self.raw()) })
    }

    /// Nothing waits for the server from now on.
    pub fn set_nonblocking(&mut self) -> bool {
        // SAFETY: the connection is valid.
        unsafe { pq_sys::PQsetnonblocking(self.raw(), 1) == 0 }
    }

    /// For poll; nothing where there is no connection.
    pub fn socket(&self) -> Option<BorrowedFd<'_>> {
        // SAFETY: the connection is valid.
        let socket = unsafe { pq_sys::PQsocket(self.raw()) };
        // SAFETY: libpq keeps the socket open as long as the connection is not touched, which the borrow sees to.
        (socket >= 0).then(|| unsafe { BorrowedFd::borrow_raw(socket) })
    }

    /// Bytes that the other side has not taken from us yet; 0 where the system does not tell.
    pub fn unsent(&self) -> usize {
        let Some(socket) = self.socket() else { return 0 };
        let mut count: c_int = 0;
        // SAFETY: the socket is open, and the request writes one number where there is room for it.
        let told = unsafe { libc::ioctl(socket.as_raw_fd(), libc::TIOCOUTQ, &raw mut count) };
        if told == 0 { usize::try_from(count).unwrap_or(0) } else { 0 }
    }

    pub fn is_broken(&self) -> bool {
        // SAFETY: the connection is valid.
        unsafe { pq_sys::PQstatus(self.raw()) == ConnStatusType::CONNECTION_BAD }
    }

    pub fn is_connected(&self) -> bool {
        // SAFETY: the connection is valid.
        unsafe { pq_sys::PQstatus(self.raw()) == ConnStatusType::CONNECTION_OK }
    }

    /// A statement is under way.
    pub fn is_at_work(&self) -> bool {
        // SAFETY: the connection is valid.
        unsafe { pq_sys::PQtransactionStatus(self.raw()) == PGTransactionStatusType::PQTRANS_ACTIVE }
    }

    /// What went wrong last, in libpq's words.
    pub fn error(&self) -> String {
        // SAFETY: the connection is valid, and the text is copied before it can change.
        unsafe { text(pq_sys::PQerrorMessage(self.raw())) }.unwrap_or_default()
    }

    /// Sends statements; their results follow.
    pub fn send(&mut self, sql: &CStr) -> bool {
        // SAFETY: the connection is valid and the text is copied.
        unsafe { pq_sys::PQsendQuery(self.raw(), sql.as_ptr()) == 1 }
    }

    pub fn send_with(&mut self, sql: &CStr, parameters: &[CString]) -> bool {
        let values: Vec<*const c_char> = parameters.iter().map(|value| value.as_ptr()).collect();
        let Ok(count) = c_int::try_from(values.len()) else { return false };
        let (none, sql) = (ptr::null(), sql.as_ptr());
        // SAFETY: there are `count` texts, all valid during the call; null lists mean text and types to be inferred.
        unsafe {
            pq_sys::PQsendQueryParams(self.raw(), sql, count, none, values.as_ptr(), ptr::null(), ptr::null(), 0) == 1
        }
    }

    /// Sends what waits to be sent; `Writing` where the rest must wait.
    pub fn flush(&mut self) -> Wants {
        // SAFETY: the connection is valid.
        match unsafe { pq_sys::PQflush(self.raw()) } {
            0 => Wants::Nothing,
            1 => Wants::Writing,
            _ => Wants::Failed,
        }
    }

    /// Takes in what the server has sent.
    pub fn consume(&mut self) -> bool {
        // SAFETY: the connection is valid.
        unsafe { pq_sys::PQconsumeInput(self.raw()) == 1 }
    }

    /// Asking for an answer would wait.
    pub fn is_busy(&self) -> bool {
        // SAFETY: the connection is valid; libpq only reads.
        unsafe { pq_sys::PQisBusy(self.raw()) == 1 }
    }

    /// The next answer; nothing when there are no more.
    pub fn answer(&mut self) -> Option<Answer> {
        // SAFETY: the connection is valid; the result is ours to clear.
        NonNull::new(unsafe { pq_sys::PQgetResult(self.raw()) }).map(Answer::new)
    }

    /// Hands over bytes of a COPY.
    pub fn put(&mut self, bytes: &[u8]) -> Put {
        let Ok(length) = c_int::try_from(bytes.len()) else { return Put::Failed };
        // SAFETY: the connection is valid, and so are `length` bytes, which are copied.
        put(unsafe { pq_sys::PQputCopyData(self.raw(), bytes.as_ptr().cast(), length) })
    }

    /// Ends a COPY.
    pub fn put_end(&mut self) -> Put {
        // SAFETY: the connection is valid; no message means that all went well.
        put(unsafe { pq_sys::PQputCopyEnd(self.raw(), ptr::null()) })
    }
}

fn wants(status: PostgresPollingStatusType) -> Wants {
    match status {
        PostgresPollingStatusType::PGRES_POLLING_READING => Wants::Reading,
        PostgresPollingStatusType::PGRES_POLLING_WRITING => Wants::Writing,
        PostgresPollingStatusType::PGRES_POLLING_OK => Wants::Nothing,
        _ => Wants::Failed,
    }
}

fn put(outcome: c_int) -> Put {
    match outcome {
        1 => Put::Taken,
        0 => Put::Full,
        _ => Put::Failed,
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // SAFETY: the connection is valid and not used again.
        unsafe { pq_sys::PQfinish(self.raw()) }
    }
}

/// libpq would print notices.
unsafe extern "C" fn ignore_notice(_: *mut c_void, _: *const PGresult) {}

/// A copy of a text of libpq's.
///
/// # Safety
/// The pointer is null or leads to a text that ends.
unsafe fn text(pointer: *const c_char) -> Option<String> {
    // SAFETY: as the caller says.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned())
}
