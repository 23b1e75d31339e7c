//! Records that are their file's header again, on all threads of a run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::batch::{Chunk, InputFile};

/// So many are told apart; of more only that there are more.
const MOST: usize = 10_000;

/// Where they stand: a place is known once, though a chunk may be read more often.
#[derive(Debug, Default)]
pub struct Repeats {
    /// By file and line.
    found: Mutex<BTreeMap<(usize, u64), Arc<InputFile>>>,
    is_told: AtomicBool,
}

impl Repeats {
    /// Notes the records of a chunk that begin at these places.
    #[cold]
    pub fn note(&self, chunk: &Chunk, begins: &[u32]) {
        let mut spot = chunk.start();
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for begin in begins {
            spot.advance(&chunk.bytes, *begin as usize, chunk.from_utf16, chunk.line_ends);
            found.insert((chunk.file.index, spot.line), Arc::clone(&chunk.file));
            if found.len() > MOST {
                found.pop_last();
            }
        }
    }

    /// That they are read as rows, said once.
    pub fn alarm(&self) -> Option<String> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let ((_, line), file) = found.first_key_value()?;
        if self.is_told.swap(true, Ordering::Relaxed) {
            return None;
        }
        Some(format!(
            "{}, line {line}: this record is the header again, as it comes of files that were joined, and is read as a row; \
             extract.repeated_header = \"skip\" leaves such records out, and extract.header = false (--no-header) keeps all if they \
             are rows",
            file.name
        ))
    }

    /// How many were left out.
    pub fn left_out(&self) -> Option<String> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let ((_, line), file) = found.first_key_value()?;
        let records = match found.len() {
            1 => "1 record that is the header again was".to_owned(),
            MOST => format!("{MOST} records or more that are the header again were"),
            count => format!("{count} records that are the header again were"),
        };
        Some(format!("{records} left out, the first in {}, line {line}", file.name))
    }
}
