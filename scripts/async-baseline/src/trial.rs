//! What is done to a transform stage to see how the program takes it: calls that block, as a careless lookup does, and a
//! panic.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

/// 0 is never.
#[derive(Debug, Default)]
pub struct Trial {
    pub block_every: u64,
    pub block_for: Duration,
    pub fail_at: u64,
    messages: AtomicU64,
}

impl Trial {
    /// To be called with every message of the transform stage.
    #[inline]
    pub fn pass(&self) {
        if self.block_every == 0 && self.fail_at == 0 {
            return;
        }
        let message = self.messages.fetch_add(1, Relaxed) + 1;
        if self.block_every > 0 && message.is_multiple_of(self.block_every) {
            thread::sleep(self.block_for);
        }
        assert!(message != self.fail_at, "the transform failed as it was asked to");
    }

    /// Whether the program is to watch how late its other work is.
    pub fn blocks(&self) -> bool {
        self.block_every > 0
    }
}
