//! The writing half: rows go into one file, or into one part after another.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use rayon::ThreadPool;

use super::folder::PartFolder;
use super::slab::Slab;
use super::writer::{Format, Writer};
use crate::batch::{Place, Reject};
use crate::exit::{ExitCode, OrExit};
use crate::job::{Figure, Parts};
use crate::load::{Account, Part, Sink};
use crate::partial::Partial;

pub struct ParquetSink {
    writer: Writer,
    /// Rows that wait for the slab to be full.
    slab: Slab,
    out: Out,
    /// Rows of the file that is open.
    rows: usize,
    loaded: u64,
    emptied: bool,
    /// Bytes of the parts before it.
    earlier_bytes: u64,
}

/// Where the rows go.
enum Out {
    File(Partial),
    Folder { folder: PartFolder, parts: Parts, part: Arc<File> },
}

impl ParquetSink {
    pub fn file(target: &Path, format: Format, pool: ThreadPool) -> Result<ParquetSink> {
        let partial = Partial::create(target)?;
        let writer = Writer::new(partial.file.clone(), target.display().to_string(), format, pool);
        Ok(ParquetSink::new(writer, Out::File(partial)))
    }

    pub fn folder(target: &Path, parts: Parts, format: Format, pool: ThreadPool) -> Result<ParquetSink> {
        let mut folder = PartFolder::create(target)?;
        let (part, name) = folder.next()?;
        let writer = Writer::new(part.clone(), name, format, pool);
        Ok(ParquetSink::new(writer, Out::Folder { folder, parts, part }))
    }

    fn new(writer: Writer, out: Out) -> ParquetSink {
        ParquetSink { writer, slab: Slab::default(), out, rows: 0, loaded: 0, emptied: false, earlier_bytes: 0 }
    }

    /// How many rows the slab may have.
    fn room(&self) -> usize {
        let most = match &self.out {
            Out::Folder { parts: Parts { max_rows: Some(most), .. }, .. } => most.get().saturating_sub(self.rows),
            _ => usize::MAX,
        };
        most.min(self.writer.room())
    }

    /// Hands the full slab on. The next part begins with the first row after a full one, so that none is empty.
    fn encode(&mut self) -> Result<()> {
        let slab = std::mem::take(&mut self.slab);
        self.rows += slab.rows;
        self.writer.write(slab)
    }

    fn is_full(&self) -> bool {
        let Out::Folder { parts, .. } = &self.out else { return false };
        parts.max_rows.is_some_and(|most| self.rows >= most.get())
            || parts.max_bytes.is_some_and(|most| self.writer.expected() > most.get() as u64)
    }

    fn next_part(&mut self) -> Result<()> {
        self.finish()?;
        self.earlier_bytes += self.writer.written();
        self.rows = 0;
        if let Out::Folder { folder, part, .. } = &mut self.out {
            let (file, name) = folder.next()?;
            *part = file.clone();
            self.writer.restart(file, name);
        }
        Ok(())
    }

    /// The open file is complete and on the disk.
    fn finish(&mut self) -> Result<()> {
        self.writer.finish()?;
        match &self.out {
            Out::File(partial) => partial.sync(),
            Out::Folder { part, .. } => part.sync_all().or_exit(ExitCode::Io, || "cannot fsync a part".to_owned()),
        }
    }
}

impl Sink for ParquetSink {
    fn write(&mut self, flush: &[Part], _: Option<&Place>) -> Result<Vec<Reject>> {
        for part in flush {
            let mut rest = part.clone();
            while !rest.rows.is_empty() {
                if self.is_full() {
                    self.next_part()?;
                }
                if !self.slab.take(&mut rest, self.room())? {
                    self.encode()?;
                }
            }
        }
        Ok(Vec::new())
    }

    fn prepare(&mut self, account: &Account) -> Result<()> {
        self.loaded = account.figure(Figure::Loaded);
        self.encode()?;
        self.finish()?;
        match &self.out {
            Out::File(_) => Ok(()),
            Out::Folder { folder, .. } => folder.sync(),
        }
    }

    fn publish(&mut self) -> Result<()> {
        // A file without rows is little more than its footer, which is as long as ours.
        let written = self.bytes_written();
        let held = match &mut self.out {
            Out::File(partial) => {
                let held = partial.standing() > written;
                partial.publish(None).map(|()| held)
            }
            Out::Folder { folder, .. } => folder.publish().map(|()| false),
        }?;
        self.emptied = held && self.loaded == 0;
        Ok(())
    }

    fn emptied(&self) -> bool {
        self.emptied
    }

    fn bytes_written(&self) -> u64 {
        self.earlier_bytes + self.writer.written()
    }
}
