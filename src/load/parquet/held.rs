//! A folder that is held open: what is done in it is done in the one that was looked at, whatever somebody else makes its name
//! lead to meanwhile.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, statat, unlinkat};
use rustix::io::Errno;

use crate::lock::stands_at;
use crate::partial::without_group;

/// Of a folder, set-group-ID says which group its files get, and the sticky bit who may remove them.
const FOLDER_MODE: u32 = 0o3777;

pub struct HeldFolder(File);

impl HeldFolder {
    /// `None` where there is none; a link is not followed.
    pub fn open(path: &Path) -> io::Result<Option<HeldFolder>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match openat(CWD, path, flags, Mode::empty()) {
            Ok(folder) => Ok(Some(HeldFolder(folder.into()))),
            Err(Errno::NOENT) => Ok(None),
            Err(cause) => Err(cause.into()),
        }
    }

    pub fn metadata(&self) -> io::Result<Metadata> {
        self.0.metadata()
    }

    /// Whether it is what this name leads to, which is no link.
    pub fn stands_at(&self, path: &Path) -> bool {
        stands_at(&self.0, path)
    }

    /// Gives it the group, where we may, and the permissions of an old one.
    pub fn dress_as(&self, old: &Metadata) -> io::Result<()> {
        let of_group = self.metadata()?.gid() == old.gid() || fchown(&self.0, None, Some(old.gid())).is_ok();
        let mode = if of_group { old.mode() } else { without_group(old.mode()) };
        self.0.set_permissions(Permissions::from_mode(mode & FOLDER_MODE))
    }

    /// Makes a file in it that was not there.
    pub fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(openat(&self.0, name, flags, Mode::from_raw_mode(0o666))?.into())
    }

    /// All its names are on the disk, where the file system can do that.
    pub fn sync(&self) -> io::Result<()> {
        match self.0.sync_all() {
            Err(cause) if matches!(cause.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
            outcome => outcome,
        }
    }

    /// Removes those of its plain files whose names are `ours`, and then itself from `path`; with anything else in it, it stays.
    pub fn remove(&self, path: &Path, ours: impl Fn(&str) -> bool) -> io::Result<()> {
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name.to_str().is_some_and(&ours) && self.is_plain(name) {
                unlinkat(&self.0, name, AtFlags::empty())?;
            }
        }
        if self.stands_at(path) { fs::remove_dir(path) } else { Ok(()) }
    }

    fn is_plain(&self, name: &OsStr) -> bool {
        let found = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW);
        found.is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::RegularFile)
    }
}
