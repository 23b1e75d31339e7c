//! A link to the server that a test counts on, cuts or lets fall silent: a small proxy before the server's socket.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use super::server::Schema;

pub struct Link {
    /// Where it listens, besides its socket.
    port: u16,
    /// How the server itself is reached.
    server: PathBuf,
    pub traffic: Arc<Traffic>,
}

/// What goes over a link, and what becomes of it.
#[derive(Default)]
pub struct Traffic {
    /// Messages of the client that hold statements.
    pub statements: AtomicUsize,
    /// So many more links are cut between a COMMIT and its answer.
    pub cuts: AtomicUsize,
    /// Nothing is carried any more for those who connected before the last of so many silences, and nobody is told.
    pub silences: AtomicUsize,
    /// Those who connect now get no answer.
    pub deaf: AtomicBool,
}

impl Link {
    pub fn new(schema: &Schema) -> Link {
        let (server, folder) = (schema.socket(), Link::folder(schema));
        std::fs::create_dir(&folder).unwrap();
        let socket = UnixListener::bind(folder.join(".s.PGSQL.5432")).unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let link = Link { port: tcp.local_addr().unwrap().port(), server, traffic: Arc::default() };
        let (on_socket, on_port) = (link.carrier(), link.carrier());
        thread::spawn(move || socket.incoming().flatten().for_each(on_socket));
        // What we do with a stream of either kind is the same.
        let plain = |tcp: TcpStream| {
            tcp.set_nodelay(true).unwrap();
            UnixStream::from(OwnedFd::from(tcp))
        };
        thread::spawn(move || tcp.incoming().flatten().map(plain).for_each(on_port));
        link
    }

    /// What is done with each client.
    fn carrier(&self) -> impl Fn(UnixStream) + Send + 'static {
        let (server, traffic) = (self.server.clone(), Arc::clone(&self.traffic));
        move |client| {
            if traffic.deaf.load(SeqCst) {
                std::mem::forget(client);
            } else if let Ok(server) = UnixStream::connect(&server) {
                carry(client, server, &traffic);
            }
        }
    }

    /// A target of the schema's, through the link's port, as a service of the file `services`.
    pub fn service(&self, schema: &Schema, table: &str) -> String {
        let service = format!("[mill]\nhost=127.0.0.1\nport={}\nuser=postgres\ndbname=postgres\n", self.port);
        schema.folder.write("services", service);
        format!("postgresql:///?service=mill&table={}.{table}", schema.name)
    }

    /// A target of the schema's, through the socket of a link that need not be there yet.
    pub fn target(schema: &Schema, table: &str) -> String {
        let (server, link) = (schema.socket(), Link::folder(schema));
        let host = |folder: &Path| format!("host={}", folder.display());
        schema.table(table).replacen(&host(server.parent().unwrap()), &host(&link), 1)
    }

    fn folder(schema: &Schema) -> PathBuf {
        schema.folder.path().join("link")
    }
}

/// Carries bytes both ways until one side ends.
fn carry(client: UnixStream, server: UnixStream, traffic: &Arc<Traffic>) {
    let (from_client, to_client) = (client.try_clone().unwrap(), client);
    let (from_server, to_server) = (server.try_clone().unwrap(), server);
    let since = traffic.silences.load(SeqCst);
    let mut up = Up { traffic: Arc::clone(traffic), since, frames: Frames::default() };
    let down = Arc::clone(traffic);
    thread::spawn(move || pump(from_client, to_server, |bytes, client| up.passes(bytes, client)));
    thread::spawn(move || pump(from_server, to_client, |_, _| down.passes(since)));
}

/// `passes`: whether bytes that came from the first stream are to reach the second; an end of the carrying where not.
fn pump(mut from: UnixStream, mut to: UnixStream, mut passes: impl FnMut(&[u8], &UnixStream) -> bool) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if !passes(&bytes[..count], &from) || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    thread::sleep(Duration::from_millis(20));
    let _ended = to.shutdown(Shutdown::Both).is_err();
}

impl Traffic {
    /// Holds the caller up for ever where its link has fallen silent.
    fn passes(&self, since: usize) -> bool {
        while self.silences.load(SeqCst) > since {
            thread::park();
        }
        true
    }
}

/// The way to the server.
struct Up {
    traffic: Arc<Traffic>,
    /// Silences before the link was made.
    since: usize,
    frames: Frames,
}

impl Up {
    fn passes(&mut self, bytes: &[u8], client: &UnixStream) -> bool {
        self.traffic.passes(self.since);
        self.traffic.statements.fetch_add(self.frames.statements(bytes), SeqCst);
        let is_commit = bytes.ends_with(b"commit\0");
        let left = &self.traffic.cuts;
        if is_commit && left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
            client.shutdown(Shutdown::Both).unwrap();
            // Half of them never reach the server; after the others nothing more is read.
            return !left.load(SeqCst).is_multiple_of(2);
        }
        true
    }
}

/// Finds the messages in what a client sends.
#[derive(Default)]
struct Frames {
    /// The beginning of a message: its kind and length.
    head: Vec<u8>,
    /// What is still to come of one.
    left: usize,
    /// The messages that begin a session have no kind.
    begun: bool,
}

impl Frames {
    /// How many messages with statements begin in these bytes.
    fn statements(&mut self, mut bytes: &[u8]) -> usize {
        let mut found = 0;
        while let Some((first, after)) = bytes.split_first() {
            if self.left > 0 {
                let length = self.left.min(bytes.len());
                self.left -= length;
                bytes = &bytes[length..];
                continue;
            }
            bytes = after;
            self.head.push(*first);
            found += usize::from(self.head.len() == 4 + usize::from(self.begun) && self.begin());
        }
        found
    }

    /// The head is whole; whether a statement follows.
    fn begin(&mut self) -> bool {
        let (kind, length) = self.head.split_at(self.head.len() - 4);
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        let is_statement = kind == b"Q";
        // A wish for encryption is eight bytes long, and another message without a kind follows it.
        self.begun |= length != 8;
        self.left = length - 4;
        self.head.clear();
        is_statement
    }
}
