//! Text files. A regular file is written beside its target and renamed over it at the end; a pipe or a device is
//! written straight through, for it cannot be replaced.

mod append;
mod quotes;
mod special;

use std::fs::{File, Metadata};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::frame::Frame;
use super::null::NullSink;
use super::text::TextWriter;
use super::{Account, Part, Setting, Sink};
use crate::batch::{Place, Reject};
use crate::job::{Figure, TextFormat};
use crate::partial::Partial;
use crate::paths::{check_file, follow_links, is_special};

/// What the job says of a text file. Without `append` the old rows go, and go only when the new ones have all arrived.
pub struct Order<'a> {
    pub path: &'a Path,
    /// Keep what the file holds and write behind it.
    pub append: bool,
    pub format: &'a TextFormat,
    /// What a new file begins and ends with.
    pub frame: Frame,
    /// The columns' names, to compare with an old header.
    pub names: Vec<&'a str>,
}

/// Checks the target and, unless it is a dry run, opens it. Nothing shows under the target's name before `publish`.
pub fn open(order: Order, setting: &Setting) -> Result<Box<dyn Sink>> {
    if is_special(order.path) {
        special::check(order.path)?;
        return or_null(setting.dry_run, || special::open(order.path, order.frame, &setting.stop));
    }
    let target = follow_links(order.path)?;
    check_file(&target)?;
    let old = if order.append { append::old_rows(&target, order.format, &order.names)? } else { None };
    or_null(setting.dry_run, || {
        let partial = Partial::create(&target)?;
        let header = if old.is_some() { Vec::new() } else { order.frame.header };
        let frame = Frame { header, ..order.frame };
        let appended =
            old.map(|old| append::copy(old, &target, order.format, &partial.file, &setting.stop)).transpose()?;
        let writer = TextWriter::new(partial.file.clone(), target.display().to_string(), frame);
        Ok(Box::new(FileSink { writer, partial, appended, loaded: 0, emptied: false }))
    })
}

/// The sink itself, or one that writes nothing.
pub fn or_null(dry_run: bool, open: impl FnOnce() -> Result<Box<dyn Sink>>) -> Result<Box<dyn Sink>> {
    if dry_run { Ok(Box::new(NullSink)) } else { open() }
}

struct FileSink {
    writer: TextWriter<Arc<File>>,
    partial: Partial,
    /// The file that was copied to append to it.
    appended: Option<Metadata>,
    loaded: u64,
    emptied: bool,
}

impl Sink for FileSink {
    fn write(&mut self, flush: &[Part], _: Option<&Place>) -> Result<Vec<Reject>> {
        self.writer.write(flush)?;
        Ok(Vec::new())
    }

    fn prepare(&mut self, account: &Account) -> Result<()> {
        self.loaded = account.figure(Figure::Loaded);
        self.writer.write_header()?;
        self.writer.write_footer(account)?;
        self.partial.sync()
    }

    fn publish(&mut self) -> Result<()> {
        // A longer file than one of header and footer held rows.
        let held = self.loaded == 0 && self.appended.is_none() && self.partial.standing() > self.writer.written();
        self.partial.publish(self.appended.as_ref())?;
        self.emptied = held;
        Ok(())
    }

    fn emptied(&self) -> bool {
        self.emptied
    }

    fn bytes_written(&self) -> u64 {
        self.writer.written()
    }
}

#[cfg(test)]
mod tests;
