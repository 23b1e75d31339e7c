//! Asks every source at once, a task for each, and merges their rows into one file.

use anyhow::{Context, Result};
use async_baseline::waits::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Answers that may wait for the file.
const WAITING: usize = 100;

#[tokio::main]
async fn main() -> Result<()> {
    let Options { address, sources, target, .. } = Options::read(std::env::args().skip(1))?;
    let mut file = std::io::BufWriter::new(std::fs::File::create(&target).context(target)?);
    let (answers_in, mut answers) = mpsc::channel::<Vec<u8>>(WAITING);
    let mut asking = JoinSet::new();
    for source in 0..sources {
        let (address, answers_in) = (address.clone(), answers_in.clone());
        asking.spawn(async move {
            let answer = ask(&address, source).await?;
            answers_in.send(answer).await.context("the file")
        });
    }
    drop(answers_in);
    while let Some(answer) = answers.recv().await {
        std::io::Write::write_all(&mut file, &answer)?;
    }
    while let Some(ended) = asking.join_next().await {
        ended??;
    }
    Ok(std::io::Write::flush(&mut file)?)
}

async fn ask(address: &str, source: u32) -> Result<Vec<u8>> {
    let mut connection = TcpStream::connect(address).await.with_context(|| format!("source {source}"))?;
    connection.write_u32(source).await?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.with_context(|| format!("source {source}"))?;
    Ok(answer)
}
