//! What an input is: something that opens for its bytes, may know its size, may open again, and has a name.

mod command;

use std::fs::{self, File, Metadata};
use std::io;
use std::path::PathBuf;

use anyhow::Result;
use rustix::fs::{Mode, OFlags};

pub use command::{Command, Running};

use super::ranged::Ranged;
use super::reader::Reader;
use crate::exit::{ExitCode, OrExit, fatal};
use crate::paths::is_descriptor;

/// Where the bytes of one input come from. Whatever reads, samples or rejects them asks this and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Stdin,
    /// What stands at a path: a regular file, a named pipe, a device.
    File(PathBuf),
    /// What a program writes to its standard output. No key of a job names one yet.
    Command(Command),
}

/// What an origin is, as far as that can be told before it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, which lies there as a whole.
    File,
    Folder,
    /// Bytes that come as somebody sends them, and only once.
    Stream,
}

impl Origin {
    /// As the user wrote it, or as a glob found it; `-` is standard input.
    pub fn name(&self) -> String {
        match self {
            Origin::Stdin => "-".to_owned(),
            Origin::File(path) => path.display().to_string(),
            Origin::Command(command) => command.name().to_owned(),
        }
    }

    /// What messages of reading call it.
    pub fn title(&self) -> String {
        match self {
            Origin::Stdin => "standard input".to_owned(),
            Origin::File(_) | Origin::Command(_) => self.name(),
        }
    }

    /// Fails where nothing is there.
    pub fn kind(&self) -> io::Result<Kind> {
        match self {
            Origin::Stdin | Origin::Command(_) => Ok(Kind::Stream),
            Origin::File(path) => Ok(match fs::metadata(path)? {
                found if found.is_file() => Kind::File,
                found if found.is_dir() => Kind::Folder,
                _ => Kind::Stream,
            }),
        }
    }

    /// Bytes that lie there, where that is known before it is opened.
    pub fn size(&self) -> Option<u64> {
        match self {
            Origin::Stdin | Origin::Command(_) => None,
            Origin::File(_) => self.file().map(|found| found.len()),
        }
    }

    /// The regular file that its bytes lie in, be it under another name.
    pub fn file(&self) -> Option<Metadata> {
        let found = match self {
            Origin::Stdin => rustix::io::dup(io::stdin()).map(File::from).ok()?.metadata(),
            Origin::File(path) => fs::metadata(path),
            Origin::Command(_) => return None,
        };
        found.ok().filter(Metadata::is_file)
    }

    /// Whether its bytes can be read only once: they are sent, or those of a descriptor that somebody gave us.
    pub fn is_piped(&self) -> bool {
        match self {
            Origin::Stdin | Origin::Command(_) => true,
            Origin::File(path) => is_descriptor(path) || self.kind().is_ok_and(|kind| kind == Kind::Stream),
        }
    }

    /// Whether `open_at` can open it anywhere, now and when the run is done again: it is a regular file with a name.
    pub fn can_reopen(&self) -> bool {
        match self {
            Origin::Stdin | Origin::Command(_) => false,
            Origin::File(path) => !is_descriptor(path) && self.kind().is_ok_and(|kind| kind == Kind::File),
        }
    }

    /// Opens it at its begin. Exit 66 where nothing can be read there.
    pub fn open(&self) -> Result<Reader> {
        let title = self.title();
        match self {
            Origin::Stdin => {
                let fd = rustix::io::dup(io::stdin());
                Reader::new(fd.or_exit(ExitCode::NoInput, || format!("cannot read {title}"))?, title)
            }
            Origin::File(path) => {
                // Without NONBLOCK, opening a FIFO would wait for its writer, deaf to signals.
                let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
                let fd = rustix::fs::open(path, flags, Mode::empty());
                Reader::new(fd.or_exit(ExitCode::NoInput, || format!("cannot open {title}"))?, title)
            }
            Origin::Command(command) => {
                let (output, running) = command.start()?;
                Ok(Reader::new(output, title)?.written_by(running))
            }
        }
    }

    /// Opens it at a byte of what lies there, compressed or not. Only what `can_reopen` opens elsewhere than at its begin; a
    /// file that has become shorter is exit 65.
    pub fn open_at(&self, offset: u64) -> Result<Reader> {
        if offset > 0 && !self.can_reopen() {
            let title = self.title();
            let message = format!("cannot read {title} from byte {offset} on: it is no regular file");
            return Err(fatal(ExitCode::NoInput, message));
        }
        let mut reader = self.open()?;
        reader.pass_to(offset)?;
        Ok(reader)
    }

    /// Opens it to be read in ranges; `None` where only its begin can be read first. Exit 66 where nothing can be read.
    pub fn open_ranged(&self) -> Result<Option<Ranged>> {
        let cannot = || format!("cannot open {}", self.title());
        // What is no regular file is not even opened: whoever writes into a named pipe would see it closed.
        match (self, self.kind().or_exit(ExitCode::NoInput, cannot)?) {
            (Origin::File(path), Kind::File) => Ranged::open(path).or_exit(ExitCode::NoInput, cannot).map(Some),
            (_, Kind::File | Kind::Folder | Kind::Stream) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests;
