//! Many sources that each take their time: a small server on the loopback, which answers every connection after 20 to 200
//! ms with a few rows and closes it, and ends when nobody has asked for a while. It serves no more than MOST at once. Writes
//! its port to standard output.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use async_baseline::waits::{ROWS, delay};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// Connections that may wait to be accepted; the system may allow fewer.
const BACKLOG: u32 = 16_384;
/// Connections that are served at once; the others wait.
const MOST: usize = 12_000;
/// Nobody has asked for so long: the server ends.
const IDLE: Duration = Duration::from_secs(30);
/// After a connection that could not be accepted.
const PAUSE: Duration = Duration::from_millis(10);

#[tokio::main]
async fn main() -> Result<()> {
    let listener = listen()?;
    println!("{}", listener.local_addr()?.port());
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let place = places.clone().acquire_owned().await?;
        match timeout(IDLE, listener.accept()).await {
            Ok(Ok((connection, _))) => drop(tokio::spawn(async move {
                answer(connection).await;
                drop(place);
            })),
            // Too many open files, or a client that has gone again: others may be served later.
            Ok(Err(_)) => sleep(PAUSE).await,
            Err(_) => return Ok(()),
        }
    }
}

fn listen() -> Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    Ok(socket.listen(BACKLOG)?)
}

/// Reads which source is asked, waits as long as that one takes, and answers. A client that has gone is its own affair.
async fn answer(mut connection: TcpStream) -> Option<()> {
    let source = connection.read_u32().await.ok()?;
    sleep(delay(source)).await;
    let rows: String = (0..ROWS).map(|row| format!("{source},{row},{}\n", u64::from(source) * ROWS + row)).collect();
    connection.write_all(rows.as_bytes()).await.ok()
}
