//! The same code for each row in one loop, without threads, channels or tasks: what the others' messages cost stands out
//! beside it.

use std::io::{BufRead, BufReader, Write};

use anyhow::Result;
use async_baseline::options::Options;
use async_baseline::order::HEADER;
use async_baseline::report::Report;
use async_baseline::source::{create, open};

fn main() -> Result<()> {
    let Options { source, target, buffer, batch: size, .. } = Options::of_command_line();
    let (input, mut output) = (BufReader::with_capacity(buffer, open(&source)?), create(&target)?);
    let report = Report::default();
    let mut batch = HEADER.as_bytes().to_vec();
    for line in input.lines().skip(1) {
        batch.extend_from_slice(report.mill(&line?).unwrap_or_default().as_bytes());
        if batch.len() >= size {
            output.write_all(&batch)?;
            batch.clear();
        }
    }
    output.write_all(&batch)?;
    report.say();
    Ok(())
}
