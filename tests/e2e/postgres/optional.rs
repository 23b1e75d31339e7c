//! A server that is not required: what becomes of the run when it is away, or hangs.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::{Duration, Instant};

use super::link::Link;
use super::server::Schema;
use crate::support::Done;

const ROWS: usize = 300_000;

/// A job into a CSV file, a Parquet file, SQLite, and a server that is not required.
fn schema(target: &dyn Fn(&Schema) -> String, when_full: &str) -> Schema {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text)");
    schema.folder.write("in.csv", (0..ROWS).fold("id,v\n".to_owned(), |rows, id| rows + &format!("{id},name {id}\n")));
    let others =
        ["out.csv", "out.parquet", "sqlite:out.db?table=t"].map(|to| format!("[[load]]\nto='{to}'\n")).concat();
    let optional = format!("[[load]]\nto='{}'\nrequired=false\nwhen_full='{when_full}'\n", target(&schema));
    let job = "extract={ path='in.csv', columns={ id='integer' } }\nrun.chunk_size='64KiB'\n".to_owned();
    schema.folder.write("job.toml", job + &others + &optional);
    schema
}

/// The other targets are complete, and the summary tells of the one that is not.
#[track_caller]
fn others_are_complete(schema: &Schema, done: Done) -> serde_json::Value {
    let done = done.exits(3).says("postgresql:t, which is not required").says("balance ok");
    assert_eq!(schema.folder.text("out.csv"), schema.folder.text("in.csv"), "{}", done.stderr);
    let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
    let [others @ .., server] = summary["sinks"].as_array().unwrap().as_slice() else { panic!("{summary}") };
    assert!(others.iter().all(|sink| sink["rows_loaded"] == ROWS && sink["failed"] == false), "{summary}");
    assert_eq!((&server["name"], &server["failed"]), (&"postgresql:t".into(), &true.into()));
    server.clone()
}

/// Nobody waits for it, and the run says so at once; whether it is there is what `validate` is for.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_server_that_is_away_is_left_out() {
    let schema = schema(&|_| "postgresql://me@localhost:1/d?table=s.t".into(), "block");
    let start = Instant::now();
    let done = schema.folder.mill(["run", "job.toml", "--summary", "s.json"]);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    let server = others_are_complete(&schema, done.says("is left out: cannot connect to PostgreSQL"));
    assert_eq!((&server["rows_loaded"], &server["rows_dropped"]), (&0.into(), &0.into()));
    schema.folder.mill(["validate", "job.toml"]).exits(69).says("cannot connect");
}

/// Time does not mend what is wrong with the job.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_server_that_says_no_ends_the_run() {
    let schema = schema(&|schema| schema.table("t").replacen("/postgres?", "/nosuchdatabase?", 1), "block");
    schema.folder.mill(["run", "job.toml"]).exits(78).says("nosuchdatabase");
    assert_eq!(schema.folder.files(), ["in.csv", "job.toml"]);
}

/// Somebody else's session that holds the table.
struct Lock<'a>(&'a Schema, Child);

impl Lock<'_> {
    fn new(schema: &Schema) -> Lock<'_> {
        let sql = format!("begin; lock table {}.t; select pg_sleep(300)", schema.name);
        Lock::with(schema, &sql, "AccessExclusiveLock")
    }

    /// Of another kind.
    fn with<'a>(schema: &'a Schema, sql: &str, mode: &str) -> Lock<'a> {
        let child = Command::new("psql").args([&schema.url, "-X", "-q", "-c", sql]).stderr(Stdio::null()).spawn();
        let held = format!("select count(*) from pg_locks where relation = 't'::regclass and mode = '{mode}'");
        while schema.sql(&held) == "0" {
            thread::sleep(Duration::from_millis(20));
        }
        Lock(schema, child.unwrap())
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        let holder = "query like '%pg_sleep(300)' and pid <> pg_backend_pid()";
        let of = format!("position('{}' in query) > 0", self.0.name);
        self.0.sql(&format!("select pg_terminate_backend(pid) from pg_stat_activity where {holder} and {of}"));
        self.1.wait().unwrap();
    }
}

