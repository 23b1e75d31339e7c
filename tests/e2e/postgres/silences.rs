//! Links that die without a word, and servers that take their time: only the first are given up.

use std::process::Child;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::{Duration, Instant};

use super::link::Link;
use super::server::Schema;
use crate::support::Done;

/// How long nothing may move before the server is asked.
const SILENCE: Duration = Duration::from_secs(15);

/// Starts a load of rows of a kilobyte, so many in a flush, over a link's port.
fn start(schema: &Schema, link: &Link, flush: &str) -> Child {
    let text = "v".repeat(1000);
    schema.folder.write("in.csv", (0..20_000).fold("id,v\n".to_owned(), |rows, id| rows + &format!("{id},{text}\n")));
    let target = link.service(schema, "t");
    let options = ["--columns", "id:integer", "--set", flush, "--summary", "s.json"];
    let policy = ["--set", "load.retry.max_interval=200ms", "--set", "load.circuit_breaker.open_for=1s"];
    let arguments = [&["run", "in.csv", &target], &options[..], &policy].concat();
    schema.folder.start_with(&[("PGSERVICEFILE", "services")], arguments)
}

/// All rows are there once; so many attempts had to be repeated at least and at most.
#[track_caller]
fn whole(schema: &Schema, child: Child, retries: std::ops::Range<u64>) {
    let done = Done::wait(child).exits(0);
    assert_eq!(schema.sql("select count(*), count(distinct id) from t"), "20000|20000", "{}", done.stderr);
    let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
    let tried = summary["sinks"][0]["retries"].as_u64().unwrap();
    assert!(retries.contains(&tried), "{tried} retries");
}

fn until_rows(schema: &Schema) {
    while schema.sql("select count(*) from t") == "0" {
        thread::sleep(Duration::from_millis(10));
    }
}

/// The server's half of the session lives on, and is ended for the lock that it holds.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_link_that_dies_in_silence_is_noticed() {
    let schema = Schema::new();
    schema.sql("create table t (id integer primary key, v text)");
    let link = Link::new(&schema);
    let child = start(&schema, &link, "load.batch.count=20");
    until_rows(&schema);
    link.traffic.silences.fetch_add(1, SeqCst);
    let start = Instant::now();
    whole(&schema, child, 1..20);
    assert!((SILENCE..SILENCE * 2).contains(&start.elapsed()), "{:?}", start.elapsed());
}

/// Nobody can be asked either, until the network is back.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_network_that_is_away_for_a_while() {
    let schema = Schema::new();
    schema.sql("create table t (id integer primary key, v text)");
    let link = Link::new(&schema);
    let child = start(&schema, &link, "load.batch.count=20");
    until_rows(&schema);
    link.traffic.deaf.store(true, SeqCst);
    link.traffic.silences.fetch_add(1, SeqCst);
    thread::sleep(SILENCE * 2);
    link.traffic.deaf.store(false, SeqCst);
    whole(&schema, child, 1..20);
}

/// What somebody else has locked holds a statement up for longer than a dead link would be waited for.
#[track_caller]
fn waits_for(lock: &str) {
    let schema = Schema::new();
    schema.sql("create table t (id integer primary key, v text)");
    let link = Link::new(&schema);
    let held = &format!("begin; {lock}; select pg_sleep(35); rollback");
    thread::scope(|scope| {
        scope.spawn(|| schema.sql(held));
        thread::sleep(Duration::from_millis(300));
        whole(&schema, start(&schema, &link, "load.batch.count=10000"), 0..1);
    });
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_locked_table_is_waited_for() {
    waits_for("lock table t");
}

/// The server stops amid a COPY and takes nothing in for all that time.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_locked_row_is_waited_for() {
    waits_for("insert into t values (0, 'theirs')");
}
