//! Signals: the right exit code within a second, no target, nothing left behind.

use std::io::Write;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::support::{Done, Folder};

const SIGNALS: [(&str, i32); 3] = [("HUP", 129), ("INT", 130), ("TERM", 143)];
/// What a run may take to end after the signal. Generous: this is a debug build on a busy machine.
const SOON: Duration = Duration::from_secs(5);

fn send(signal: &str, child: &Child) {
    let status =
        Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
}

/// Waits until the run catches signals: before that they end it as they end any program, however slowly it starts.
fn until_caught(child: &Child) {
    let start = Instant::now();
    while start.elapsed() < SOON {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(u64::MAX);
        if [libc::SIGHUP, libc::SIGINT, libc::SIGTERM].iter().all(|signal| caught & 1 << (signal - 1) != 0) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Sends the signal after `delay` and checks how the run ends; true if it was still running by then.
#[track_caller]
fn interrupt(folder: &Folder, child: Child, signal: &str, code: i32, delay: Duration) -> bool {
    until_caught(&child);
    std::thread::sleep(delay);
    send(signal, &child);
    let start = Instant::now();
    let done = Done::wait(child);
    // With rows dropped it is 3.
    if done.code == Some(0) || done.code == Some(3) {
        return false; // It had published before the signal came.
    }
    assert!(start.elapsed() < SOON, "SIG{signal} took {:?}", start.elapsed());
    let done = done.exits(code).says(&format!("interrupted by SIG{signal}"));
    assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    assert_eq!(folder.files(), ["in.csv"], "after SIG{signal} at {delay:?}");
    true
}

fn rows(count: usize) -> Vec<u8> {
    let mut csv = b"id,name,amount\n".to_vec();
    (0..count).for_each(|id| csv.extend_from_slice(format!("{id},\"name, {id}\",{}.50\n", id % 1000).as_bytes()));
    csv
}

#[test]
fn at_fifty_moments_of_a_run() {
    let folder = Folder::with("in.csv", rows(600_000));
    let mut interrupted = 0;
    for moment in 0..50_u64 {
        let (signal, code) = SIGNALS[moment as usize % 3];
        let target = ["out.csv", "out.jsonl", "sqlite:out.db?table=t"][moment as usize / 3 % 3];
        let child = folder.start(["run", "in.csv", target, "--where", "amount > 1"]);
        // Spread over the run without order, the same at every test.
        let delay = Duration::from_millis(30 + moment * 7919 % 400);
        interrupted += usize::from(interrupt(&folder, child, signal, code, delay));
        folder
            .files()
            .iter()
            .filter(|name| *name != "in.csv")
            .for_each(|name| std::fs::remove_file(folder.path().join(name)).unwrap());
    }
    assert!(interrupted > 10, "only {interrupted} of 50 runs were still running when the signal came");
}

#[test]
fn at_moments_of_a_run_into_several_targets() {
    let folder = Folder::with("in.csv", rows(400_000));
    for moment in 0..12_u64 {
        let (signal, code) = SIGNALS[moment as usize % 3];
        let others = ["--set", "load.2.to=sqlite:out.db?table=t", "--set", "load.3.to=out.jsonl"];
        let optional = ["--set", "load.3.required=false", "--set", "load.3.when_full=drop"];
        let child = folder.start(["run", "in.csv", "out.csv"].iter().chain(&others).chain(&optional));
        let done = interrupt(&folder, child, signal, code, Duration::from_millis(20 + moment * 7919 % 500));
        if !done {
            folder.remove(&["out.csv", "out.db", "out.jsonl"]);
        }
    }
}

#[test]
fn while_standard_input_is_idle() {
    for (signal, code) in SIGNALS {
        for sent in ["", "id,name\n", "id,name\n1,a\n2,b\n"] {
            let folder = Folder::with("in.csv", "");
            let mut child = folder.start(["run", "-", "out.csv"]);
            let mut pipe = child.stdin.take().unwrap();
            pipe.write_all(sent.as_bytes()).unwrap();
            assert!(interrupt(&folder, child, signal, code, Duration::from_millis(400)), "SIG{signal} after {sent:?}");
        }
    }
}

#[test]
fn a_signal_that_comes_twice_at_once_is_one_wish() {
    let folder = Folder::with("in.csv", "");
    let mut child = folder.start(["run", "-", "out.csv"]);
    let pipe = child.stdin.take();
    std::thread::sleep(Duration::from_millis(300));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid, &pid]).status().expect("kill runs").success());
    Done::wait(child).exits(143).says("interrupted by SIGTERM");
    assert_eq!(folder.files(), ["in.csv"]);
    drop(pipe);
}

#[test]
fn while_the_reader_of_standard_output_is_asleep() {
    for (signal, code) in SIGNALS {
        let folder = Folder::with("in.csv", rows(200_000));
        let mut child = folder.start(["run", "in.csv", "-"]);
        let unread = child.stdout.take();
        assert!(interrupt(&folder, child, signal, code, Duration::from_millis(1500)), "SIG{signal}");
        drop(unread);
    }
}

/// Each of these would run for minutes: what makes, cuts, hashes, compares or gathers long texts, in each row.
const SLOW: [&str; 7] = [
    "select id from input where length(repeat(name, 20000)) > 3",
    "select regexp_replace(repeat(name, 20000), '[aeiou]+m', '') as x from input",
    "select case when id % 2 = 0 then lpad(name, 400000, 'xy') else concat(repeat(name, 30000), name) end as x from input",
    "select md5(repeat(name, 20000)) as k, count(*) as n from input group by 1",
    "select string_agg(left(repeat(name, 20000), 1), '') as x from input",
    "select name from input order by sha256(repeat(name, 20000)) limit 5",
    "select distinct reverse(repeat(name, 20000)) = name as x from input",
];

#[test]
fn while_an_expression_is_slow() {
    let folder = Folder::with("in.csv", rows(40_000));
    for (query, (signal, code)) in SLOW.iter().zip(SIGNALS.iter().cycle()) {
        for target in ["null:", "out.parquet"] {
            let child = folder.start(["run", "in.csv", target, "--sql", query]);
            assert!(interrupt(&folder, child, signal, *code, Duration::from_millis(500)), "{query}");
        }
    }
}

#[test]
fn while_a_lookup_is_prepared() {
    // The one is being read when the signal comes; the other is soon read, and its keys take long.
    let long = "md5(regexp_replace(repeat(l.name, 20000), '[aeiou, ]', '', 'g'))";
    for (lookup, key) in [(rows(600_000), "l.name"), (rows(600), long)] {
        let folder = Folder::with("in.csv", lookup);
        let query = format!("select i.id from input i join l on i.name = {key}");
        let child = folder.start(["run", "in.csv", "null:", "--set", "lookup.l.path=in.csv", "--sql", &query]);
        assert!(interrupt(&folder, child, "TERM", 143, Duration::from_millis(500)), "{key}");
    }
}

#[test]
fn while_a_statement_of_sqlite_is_slow() {
    let folder = Folder::with("in.csv", rows(20_000));
    let slow = "create table t(id integer, name text, amount text);
        create trigger slow after insert on t begin
            select count(*) from t as one, t as other where one.id < other.id;
        end";
    rusqlite::Connection::open(folder.path().join("out.db")).unwrap().execute_batch(slow).unwrap();
    let child = folder.start(["run", "in.csv", "sqlite:out.db?table=t", "--mode", "append"]);
    until_caught(&child);
    std::thread::sleep(Duration::from_millis(1500));
    send("TERM", &child);
    let start = Instant::now();
    Done::wait(child).exits(143).says("interrupted by SIGTERM");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}