/// The statement that hung has been taken back, so that the table is free for another run.
#[track_caller]
fn nobody_loads(schema: &Schema) {
    assert_eq!(schema.sql(&format!("select count(*) from pg_stat_activity where {}", sessions(schema))), "0");
}

/// A condition for the sessions that load the schema's table.
fn sessions(schema: &Schema) -> String {
    format!("application_name = 'gristmill' and position('{}' in query) > 0", schema.name)
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_server_that_hangs_holds_nobody_up() {
    let schema = schema(&|schema| schema.table("t"), "drop");
    let lock = Lock::new(&schema);
    let done = schema.folder.mill(["run", "job.toml", "--summary", "s.json"]);
    let server = others_are_complete(&schema, done.says("did not take its rows within 5 s"));
    assert!(server["rows_dropped"].as_u64().unwrap() > 0, "{server}");
    nobody_loads(&schema);
    drop(lock);
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_link_that_falls_silent_holds_nobody_up() {
    let schema = schema(&|schema| Link::target(schema, "t"), "drop");
    let link = Link::new(&schema);
    let child = schema.folder.start(["run", "job.toml", "--summary", "s.json"]);
    while link.traffic.statements.load(SeqCst) < 12 {
        thread::sleep(Duration::from_millis(1));
    }
    link.traffic.silences.fetch_add(1, SeqCst);
    let done = Done::wait(child);
    // The server's half lives on, for all that the link's other end knows.
    schema.sql(&format!("select pg_terminate_backend(pid) from pg_stat_activity where {}", sessions(&schema)));
    others_are_complete(&schema, done.says("did not take its rows within 5 s"));
}

/// It may slow the run down, for the job says so; but a signal ends that.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_signal_ends_the_wait_for_a_server_that_hangs() {
    let schema = schema(&|schema| schema.table("t"), "block");
    let lock = Lock::new(&schema);
    let child = schema.folder.start(["run", "job.toml"]);
    thread::sleep(Duration::from_secs(2));
    let start = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    Done::wait(child).exits(130).says("interrupted by SIGINT");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(schema.folder.files(), ["in.csv", "job.toml"]);
    nobody_loads(&schema);
    drop(lock);
}

/// A `replace` that cannot put its rows in place; the file that follows it in the job is there all the same.
#[track_caller]
fn published_before_the_lock_goes(when_full: &str, interrupt: bool, words: &str) {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text)");
    schema.folder.write("in.csv", "id,v\n1,a\n");
    let server = format!("to='{}'\nmode='replace'\nrequired=false\nwhen_full='{when_full}'", schema.table("t"));
    let job = "extract={ path='in.csv', columns={ id='integer' } }\n";
    schema.folder.write("job.toml", format!("{job}[[load]]\n{server}\n[[load]]\nto='out.jsonl'\n"));
    // The columns of a locked table can be read, and a staging table be made like it.
    let held = format!("begin; lock table {}.t in access share mode; select pg_sleep(300)", schema.name);
    let lock = Lock::with(&schema, &held, "AccessShareLock");
    let start = Instant::now();
    let child = schema.folder.start(["run", "job.toml"]);
    while !schema.folder.files().contains(&"out.jsonl".into()) {
        assert!(start.elapsed() < Duration::from_secs(4), "the file is not published");
        thread::sleep(Duration::from_millis(20));
    }
    if interrupt {
        thread::sleep(Duration::from_millis(300));
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    }
    Done::wait(child).exits(3).says(words);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    drop(lock);
    assert_eq!(schema.sql("select count(*) from pg_class where relname like 'gristmill_staging%' and relnamespace = current_schema()::regnamespace"), "0");
    assert_eq!(schema.sql("select count(*) from gristmill_state"), "0");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn what_is_required_is_published_first() {
    published_before_the_lock_goes("drop", false, "it could not be published within 5 s");
    published_before_the_lock_goes("drop", true, "before the run was interrupted by SIGTERM");
    published_before_the_lock_goes("block", true, "before the run was interrupted by SIGTERM");
}
