//! What the run reads: rejects hold its bytes, so nobody may read them there who may not read it; and it is never removed.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::partial::without_group;

/// Whoever owns the rejects reads them, and mends them.
const OWNER: u32 = 0o600;

/// The regular files among the inputs and lookups.
#[derive(Default)]
pub struct Inputs(Vec<Metadata>);

impl Inputs {
    /// As they are now.
    pub fn of(files: impl IntoIterator<Item = Metadata>) -> Inputs {
        Inputs(files.into_iter().collect())
    }

    /// Lets nobody read a file who may not read all of them.
    pub fn narrow(&self, file: &File) -> io::Result<()> {
        let found = file.metadata()?;
        let mode = self.0.iter().fold(found.mode(), |mode, input| mode & allowed(input, &found));
        if mode & 0o777 == found.mode() & 0o777 {
            Ok(())
        } else {
            file.set_permissions(Permissions::from_mode(mode & 0o777))
        }
    }

    /// Whether it is one of them.
    pub fn has(&self, file: &Metadata) -> bool {
        self.0.iter().any(|input| (input.dev(), input.ino()) == (file.dev(), file.ino()))
    }
}

/// What an input lets people do with a file that holds its rows.
fn allowed(input: &Metadata, file: &Metadata) -> u32 {
    let mode = if input.gid() == file.gid() { input.mode() } else { without_group(input.mode()) };
    mode | OWNER
}
