//! The lookups that the query joins, read whole before the first row: what is wrong with one is known at second zero.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Error, Result};

use crate::batch::{CHUNK_CHARGE, Chunk, Records};
use crate::exit::{ExitCode, fatal};
use crate::extract::Source;
use crate::extract::chunks::Chunks;
use crate::extract::head::Head;
use crate::extract::sqlite::{SqliteCell, SqliteTable};
use crate::format::{Layout, Workspace, read};
use crate::job::{self, Job, Lookup, LookupSource};
use crate::metrics::Metrics;
use crate::nearest::nearest;
use crate::stop::{Stop, Stopped};
use crate::transform;
use crate::transform::lookup::Table;
use crate::transform::lookup::builder::{Builder, Cell, declaration, undeclarable};
use crate::types::{Session, Typing};

use super::layout::layout;
use super::names::{Names, names};

/// The lookups that are joined, and what there is to say of them.
#[derive(Default)]
pub struct Lookups {
    pub tables: Vec<Arc<Table>>,
    pub warnings: Vec<String>,
}

/// Names of the job's lookups.
pub fn declared(job: &Job) -> Vec<String> {
    job.lookups.iter().map(|lookup| lookup.name.clone()).collect()
}

/// Bytes that lookups may hold: what is left where one chunk is in flight.
pub fn room(job: &Job) -> usize {
    job.run.memory_limit.saturating_sub(job.run.chunk_size.get() * CHUNK_CHARGE)
}

/// Reads every lookup that the query joins.
pub fn load(job: &Job, session: &Session, stop: &Stop) -> Result<Lookups> {
    let mut lookups = Lookups::default();
    let joined = transform::joins(&job.transform.query, &declared(job))?;
    for (lookup, joined) in job.lookups.iter().zip(joined) {
        if !joined {
            lookups.warnings.push(format!("lookup {} is not joined by the query", lookup.name));
            continue;
        }
        let held: usize = lookups.tables.iter().map(|table| table.memory()).sum();
        let loading = Loading {
            lookup,
            session,
            stop,
            chunk_size: job.run.chunk_size.get(),
            limit: job.run.memory_limit,
            room: room(job).saturating_sub(held),
        };
        let table = loading.load(&mut lookups.warnings).map_err(|error| told(lookup, error))?;
        lookups.tables.push(Arc::new(table));
    }
    Ok(lookups)
}

/// An error that says which lookup it is about.
fn told(lookup: &Lookup, error: Error) -> Error {
    match error.is::<Stopped>() {
        true => error,
        false => {
            let message = lookup.moved(&format!("{error:#}"));
            fatal(ExitCode::of(&error), format!("lookup {}: {message}", lookup.name))
        }
    }
}

/// One lookup being read.
struct Loading<'a> {
    lookup: &'a Lookup,
    session: &'a Session,
    stop: &'a Stop,
    chunk_size: usize,
    limit: usize,
    /// Bytes of the limit that are left.
    room: usize,
}

