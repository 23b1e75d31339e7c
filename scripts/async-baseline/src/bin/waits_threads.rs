//! Asks the sources with a bounded pool of threads, each on a small stack, and merges their rows into one file.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::net::TcpStream;
use std::thread::{Builder, scope};

use anyhow::{Context, Result};
use async_baseline::waits::Options;
use crossbeam_channel::{Receiver, Sender, bounded};

/// Answers that may wait for the file.
const WAITING: usize = 100;
/// A connection and an answer of a few rows need no more.
const STACK: usize = 32 << 10;

fn main() -> Result<()> {
    let Options { address, sources, target, threads } = Options::read(std::env::args().skip(1))?;
    let mut file = BufWriter::new(File::create(&target).context(target)?);
    let (sources_in, waiting) = bounded(sources as usize);
    (0..sources).try_for_each(|source| sources_in.send(source))?;
    drop(sources_in);
    let (answers_in, answers) = bounded(WAITING);
    scope(|scope| {
        let start = |_| {
            let (waiting, answers_in, address) = (waiting.clone(), answers_in.clone(), address.as_str());
            Builder::new().stack_size(STACK).spawn_scoped(scope, move || work(&waiting, &answers_in, address))
        };
        let pool = (0..threads.min(sources as usize)).map(start).collect::<Result<Vec<_>, _>>();
        drop(answers_in);
        // Where the file fails the answers end with it, and nobody waits to send one.
        let merged = answers.into_iter().try_for_each(|answer| file.write_all(&answer));
        let ended = pool?.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a panic"))));
        let asked = ended.collect::<Result<()>>();
        merged.context("the file").and(asked)
    })?;
    Ok(file.flush()?)
}

fn work(waiting: &Receiver<u32>, answers_in: &Sender<Vec<u8>>, address: &str) -> Result<()> {
    for source in waiting {
        let answer = ask(address, source).with_context(|| format!("source {source}"))?;
        answers_in.send(answer)?;
    }
    Ok(())
}

fn ask(address: &str, source: u32) -> Result<Vec<u8>> {
    let mut connection = TcpStream::connect(address)?;
    connection.write_all(&source.to_be_bytes())?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    Ok(answer)
}
