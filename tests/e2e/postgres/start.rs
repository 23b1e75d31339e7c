//! Servers that are away before the first row, and ways to a server that do not lead there.

use std::time::{Duration, Instant};

use crate::support::{Done, Folder};

fn run(target: &str, options: &[&str]) -> (Done, Duration) {
    let folder = Folder::with("in.csv", "id\n1\n");
    let start = Instant::now();
    let done = folder.mill([&["run", "in.csv", target], options].concat());
    (done, start.elapsed())
}

/// The time that is left is told at once and again.
#[test]
#[ignore = "takes seconds"]
fn a_server_that_refuses_is_waited_for_and_the_time_is_told() {
    let breaker = ["--set", "load.circuit_breaker={ failure_threshold = 3, open_for = '2s' }"];
    let at_start = ["--set", "load.retry.at_start=8s"];
    let (done, elapsed) = run("postgresql://me@localhost:1/d?table=t", &[&breaker[..], &at_start].concat());
    let done = done.exits(69).says("trying on for 8 s").says("given up after 8 s").says("load.retry.at_start");
    assert_eq!(done.stderr.matches("trying on for").count(), 2, "{}", done.stderr);
    assert!((7.9..20.0).contains(&elapsed.as_secs_f64()), "{elapsed:?}");
}

/// Nobody waits where only a check is made.
#[test]
fn validate_does_not_wait() {
    let folder = Folder::with("in.csv", "id\n1\n");
    folder.write("job.toml", "extract.path='in.csv'\nload=[{ to='postgresql://me@localhost:1/d?table=t' }]\n");
    let start = Instant::now();
    let done = folder.mill(["validate", "job.toml"]).exits(69);
    assert!(!done.stderr.contains("trying on"), "{}", done.stderr);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

/// No waiting mends them.
#[test]
fn urls_that_lead_nowhere() {
    for (target, words) in [
        (
            "postgresql://localhost:1/d?sslmod=require&table=t",
            "a parameter sslmod, which libpq does not know; the nearest is sslmode",
        ),
        ("postgresql://localhost:99999/d?table=t", "invalid port number: \"99999\""),
        ("postgresql://localhost:abc/d?table=t", "no number from 1 to 65535"),
        ("postgresql://localhost:1/d?keepalives_idle=x&table=t", "keepalives_idle"),
        ("postgresql://localhost:1/d?connect_timeout=x&table=t", "connect_timeout"),
        ("postgresql://nosuchhost.invalid:1/d?table=t", "host"),
    ] {
        let (done, elapsed) = run(target, &["--set", "load.retry.at_start=2s"]);
        // Where a machine has no resolver at all, a name may be known later.
        if !done.stderr.contains("Temporary failure") {
            done.exits(78).says(words);
            assert!(elapsed < Duration::from_secs(3), "{target}: {elapsed:?}");
        }
    }
    let (done, _) = run("PostgreSQL://me@localhost:1/d?table=t", &["--set", "load.retry.at_start=0s"]);
    done.exits(69).says("refused");
}
