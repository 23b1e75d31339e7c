//! `-` and paths, for programs that read and write by `std`.

use std::fs::File;
use std::io::{self, Read, Write};

use anyhow::{Context, Result};

pub fn open(path: &str) -> Result<Box<dyn Read + Send>> {
    match path {
        "-" => Ok(Box::new(io::stdin())),
        _ => Ok(Box::new(File::open(path).with_context(|| format!("cannot open {path}"))?)),
    }
}

pub fn create(path: &str) -> Result<Box<dyn Write + Send>> {
    match path {
        // As a file: standard output's own buffer would look for line ends.
        "-" => Ok(Box::new(File::options().write(true).open("/dev/stdout").context("cannot open standard output")?)),
        _ => Ok(Box::new(File::create(path).with_context(|| format!("cannot create {path}"))?)),
    }
}
