//! Buffers that pool jobs find fields in, used again by those that come later.

use std::sync::{Mutex, PoisonError};

use crate::format::Workspace;

/// Places of fields that a chunk of ordinary size has room in. What one odd chunk needed is not kept for the whole run.
const LARGEST_KEPT: usize = 1 << 21;

/// Buffers lent to jobs for their capacity: as many as jobs run at once.
#[derive(Default)]
pub struct Scratch(Mutex<Vec<Workspace>>);

impl Scratch {
    pub fn borrow(&self) -> Workspace {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    pub fn give_back(&self, space: Workspace) {
        if space.capacity() > LARGEST_KEPT {
            return;
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(space);
    }
}
