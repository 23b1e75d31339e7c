//! The same code for each row in one loop, without threads, channels or tasks: what the others' messages cost stands out
//! beside it.

use std::io::{BufRead, BufReader, Write};
use std::sync::atomic::Ordering::Relaxed;

use anyhow::Result;
use async_baseline::options::Options;
use async_baseline::order::{HEADER, paid};
use async_baseline::report::Report;
use async_baseline::source::{create, open};

fn main() -> Result<()> {
    let Options { source, target, buffer, batch: size, .. } = Options::read(std::env::args().skip(1))?;
    let (input, mut output) = (BufReader::with_capacity(buffer, open(&source)?), create(&target)?);
    let report = Report::default();
    let mut batch = HEADER.as_bytes().to_vec();
    for line in input.lines().skip(1) {
        report.read.fetch_add(1, Relaxed);
        match paid(&line?) {
            Ok(None) => continue,
            Ok(Some(row)) => batch.extend_from_slice(row.as_bytes()),
            Err(why) => report.reject(&why),
        }
        report.written.fetch_add(1, Relaxed);
        if batch.len() >= size {
            output.write_all(&batch)?;
            batch.clear();
        }
    }
    output.write_all(&batch)?;
    report.say();
    Ok(())
}
