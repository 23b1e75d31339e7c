//! A file's footer: its columns, its row groups, and whether it is sound.

use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use anyhow::Result;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::Length;

use super::file::SharedFile;
use super::schema::{self, Loaded};
use crate::arrow::datatypes::Fields;
use crate::batch::InputFile;
use crate::exit::{ExitCode, OrExit, fatal};
use crate::extract::compression::begins;
use crate::extract::input::Input;
use crate::format::{TELLING, Verdict, foreign};
use crate::job::Method;

const MAGIC: &[u8] = b"PAR1";
/// Bytes of the footer's length, which stands before the magic at the end.
const LENGTH: usize = 4;
/// How a file whose footer is encrypted ends.
const ENCRYPTED: &[u8] = b"PARE";

/// An open file whose footer has been read.
pub struct Footer {
    pub file: Arc<InputFile>,
    pub shared: SharedFile,
    pub metadata: ArrowReaderMetadata,
    /// Where timestamps of 96 bits are in nanoseconds.
    pub nanos: Option<ArrowReaderMetadata>,
    fields: Fields,
}

impl Footer {
    /// `memory`: bytes that it may take to hold.
    pub fn open(input: Input, memory: usize) -> Result<Footer> {
        let shared = SharedFile::open(&input)?;
        let file = input.file;
        check_ends(&file, &shared)?;
        check_size(&file, &shared, memory)?;
        let Loaded { metadata, nanos, fields } =
            guard(&file, &shared, || "its footer".to_owned(), || schema::load(&shared))?;
        let footer = Footer { file, shared, metadata, nanos, fields };
        footer.check_rows()?;
        footer.shared.newly_read();
        Ok(footer)
    }

    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    pub fn groups(&self) -> &[RowGroupMetaData] {
        self.metadata.metadata().row_groups()
    }

    /// What a row group has of the columns: several parts of one that is nested.
    pub fn columns<'a>(
        &'a self,
        group: &'a RowGroupMetaData,
    ) -> impl Iterator<Item = (usize, &'a ColumnChunkMetaData)> {
        let schema = self.metadata.metadata().file_metadata().schema_descr();
        let leaves = group.columns().iter().enumerate().take(schema.num_columns());
        leaves.map(|(leaf, chunk)| (schema.get_column_root_idx(leaf), chunk))
    }

    /// The rows of the groups must be those of the file.
    fn check_rows(&self) -> Result<()> {
        let total = self.metadata.metadata().file_metadata().num_rows();
        let groups = self.groups().iter().map(|group| u64::try_from(group.num_rows()).ok());
        let sum = groups.sum::<Option<u64>>();
        if sum.is_none() || sum != u64::try_from(total).ok() {
            let why = format!("the footer tells of {total} rows, its row groups do not");
            return Err(damaged(&self.file, "its footer", why));
        }
        Ok(())
    }
}

fn check_ends(file: &InputFile, shared: &SharedFile) -> Result<()> {
    let path = &file.name;
    let (first, last) = shared.ends(MAGIC.len()).or_exit(ExitCode::Io, || format!("cannot read {path}"))?;
    if first != MAGIC && first != ENCRYPTED {
        let (begin, _) = shared.ends(TELLING).or_exit(ExitCode::Io, || format!("cannot read {path}"))?;
        let why = match foreign(&begin, true) {
            Verdict::Is(foreign) => format!("it is {}", foreign.what),
            _ if begin.is_empty() => "it is empty".to_owned(),
            _ => match Method::ALL.into_iter().find(|method| begins(*method, &begin)) {
                Some(method) => format!("it is {}-compressed", method.name()),
                None => "it does not begin with PAR1".to_owned(),
            },
        };
        return Err(fatal(ExitCode::Data, format!("{path} is no parquet file: {why}; is extract.format right?")));
    }
    if last == ENCRYPTED {
        return Err(fatal(ExitCode::Data, format!("{path} is encrypted, which is not supported; decrypt it first")));
    }
    match last == MAGIC {
        true => Ok(()),
        false => Err(damaged(file, "its end", "it does not end with PAR1, so it was cut short or never finished")),
    }
}

/// What a footer takes that has been read, for each byte of it in the file: as measured on one of 100,000 columns.
const UNFOLDED: usize = 13;

/// Of many columns or row groups the footer alone may be more than there is memory for.
fn check_size(file: &InputFile, shared: &SharedFile, memory: usize) -> Result<()> {
    let path = &file.name;
    let (_, last) = shared.ends(LENGTH + MAGIC.len()).or_exit(ExitCode::Io, || format!("cannot read {path}"))?;
    let length = last.first_chunk().map_or(0, |length| u32::from_le_bytes(*length) as usize);
    // One that is longer than its file is damage, and is told as such.
    let bytes = length.min(shared.len() as usize).saturating_mul(UNFOLDED);
    match bytes > memory {
        true => {
            Err(too_large(&format!("the footer of {path}"), bytes, memory, "write it with fewer columns or row groups"))
        }
        false => Ok(()),
    }
}

/// Something of a file beyond what is allowed.
pub fn too_large(what: &str, bytes: usize, memory: usize, remedy: &str) -> anyhow::Error {
    let mebibytes = |bytes: usize| bytes.div_ceil(1 << 20);
    let (bytes, memory) = (mebibytes(bytes), mebibytes(memory));
    let message = format!(
        "{what} takes about {bytes} MiB, more than run.memory_limit of {memory} MiB; raise it with --memory-limit, or {remedy}"
    );
    fatal(ExitCode::Config, message)
}

/// Runs the decoder. Damage makes it fail, or even panic; both end the run in words.
pub fn guard<T, E: Display>(
    file: &InputFile,
    shared: &SharedFile,
    place: impl Fn() -> String,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T> {
    let why = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => said(panic.as_ref()),
    };
    match shared.failure() {
        Some(cause) => Err(fatal(ExitCode::Io, format!("cannot read {}: {cause}", file.name))),
        None => Err(damaged(file, &place(), why)),
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it cannot be decoded ({})", text.unwrap_or("no message"))
}

pub fn damaged(file: &InputFile, place: &str, why: impl Display) -> anyhow::Error {
    fatal(ExitCode::Data, format!("{} is damaged in {place}: {why}", file.name))
}
