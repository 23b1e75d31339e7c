//! One connection to a server, on which we wait under poll with the stop flag.

use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::fault::Fault;
use super::hosts::{Host, hosts, time_to_answer};
use super::libpq::{Link, Wants};
use super::talk::first;
use super::url;
use super::watch::{self, Finding, IDENTITY, SILENCE, Watch};
use crate::job::Secret;

/// How long one wait for the server lasts before we look whether to stop.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
/// What libpq is told where the user does not tell it otherwise. A sign of life now and then keeps routers from forgetting
/// a link that is idle.
const DEFAULTS: [(&CStr, &str); 2] = [(c"fallback_application_name", "gristmill"), (c"keepalives_idle", "30")];
/// What a session is set to. A server whose half of a dead link lives on notices within a minute.
const SETTINGS: &str = "set datestyle = 'ISO'; set intervalstyle = 'postgres'; set standard_conforming_strings = on; \
                        set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3";
/// What may still be on its way from a server that says it waits for us.
const ON_ITS_WAY: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };

pub struct Connection {
    pub(super) link: Link,
    stop: Arc<AtomicBool>,
    watch: Watch,
    /// Where the server is asked about a connection that says nothing; nowhere for the connection that asks.
    witness: Option<Secret>,
    /// What the server knows the session by.
    identity: String,
    /// Rows that the last statement put into a table.
    pub(super) count: u64,
}

impl Connection {
    /// Connects as psql would: `url` may leave out what `PG*` variables, `.pgpass` or services say.
    pub fn open(url: &Secret, stop: &Arc<AtomicBool>) -> Result<Connection, Fault> {
        let mut connection = Connection::open_unwatched(url, stop)?;
        let identity = format!("select {IDENTITY} from pg_stat_activity where pid = pg_backend_pid()");
        connection.identity = first(connection.run(&format!("{SETTINGS}; {identity}"))?).unwrap_or_default();
        connection.witness = Some(url.clone());
        Ok(connection)
    }

    /// The same for a short question, which must be answered soon.
    pub fn open_unwatched(url: &Secret, stop: &Arc<AtomicBool>) -> Result<Connection, Fault> {
        url::check(&url.0).map_err(Fault::Unfit)?;
        let begun = Connection::begin(url, &Vec::new(), stop)?;
        let hosts = hosts(&begun.link);
        if hosts.is_empty() {
            return begun.establish();
        }
        let (mut away, mut hopeless) = (Vec::new(), true);
        for host in &hosts {
            match Connection::begin(url, host, stop).and_then(Connection::establish) {
                Err(Fault::Hopeless(why)) => away.push(why),
                Err(fault) if !fault.is_passing() => return Err(fault),
                Err(Fault::Unreachable(why) | Fault::Lost(why)) => {
                    away.push(why);
                    hopeless = false;
                }
                done => return done,
            }
        }
        let away = away.join("\n");
        Err(if hopeless { Fault::Hopeless(away) } else { Fault::Unreachable(away) })
    }

    /// To one host of several, or to the only one.
    fn begin(url: &Secret, host: &Host, stop: &Arc<AtomicBool>) -> Result<Connection, Fault> {
        let text = |text: &str| CString::new(text).map_err(|_| Fault::Unfit(url::UNREADABLE.into()));
        let own = [(c"dbname", url.0.as_str()), (c"client_encoding", "UTF8")];
        let host = host.iter().map(|(name, value)| (*name, value.as_str()));
        let all = DEFAULTS.into_iter().chain(own).chain(host);
        let parameters = all.map(|(name, value)| Ok((name, text(value)?))).collect::<Result<Vec<_>, _>>()?;
        let link = Link::start(&parameters).ok_or_else(|| Fault::Unreachable("no memory for a connection".into()))?;
        let (stop, watch) = (Arc::clone(stop), Watch::new(Instant::now()));
        Ok(Connection { link, stop, watch, witness: None, identity: String::new(), count: 0 })
    }

    /// What the server knows the session by.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    fn establish(mut self) -> Result<Connection, Fault> {
        let limit = time_to_answer(&self.link).map_err(Fault::Unfit)?;
        let deadline = Instant::now() + limit;
        let mut wants = Wants::Writing;
        loop {
            if self.link.is_broken() || wants == Wants::Failed {
                return Err(Fault::of_login(self.link.error()));
            }
            if wants == Wants::Nothing {
                let ready = self.link.set_nonblocking();
                return if ready { Ok(self) } else { Err(self.lost()) };
            }
            if Instant::now() >= deadline {
                return Err(Fault::Unreachable(format!("no answer within {} s", limit.as_secs())));
            }
            if self.wait(wants)? {
                wants = self.link.connect();
            }
        }
    }

    /// Whether what is wanted has come; not yet after a while.
    pub(super) fn wait(&mut self, wants: Wants) -> Result<bool, Fault> {
        if self.poll(wants, &PATIENCE)? {
            self.watch.moved(Instant::now());
            return Ok(true);
        }
        self.heed_stop()?;
        // To connect has a time of its own.
        if self.link.is_connected() && self.watch.is_silent(self.link.unsent(), Instant::now()) {
            self.doubt(wants)?;
        }
        Ok(false)
    }

    pub(super) fn poll(&self, wants: Wants, patience: &Timespec) -> Result<bool, Fault> {
        let flags = match wants {
            Wants::Writing if self.link.is_connected() => PollFlags::OUT | PollFlags::IN,
            Wants::Writing => PollFlags::OUT,
            _ => PollFlags::IN,
        };
        let Some(socket) = self.link.socket() else { return Err(self.lost()) };
        match poll(&mut [PollFd::new(&socket, flags)], Some(patience)) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(Fault::Lost(error.to_string())),
        }
    }

    /// Nothing has moved for long: whether the server is at work for us, or the link is dead.
    fn doubt(&self, wants: Wants) -> Result<(), Fault> {
        let finding = match &self.witness {
            Some(url) => watch::inquire(url, &self.identity, &self.stop)?,
            None => Finding::Away,
        };
        let why = match finding {
            Finding::Busy => return Ok(()),
            _ if self.poll(wants, &ON_ITS_WAY)? => return Ok(()),
            Finding::Idle => "the server waits for us, and nothing arrives",
            Finding::Gone => "the server has ended the session",
            Finding::Away => "the server does not answer",
        };
        Err(Fault::Lost(format!("nothing has moved for {} s: {why}", SILENCE.as_secs())))
    }

    /// For a long series of short statements, none of which waits long enough to look.
    pub fn heed_stop(&self) -> Result<(), Fault> {
        if self.stop.load(Relaxed) { Err(Fault::Stopped) } else { Ok(()) }
    }

    pub(super) fn lost(&self) -> Fault {
        Fault::Lost(self.link.error())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.take_back();
    }
}
