//! PostgreSQL, where `GRISTMILL_POSTGRES` is the URL of a server that may be written to; `scripts/test.sh` starts one.

mod blame;
mod constraints;
mod hooks;
mod identity;
mod json;
mod link;
mod losses;
mod made;
mod modes;
mod optional;
mod passwords;
mod outages;
mod own_keys;
mod refusals;
mod replace;
mod rights;
mod server;
mod silences;
mod start;
mod tls;
mod types;
mod upsert;
mod urls;
