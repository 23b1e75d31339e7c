//! Servers that go away while rows are loaded: every row is there once in the end.

use std::process::Command;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::{Duration, Instant};

use super::link::Link;
use super::server::Schema;
use crate::support::Done;

const ROWS: usize = 20_000;
const QUICK: [&str; 6] = [
    "--set",
    "load.batch.count=500",
    "--set",
    "load.retry={ initial_interval = '20ms', max_interval = '200ms', max_elapsed_time = '60s' }",
    "--set",
    "load.circuit_breaker={ failure_threshold = 5, open_for = '300ms' }",
];

fn rows() -> String {
    (0..ROWS).fold("id,v\n".to_owned(), |rows, id| rows + &format!("{id},v{id}\n"))
}

/// Each row is there, and none twice.
#[track_caller]
fn whole(schema: &Schema, done: Done) {
    let figures = schema.sql("select count(*), count(distinct id), sum(id) from t");
    assert_eq!(figures, format!("{ROWS}|{ROWS}|{}", ROWS * (ROWS - 1) / 2), "{}", done.stderr);
    done.exits(0);
    assert_eq!(schema.sql("select count(*) from gristmill_state"), "0");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn sessions_are_ended_at_any_moment() {
    for mode in ["append", "replace"] {
        let schema = Schema::new();
        schema.sql("create table t (id integer, v text)");
        schema.folder.write("in.csv", rows());
        let (target, mode) = (schema.table("t"), format!("load.mode={mode}"));
        let arguments = ["run", "in.csv", &target, "--columns", "id:bigint", "--set", &mode];
        let small = ["--set", "load.batch.count=5"];
        let mut child = schema.folder.start([&arguments[..], &QUICK, &small].concat());
        let mut ended = 0;
        while ended < 15 && child.try_wait().unwrap().is_none() {
            ended += end_session(&schema);
        }
        assert!(ended > 2, "{ended} sessions were ended");
        whole(&schema, Done::wait(child));
    }
}

/// Ends the session that loads the table, if there is one now.
fn end_session(schema: &Schema) -> usize {
    thread::sleep(Duration::from_millis(20));
    let ended = schema.sql(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted \
         and objid = (hashtext(format('\"%s\".\"t\"', current_schema()))::bigint & 4294967295)::oid",
    );
    ended.lines().filter(|line| *line == "t").count()
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn answers_to_commits_are_lost() {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text)");
    schema.folder.write("in.csv", rows());
    let link = Link::new(&schema);
    link.traffic.cuts.store(20, SeqCst);
    let target = link.target(&schema, "t");
    let arguments = ["run", "in.csv", &target, "--columns", "id:bigint", "--summary", "s.json"];
    let done = schema.folder.mill([&arguments[..], &QUICK].concat());
    whole(&schema, done);
    assert_eq!(link.traffic.cuts.load(SeqCst), 0);
    let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
    assert!(summary["sinks"][0]["retries"].as_u64().unwrap() >= 20, "{summary}");
}

/// `mode`: how the server goes down.
fn restart(mode: &str) {
    let command = std::env::var("GRISTMILL_POSTGRES_RESTART").expect("the command that scripts/with-postgres gives");
    assert!(Command::new("sh").args(["-c", &command, "restart", mode]).output().unwrap().status.success());
}

/// Alone, for it takes the server from everybody.
#[test]
#[ignore = "needs a PostgreSQL server of its own; scripts/test.sh starts one"]
fn alone_while_the_server_is_restarted() {
    for mode in ["fast", "immediate"].repeat(5) {
        let schema = Schema::new();
        schema.sql("create table t (id integer, v text)");
        schema.folder.write("in.csv", rows());
        let target = schema.table("t");
        let arguments = ["run", "in.csv", &target, "--columns", "id:bigint"];
        let child = schema.folder.start([&arguments[..], &QUICK].concat());
        thread::sleep(Duration::from_millis(60));
        restart(mode);
        whole(&schema, Done::wait(child));
    }
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_server_that_stays_away() {
    let schema = Schema::new();
    schema.folder.write("in.csv", "id\n1\n");
    let gone = "postgresql://me@localhost:1/d?table=t";
    let retry = "load.retry={ initial_interval = '10ms', max_elapsed_time = '1s' }";
    let breaker = "load.circuit_breaker={ failure_threshold = 3, open_for = '200ms' }";
    let start = Instant::now();
    let done = schema.folder.mill(["run", "in.csv", gone, "--set", retry, "--set", breaker]).exits(69);
    done.says("trying on").says("given up after 1 s");
    assert!((1.0..20.0).contains(&start.elapsed().as_secs_f64()));
    assert!(!schema.folder.files().iter().any(|name| name.contains("rejects")), "nothing is rejected");
}
