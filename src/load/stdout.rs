//! Standard output, written without a buffer of its own: a flush is already large.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use anyhow::Result;

use super::Sink;
use super::file::Stream;
use super::text::TextWriter;
use crate::exit::{ExitCode, OrExit};

/// The sink of `-`.
pub fn open(header: Vec<u8>) -> Result<Box<dyn Sink>> {
    let name = "standard output";
    let descriptor =
        io::stdout().as_fd().try_clone_to_owned().or_exit(ExitCode::CannotCreate, || format!("cannot open {name}"))?;
    Ok(Box::new(Stream::new(TextWriter::new(File::from(descriptor), name.into(), header))))
}
