//! Servers that go away while rows are loaded: every row is there once in the end.

use std::ops::Range;
use std::process::Command;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::{Duration, Instant};

use super::link::Link;
use super::server::Schema;
use crate::support::Done;

const ROWS: usize = 20_000;
pub const QUICK: [&str; 6] = [
    "--set",
    "load.batch.count=500",
    "--set",
    "load.retry={ initial_interval = '20ms', max_interval = '200ms', max_elapsed_time = '60s' }",
    "--set",
    "load.circuit_breaker={ failure_threshold = 5, open_for = '300ms' }",
];

pub fn rows() -> String {
    (0..ROWS).fold("id,v\n".to_owned(), |rows, id| rows + &format!("{id},v{id}\n"))
}

/// Each row is there, and none twice.
#[track_caller]
fn whole(schema: &Schema, done: Done) {
    let figures = schema.sql("select count(*), count(distinct id), sum(id) from t");
    assert_eq!(figures, format!("{ROWS}|{ROWS}|{}", ROWS * (ROWS - 1) / 2), "{}", done.stderr);
    done.exits(0);
}

/// The same, and no note is left of the run.
#[track_caller]
fn whole_and_tidy(schema: &Schema, done: Done) {
    whole(schema, done);
    assert_eq!(schema.sql("select count(*) from gristmill_state"), "0");
}

/// Thirty in all, a third in each mode, half of them over TCP.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn sessions_are_ended_at_any_moment() {
    let mut moments = Moments(0x5EED);
    for mode in ["mode='append'", "mode='replace'", "mode='upsert'\nkey=['id']"] {
        for over_tcp in [false, true] {
            let schema = Schema::new();
            schema.sql("create table t (id integer primary key, v text)");
            schema.folder.write("in.csv", rows());
            let link = Link::new(&schema);
            let target = if over_tcp { link.service(&schema, "t") } else { schema.table("t") };
            schema.folder.write("job.toml", job(&target, mode));
            let arguments = [&["run", "job.toml"], &QUICK[..], &["--set", "load.batch.count=4"]].concat();
            let mut child = schema.folder.start_with(&[("PGSERVICEFILE", "services")], arguments);
            let mut ended = 0;
            while ended < 5 && child.try_wait().unwrap().is_none() {
                thread::sleep(moments.next());
                ended += end_session(&schema);
            }
            let done = Done::wait(child);
            assert_eq!(ended, 5, "sessions were ended in {mode}: {}", done.stderr);
            whole_and_tidy(&schema, done);
        }
    }
}

fn job(target: &str, load: &str) -> String {
    format!("extract={{ path='in.csv', columns={{ id='bigint' }} }}\n[[load]]\nto='{target}'\n{load}\n")
}

/// Moments to wait for, without order and the same at every test.
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_micros((self.0 >> 33) % 50_000)
    }
}

/// Ends the session that loads the table, if there is one now.
fn end_session(schema: &Schema) -> usize {
    let ended = schema.sql(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted \
         and objid = (hashtext(format('\"%s\".\"t\"', current_schema()))::bigint & 4294967295)::oid",
    );
    ended.lines().filter(|line| *line == "t").count()
}

/// Each of the user's statements takes effect once, and what they have set holds in the sessions after them.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn sessions_are_ended_around_the_load() {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text); create table marks (mark integer); create table seen (v text)");
    schema.folder.write("in.csv", rows());
    let name = &schema.name;
    let marks = |marks: Range<usize>| -> String {
        marks.map(|mark| format!("'insert into {name}.marks select {mark} from pg_sleep(0.02)', ")).collect()
    };
    let seen = format!("'insert into {name}.seen select current_setting($$work_mem$$)'");
    // Those before the load are of one transaction.
    let (before, after) = (marks(0..4), marks(4..44));
    let hooks = format!("before_load=[{before}'set work_mem = 5120']\nafter_load=[{after}{seen}, 'vacuum {name}.t']");
    schema.folder.write("job.toml", job(&schema.table("t"), &hooks));
    let mut child = schema.folder.start([&["run", "job.toml"], &QUICK[..]].concat());
    let (mut moments, mut ended) = (Moments(0x5EED), 0);
    while child.try_wait().unwrap().is_none() {
        thread::sleep(moments.next() * 4);
        // Of the vacuum nobody could tell whether it was done.
        if schema.sql("select count(*) from seen") == "0" {
            ended += end_session(&schema);
        }
    }
    whole_and_tidy(&schema, Done::wait(child));
    assert!(ended > 5, "{ended} sessions were ended");
    assert_eq!(schema.sql("select count(*), count(distinct mark) from marks"), "44|44");
    assert_eq!(schema.sql("select v from seen"), "5MB");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn answers_to_commits_are_lost() {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text)");
    schema.folder.write("in.csv", rows());
    let link = Link::new(&schema);
    link.traffic.cuts.store(20, SeqCst);
    let target = Link::target(&schema, "t");
    let arguments = ["run", "in.csv", &target, "--columns", "id:bigint", "--summary", "s.json"];
    let done = schema.folder.mill([&arguments[..], &QUICK].concat());
    whole_and_tidy(&schema, done);
    assert_eq!(link.traffic.cuts.load(SeqCst), 0);
    let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
    assert!(summary["sinks"][0]["retries"].as_u64().unwrap() >= 20, "{summary}");
}

/// Also where the session that took a setting is gone before it could say so.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn settings_outlive_a_lost_answer() {
    for cuts in [1, 2, 3] {
        let schema = Schema::new();
        schema.sql("create table t (id integer, v text, who text default current_setting('application_name'))");
        schema.folder.write("in.csv", rows());
        let link = Link::new(&schema);
        link.traffic.cuts.store(cuts, SeqCst);
        let target = Link::target(&schema, "t");
        let setting = ["--set", "load.before_load=set application_name = 'mine'"];
        let arguments = ["run", "in.csv", &target, "--columns", "id:bigint"];
        let done = schema.folder.mill([&arguments[..], &setting, &QUICK].concat());
        whole_and_tidy(&schema, done);
        assert_eq!(schema.sql("select distinct who from t"), "mine", "{cuts} cuts");
    }
}

/// `mode`: how the server goes down.
pub fn restart(mode: &str) {
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
    done.says("trying on for 1 s").says("given up after 1 s");
    assert!((1.0..20.0).contains(&start.elapsed().as_secs_f64()));
    assert!(!schema.folder.files().iter().any(|name| name.contains("rejects")), "nothing is rejected");
}

/// With the policy that holds where the job says nothing: the breaker opens once, and a probe that fails prolongs that.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_server_that_comes_back_after_20_seconds() {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text)");
    schema.folder.write("in.csv", rows());
    let target = Link::target(&schema, "t");
    let child = schema.folder.start(["run", "in.csv", &target, "--columns", "id:bigint", "--summary", "s.json"]);
    thread::sleep(Duration::from_secs(20));
    let _link = Link::new(&schema);
    let done = Done::wait(child).says("trying on").says("breaker opened once");
    whole_and_tidy(&schema, done);
    let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
    let sink = &summary["sinks"][0];
    assert_eq!(sink["breaker_opened"], 1, "{sink}");
    assert!(sink["retries"].as_u64().unwrap() >= 6, "{sink}");
}
