//! An input that is read at any place of it, not from its begin to its end.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// An open regular file.
pub struct Ranged {
    file: File,
    len: u64,
}

impl Ranged {
    pub fn open(path: &Path) -> io::Result<Ranged> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        Ok(Ranged { file, len })
    }

    /// Bytes when it was opened.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Reads what is there from `offset` on, at most as much as the buffer holds; 0 at the end.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    /// Fills the buffer; `UnexpectedEof` where there is less.
    pub fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}
