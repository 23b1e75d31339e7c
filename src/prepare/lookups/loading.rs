//! One lookup, read from its file or table.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use crate::batch::{Chunk, Records};
use crate::cancel::point_at;
use crate::exit::{ExitCode, fatal};
use crate::extract::{self, Head, SqliteCell, SqliteTable};
use crate::format::csv::sniff;
use crate::format::json::token::is_nested;
use crate::format::{Layout, Workspace, read};
use crate::job::{self, Lookup, LookupSource};
use crate::metrics::Metrics;
use crate::nearest::nearest;
use crate::prepare::formats::describe;
use crate::prepare::headerless::Suspects;
use crate::prepare::notes::Notes;
use crate::prepare::spaced::Spaced;
use crate::prepare::widths::Width;
use crate::stop::Stop;
use crate::transform::lookup::{Builder, Cell, Declared, LookupTable, declaration, undeclarable};
use crate::types::{Notation, Session, Typing};

use super::room::too_large;

/// One lookup being read.
pub struct Loading<'a> {
    pub lookup: &'a Lookup,
    pub session: &'a Session,
    pub stop: &'a Stop,
    pub chunk_size: usize,
    pub limit: usize,
    /// Bytes of the limit that are left.
    pub room: usize,
}

impl Loading<'_> {
    /// The table; what there is to say goes to `told`.
    pub fn load(&self, told: &mut Notes) -> Result<LookupTable> {
        match &self.lookup.source {
            LookupSource::File(settings) => self.file(settings, told),
            LookupSource::Sqlite { path, table, columns, all_text } => self.sqlite(path, table, columns, *all_text),
        }
    }

    fn file(&self, settings: &Arc<job::Extract>, told: &mut Notes) -> Result<LookupTable> {
        let mut head = Head::open(Arc::clone(settings), self.room, self.stop)?;
        let origin = head.first_name().to_owned();
        let described = describe(&origin, &mut head, self.session, self.stop)?;
        let (names, layout) = (described.names(), described.layout);
        let name = &self.lookup.name;
        let of_lookup = |warning: String| format!("lookup {name}: {}", self.lookup.moved(&warning));
        let mut suspects = Suspects::of(&head, &names);
        let mut spaced = Spaced::of(&head);
        let (as_settled, columns) = (Arc::clone(&head.settings), names.clone());
        let width = Width { settings: &as_settled, names: &columns };
        told.warnings.extend(described.warnings.into_iter().map(|warning| format!("lookup {name}: {warning}")));
        told.alarms.extend(std::mem::take(&mut head.alarms).into_iter().map(of_lookup));
        told.delimiters.extend(head.delimiter.map(|byte| format!("delimiter {} of lookup {name}", sniff::name(byte))));
        let declared =
            Declared { columns: &settings.columns, all_text: settings.all_text, notation: settings.notation };
        let mut builder = self.builder(names, declared, &origin)?;
        let metrics = Metrics::default();
        let mut chunks = extract::source(head, None, self.chunk_size, &metrics, self.stop);
        let mut space = Workspace::default();
        let mut buffer = Vec::new();
        while let Some(chunk) = chunks.next(buffer)? {
            self.check_room(&builder, chunk.bytes.len(), &origin)?;
            if builder.rows() == 0 {
                suspects.look_at(&chunk, &layout);
                spaced.look_at(&chunk, &as_settled);
            }
            take(&mut builder, &chunk, &layout, &width, &mut space)?;
            buffer = chunk.bytes;
            buffer.clear();
        }
        self.check_stop()?;
        told.alarms.extend(suspects.told(true).into_iter().chain(spaced.told()).map(of_lookup));
        let repeats = layout.repeats();
        if settings.skips_repeated_header {
            told.warnings.extend(repeats.and_then(|repeats| repeats.left_out()).map(of_lookup));
            return self.finish(builder, origin, "line");
        }
        let again = repeats.and_then(|repeats| repeats.alarm());
        told.alarms.extend(again.clone().map(of_lookup));
        // Where it stands twice, the header is a key that stands twice, or no value of a declared type.
        let finished = self.finish(builder, origin, "line");
        finished.map_err(|error| match &again {
            Some(again) => fatal(ExitCode::of(&error), format!("{error:#}; {again}")),
            None => error,
        })
    }

    fn sqlite(&self, path: &Path, table: &str, columns: &[(String, Typing)], all_text: bool) -> Result<LookupTable> {
        let table = SqliteTable::open(path, table)?;
        let declared = Declared { columns, all_text, notation: Notation::default() };
        let mut builder = self.builder(table.names.clone(), declared, &table.origin)?;
        table.each_row(self.stop, |number, cells| {
            self.check_room(&builder, cells.iter().map(SqliteCell::bytes).sum(), &table.origin)?;
            builder.push_row(number);
            cells.iter().enumerate().for_each(|(column, cell)| builder.push(column, as_cell(cell)));
            Ok(())
        })?;
        self.finish(builder, table.origin, "row")
    }

    fn builder(&self, names: Vec<String>, declared: Declared, origin: &str) -> Result<Builder> {
        if let Some(unknown) = undeclarable(declared.columns, &names) {
            let near = nearest(unknown, names.iter().map(String::as_str));
            let near = near.map(|near| format!("; nearest is {near:?}")).unwrap_or_default();
            let key = declaration(self.lookup, unknown);
            return Err(fatal(ExitCode::Config, format!("{key} is no column of {origin}{near}")));
        }
        Ok(Builder::new(names, declared))
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

    fn finish(&self, builder: Builder, origin: String, unit: &'static str) -> Result<LookupTable> {
        let table = builder.finish(self.lookup, origin, unit, self.session.zone);
        let table = table.map_err(|message| fatal(ExitCode::Data, message))?;
        match table.memory() > self.room {
            true => Err(too_large(&table.origin, table.len(), table.memory(), self.limit)),
            false => Ok(table),
        }
    }
}

fn as_cell<'a>(cell: &'a SqliteCell) -> Cell<'a> {
    match cell {
        SqliteCell::Null => Cell::Null,
        SqliteCell::Number(text) => Cell::Number(text),
        SqliteCell::Text(text) => Cell::Text(text),
    }
}

/// Takes the rows of a chunk. A record that is none is an error: a lookup has to be right.
fn take(builder: &mut Builder, chunk: &Chunk, layout: &Layout, width: &Width, space: &mut Workspace) -> Result<()> {
    let found = read(chunk, layout, space);
    if let Some(reject) = found.rejects.first() {
        let of_all = if builder.rows() == 0 { width.check(&found, chunk)? } else { None };
        let (path, line) = (&reject.origin.file.name, reject.origin.line);
        let of_one = || format!("{path}, line {line}: {}; a lookup must be sound, so mend this line", reject.message);
        return Err(fatal(ExitCode::Data, of_all.unwrap_or_else(of_one)));
    }
    let records: &dyn Records = found.records.as_ref();
    let columns = builder.columns();
    for row in 0..records.len() {
        point_at(row);
        builder.push_row(records.spot(row).line);
        for column in 0..columns {
            let text = records.text(row, column);
            let cell = match (text.as_deref(), records.token(row, column)) {
                (None, _) => Cell::Null,
                (_, Some(token)) if is_nested(token) || builder.takes_json(column) => Cell::Json(token),
                (Some(text), _) if records.is_text(row, column) => Cell::Text(text),
                (Some(text), _) => Cell::Any(text),
            };
            builder.push(column, cell);
        }
    }
    Ok(())
}