impl Loading<'_> {
    fn load(&self, warnings: &mut Vec<String>) -> Result<Table> {
        match &self.lookup.source {
            LookupSource::File(settings) => self.file(settings, warnings),
            LookupSource::Sqlite { path, table, columns, all_text } => self.sqlite(path, table, columns, *all_text),
        }
    }

    fn file(&self, settings: &Arc<job::Extract>, warnings: &mut Vec<String>) -> Result<Table> {
        let mut head = Head::open(Arc::clone(settings), self.stop)?;
        let origin = head.first.as_ref().map(|first| first.file().path.display().to_string()).unwrap_or_default();
        let Names { names, warnings: said, .. } = names(&origin, &mut head, self.stop)?;
        warnings.extend(said.into_iter().map(|warning| format!("lookup {}: {warning}", self.lookup.name)));
        head.width = names.len();
        let layout = layout(&head, &names, self.session);
        let mut builder = self.builder(names, &settings.columns, settings.all_text, &origin)?;
        let metrics = Metrics::default();
        let mut chunks = Chunks::new(head, self.chunk_size, &metrics, self.stop);
        let mut space = Workspace::default();
        let mut buffer = Vec::new();
        while let Some(chunk) = chunks.next(buffer)? {
            self.check_room(&builder, chunk.bytes.len(), &origin)?;
            take(&mut builder, &chunk, &layout, &mut space)?;
            buffer = chunk.bytes;
            buffer.clear();
        }
        self.check_stop()?;
        self.finish(builder, origin, "line")
    }

    fn sqlite(&self, path: &Path, table: &str, columns: &[(String, Typing)], all_text: bool) -> Result<Table> {
        let table = SqliteTable::open(path, table)?;
        let mut builder = self.builder(table.names.clone(), columns, all_text, &table.origin)?;
        table.each_row(self.stop, |number, cells| {
            builder.push_row(number);
            for (column, cell) in cells.iter().enumerate() {
                builder.push(
                    column,
                    match cell {
                        SqliteCell::Null => Cell::Null,
                        SqliteCell::Number(text) => Cell::Any(text),
                        SqliteCell::Text(text) => Cell::Text(text),
                    },
                );
            }
            self.check_room(&builder, 0, &table.origin)
        })?;
        self.finish(builder, table.origin, "row")
    }

    fn builder(
        &self,
        names: Vec<String>,
        declared: &[(String, Typing)],
        all_text: bool,
        origin: &str,
    ) -> Result<Builder> {
        if let Some(unknown) = undeclarable(declared, &names) {
            let near = nearest(unknown, names.iter().map(String::as_str));
            let near = near.map(|near| format!("; nearest is {near:?}")).unwrap_or_default();
            let key = declaration(self.lookup, unknown);
            return Err(fatal(ExitCode::Config, format!("{key} is no column of {origin}{near}")));
        }
        Ok(Builder::new(names, declared, all_text))
    }

    fn check_stop(&self) -> Result<()> {
        match self.stop.code() {
            Some(code) => Err(fatal(code, format!("interrupted by {} before the first row", self.stop.signal()))),
            None => Ok(()),
        }
    }

    /// Whether so many more bytes can be taken.
    fn check_room(&self, builder: &Builder, more: usize, origin: &str) -> Result<()> {
        // A byte of another encoding is up to three of text.
        let longest = builder.longest().saturating_add(more.saturating_mul(3));
        match builder.memory() + more > self.room || longest > i32::MAX as usize {
            true => Err(too_large(origin, builder.rows(), builder.memory() + more, self.limit)),
            false => Ok(()),
        }
    }

    fn finish(&self, builder: Builder, origin: String, unit: &'static str) -> Result<Table> {
        let table = builder.finish(self.lookup, origin, unit, self.session.zone);
        let table = table.map_err(|message| fatal(ExitCode::Data, message))?;
        match table.memory() > self.room {
            true => Err(too_large(&table.origin, table.len(), table.memory(), self.limit)),
            false => Ok(table),
        }
    }
}

/// Takes the rows of a chunk. A record that is none is an error: a lookup has to be right.
fn take(builder: &mut Builder, chunk: &Chunk, layout: &Layout, space: &mut Workspace) -> Result<()> {
    let found = read(chunk, layout, space);
    if let Some(reject) = found.rejects.first() {
        let (path, line) = (reject.origin.file.path.display(), reject.origin.line);
        let message = format!("{path}, line {line}: {}; a lookup must be sound, so mend this line", reject.message);
        return Err(fatal(ExitCode::Data, message));
    }
    let records: &dyn Records = found.records.as_ref();
    let columns = builder.columns();
    for row in 0..records.len() {
        builder.push_row(records.place(row).line);
        for column in 0..columns {
            builder.push(
                column,
                match records.text(row, column).as_deref() {
                    None => Cell::Null,
                    Some(text) if records.is_text(row, column) => Cell::Text(text),
                    Some(text) => Cell::Any(text),
                },
            );
        }
    }
    Ok(())
}

/// A lookup, or all of them, beyond what is allowed.
pub fn too_large(what: &str, rows: usize, bytes: usize, limit: usize) -> Error {
    let (bytes, limit) = (size(bytes), size(limit));
    let message = format!(
        "{what} takes {bytes} with {rows} rows, which does not fit into run.memory_limit, {limit}, beside the input; raise \
         run.memory_limit, leave out columns, or load both into a database and join them there"
    );
    fatal(ExitCode::Config, message)
}

/// As a job file takes it, rounded up.
fn size(bytes: usize) -> String {
    match bytes.div_ceil(1 << 10) {
        kibibytes if kibibytes < 10 << 10 => format!("{kibibytes}KiB"),
        kibibytes => format!("{}MiB", kibibytes.div_ceil(1 << 10)),
    }
}
