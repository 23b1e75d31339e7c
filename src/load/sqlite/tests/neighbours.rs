//! Others at the same database: readers, writers, and other runs.

use std::time::{Duration, Instant};

use super::*;

/// A connection that reads and goes on reading.
fn reader(shop: &Shop) -> Connection {
    let reader = shop.connect();
    reader.execute_batch("begin; select count(*) from t").unwrap();
    reader.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0)).unwrap();
    reader
}

#[test]
fn readers_and_a_small_load_go_together() {
    let shop = Shop::new(OLD);
    let mut sink = shop.open_with(Mode::Append, &columns(), false, true).unwrap().sink;
    let reader = reader(&shop);
    sink.write(&[rows(1..3)]).unwrap();
    drop(reader);
    sink.publish().unwrap();
    assert_eq!(shop.ids(), "1 2 9");
}

#[test]
fn a_large_load_waits_for_readers_rather_than_fill_memory() {
    for (mode, count) in [(Mode::Append, 20_000), (Mode::Truncate, 2)] {
        let shop = Shop::new(OLD);
        let mut sink = shop.open_with(mode, &columns(), false, true).unwrap().sink;
        let reader = reader(&shop);
        let error = sink.write(&[rows(10..10 + count)]).expect_err("it waits, and its run is to end");
        assert!(error.is::<Stopped>(), "{mode:?}: {error}");
        drop(reader);
    }
}

#[test]
fn a_write_ahead_log_keeps_nobody_waiting() {
    let shop = Shop::new(&format!("pragma journal_mode = wal; {OLD}"));
    let mut sink = shop.open_with(Mode::Append, &columns(), false, true).unwrap().sink;
    let reader = reader(&shop);
    sink.write(&[rows(10..20_010)]).unwrap();
    sink.publish().unwrap();
    drop((sink, reader));
    assert_eq!(shop.list("select count(*) from t"), "20001");
}

#[test]
fn a_file_that_somebody_is_writing_to_stays() {
    let shop = Shop::new("");
    let sink = shop.open(Mode::Append);
    let other = shop.connect();
    other.execute_batch("begin immediate; create table theirs (x)").unwrap();
    drop(sink);
    other.execute_batch("commit").unwrap();
    assert_eq!(shop.list("select name from sqlite_schema"), "theirs");
}

#[test]
fn a_staging_table_of_another_run_keeps_its_file() {
    let shop = Shop::new("");
    let sink = shop.open(Mode::Append);
    shop.connect().execute_batch("create table gristmill_staging_theirs (x)").unwrap();
    drop(sink);
    assert_eq!(shop.list("select name from sqlite_schema"), "gristmill_staging_theirs");
}

#[test]
fn a_file_that_has_gone_is_not_written_to() {
    let shop = Shop::new("");
    let creator = shop.open(Mode::Append);
    let mut waiting = shop.open_table("other", Mode::Replace, &columns(), false, false).unwrap().sink;
    drop(creator);
    let error = waiting.write(&[rows(1..3)]).unwrap_err();
    assert_eq!(ExitCode::of(&error), ExitCode::TryAgain, "{error}");
    assert!(error.to_string().contains("was removed or replaced"), "{error}");
}

#[test]
fn a_second_run_is_refused_at_once() {
    let shop = Shop::new(OLD);
    let mut first = shop.open(Mode::Append);
    first.write(&[rows(10..20_010)]).unwrap();
    for mode in [Mode::Append, Mode::Truncate, Mode::Replace] {
        let begun = Instant::now();
        let (code, message) = shop.refused(mode, &columns());
        assert_eq!(code, ExitCode::TryAgain, "{message}");
        assert!(message.contains("another run is writing"), "{message}");
        assert!(begun.elapsed() < Duration::from_secs(1), "{mode:?}");
    }
    first.publish().unwrap();
    drop(first);
    assert_eq!(shop.names(), ["shop.db"]);
}
