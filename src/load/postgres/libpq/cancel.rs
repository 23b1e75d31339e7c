//! The wish that a server give up what it is at, which goes over a link of its own.

use std::os::fd::BorrowedFd;
use std::ptr::NonNull;

use pq_sys::PGcancelConn;

use super::{Link, Wants, wants};

pub struct Cancel(NonNull<PGcancelConn>);

impl Cancel {
    /// Begins to tell the server; what is wanted first is `Writing`. Nothing where that cannot even begin.
    pub fn start(link: &Link) -> Option<Cancel> {
        // SAFETY: the connection is valid, and what it needs is copied.
        let cancel = Cancel(NonNull::new(unsafe { pq_sys::PQcancelCreate(link.raw()) })?);
        // SAFETY: it has just been made.
        (unsafe { pq_sys::PQcancelStart(cancel.0.as_ptr()) } == 1).then_some(cancel)
    }

    /// Goes on, whenever what was wanted has come.
    pub fn go_on(&mut self) -> Wants {
        // SAFETY: it is valid.
        wants(unsafe { pq_sys::PQcancelPoll(self.0.as_ptr()) })
    }

    pub fn socket(&self) -> Option<BorrowedFd<'_>> {
        // SAFETY: it is valid.
        let socket = unsafe { pq_sys::PQcancelSocket(self.0.as_ptr()) };
        // SAFETY: libpq keeps the socket open as long as nothing is done, which the borrow sees to.
        (socket >= 0).then(|| unsafe { BorrowedFd::borrow_raw(socket) })
    }
}

impl Drop for Cancel {
    fn drop(&mut self) {
        // SAFETY: it is valid and not used again.
        unsafe { pq_sys::PQcancelFinish(self.0.as_ptr()) }
    }
}
