//! Others at the same database: readers, writers, and other runs.

use std::sync::Barrier;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use super::*;

/// A connection that reads and goes on reading.
fn reader(shop: &Shop) -> Connection {
    let reader = shop.connect();
    reader.execute_batch("begin; select count(*) from t").unwrap();
    reader.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0)).unwrap();
    reader
}

/// Beside readers SQLite would keep all that it writes in memory.
#[test]
fn readers_are_waited_for_before_a_row_is_written() {
    for (mode, count) in [(Mode::Append, 2), (Mode::Append, 20_000), (Mode::Truncate, 2), (Mode::Replace, 2)] {
        let shop = Shop::new(OLD);
        let mut sink = shop.open_with(mode, &columns(), false, true).unwrap().sink;
        let reader = reader(&shop);
        let error = sink.write(&[rows(10..10 + count)], None).expect_err("it waits, and its run is to end");
        assert!(error.is::<Stopped>(), "{mode:?}: {error}");
        drop(reader);
    }
}

/// One of them always reads.
#[test]
fn readers_that_come_and_go_let_a_load_through() {
    let shop = Shop::new(OLD);
    let mut sink = shop.open(Mode::Append);
    let (loaded, turns) = (AtomicBool::new(false), Barrier::new(2));
    thread::scope(|scope| {
        for delay in [0, 40] {
            let (loaded, turns, shop) = (&loaded, &turns, &shop);
            scope.spawn(move || {
                let connection = shop.connect();
                turns.wait();
                thread::sleep(Duration::from_millis(delay));
                while !loaded.load(Relaxed) {
                    connection.execute_batch("begin; select count(*) from t").ok();
                    thread::sleep(Duration::from_millis(80));
                    connection.execute_batch("rollback").ok();
                }
            });
        }
        thread::sleep(Duration::from_millis(100));
        let begun = Instant::now();
        sink.write(&[rows(1..3)], None).unwrap();
        sink.publish().unwrap();
        loaded.store(true, Relaxed);
        assert!(begun.elapsed() < Duration::from_secs(5));
    });
    assert_eq!(shop.ids(), "1 2 9");
}

#[test]
fn a_write_ahead_log_keeps_nobody_waiting() {
    let shop = Shop::new(&format!("pragma journal_mode = wal; {OLD}"));
    let mut sink = shop.open_with(Mode::Append, &columns(), false, true).unwrap().sink;
    let reader = reader(&shop);
    sink.write(&[rows(10..20_010)], None).unwrap();
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
fn two_runs_make_one_file() {
    let shop = Shop::new("");
    let mut first = shop.open(Mode::Append);
    let mut second = shop.open_table("other \"x\"", Mode::Replace, &columns(), false, false).unwrap().sink;
    first.write(&[rows(1..3)], None).unwrap();
    second.write(&[rows(1..4)], None).unwrap();
    first.publish().unwrap();
    second.publish().unwrap();
    drop((first, second));
    assert_eq!(shop.list("select count(*) from t union all select count(*) from \"other \"\"x\"\"\""), "2 3");
    assert_eq!(shop.names(), ["shop.db"]);
}

#[test]
fn a_table_of_the_same_name_made_meanwhile_stays() {
    for mode in [Mode::Append, Mode::Truncate, Mode::Replace, Mode::Upsert] {
        let shop = Shop::new("");
        let mut sink = shop.open(mode);
        sink.write(&[rows(1..3)], None).unwrap();
        shop.connect().execute_batch("create table T (id); insert into t values (7)").unwrap();
        let error = sink.publish().unwrap_err();
        assert_eq!(ExitCode::of(&error), ExitCode::TryAgain, "{error}");
        drop(sink);
        assert_eq!((shop.ids(), shop.names()), ("7".into(), vec!["shop.db".to_owned()]), "{mode:?}");
    }
}

#[test]
fn a_second_run_is_refused_at_once() {
    let shop = Shop::new(OLD);
    let mut first = shop.open(Mode::Append);
    first.write(&[rows(10..20_010)], None).unwrap();
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

#[test]
fn loads_of_two_tables_take_turns() {
    let shop = Shop::new(OLD);
    let mut first = shop.open(Mode::Append);
    // The first holds nothing yet.
    finish(shop.open_table("other", Mode::Append, &columns(), false, false).unwrap().sink, &[(1, 3)]).unwrap();
    let mut waiting = shop.open_table("third", Mode::Append, &columns(), false, false).unwrap().sink;
    first.write(&[rows(1..3)], None).unwrap();
    let waiting = thread::spawn(move || {
        waiting.write(&[rows(1..3)], None).unwrap();
        waiting.publish().unwrap();
    });
    thread::sleep(Duration::from_millis(100));
    first.publish().unwrap();
    waiting.join().unwrap();
    assert_eq!(shop.ids(), "1 2 9");
    assert_eq!(shop.list("select count(*) from other union all select count(*) from third"), "2 2");
}

#[test]
fn a_file_that_goes_before_the_end_is_not_committed_to() {
    for mode in [Mode::Append, Mode::Truncate, Mode::Replace] {
        let shop = Shop::new(OLD);
        let mut sink = shop.open(mode);
        sink.write(&[rows(1..3)], None).unwrap();
        fs::remove_file(shop.path()).unwrap();
        shop.connect().execute_batch("create table theirs (x)").unwrap();
        let error = sink.publish().unwrap_err();
        assert_eq!(ExitCode::of(&error), ExitCode::TryAgain, "{error}");
        drop(sink);
        assert_eq!(shop.list("select name from sqlite_schema"), "theirs", "{mode:?}");
    }
}

#[test]
fn an_empty_file_of_somebody_else_stays() {
    let shop = Shop::new("");
    let sink = shop.open(Mode::Append);
    fs::write(shop.path(), "").unwrap();
    drop(sink);
    assert_eq!(shop.names(), ["shop.db"]);
}

#[test]
fn an_interrupted_replace_waits_for_a_reader_to_take_its_table_away() {
    let shop = Shop::new(OLD);
    let mut sink = shop.open(Mode::Replace);
    sink.write(&[rows(1..3)], None).unwrap();
    let reader = shop.connect();
    reader.execute_batch("begin; select count(*) from sqlite_schema").unwrap();
    let dropped = thread::spawn(move || drop(sink));
    thread::sleep(Duration::from_millis(100));
    drop(reader);
    dropped.join().unwrap();
    assert_eq!(shop.list("select name from sqlite_schema"), "t");
}

#[test]
fn a_lock_is_waited_for() {
    let shop = Shop::new(OLD);
    let mut sink = shop.open(Mode::Append);
    let holder = shop.connect();
    holder.execute_batch("begin immediate").unwrap();
    let loader = thread::spawn(move || {
        sink.write(&[rows(1..3)], None).unwrap();
        sink.publish().unwrap();
    });
    thread::sleep(Duration::from_millis(100));
    holder.execute_batch("commit").unwrap();
    loader.join().unwrap();
    assert_eq!(shop.ids(), "1 2 9");
}

#[test]
fn waiting_for_a_lock_ends_with_the_run() {
    let shop = Shop::new(OLD);
    let holder = shop.connect();
    holder.execute_batch("begin immediate").unwrap();
    for mode in [Mode::Append, Mode::Replace] {
        let mut sink = shop.open_with(mode, &columns(), false, true).unwrap().sink;
        assert!(sink.write(&[rows(1..3)], None).unwrap_err().is::<Stopped>());
    }
}

#[test]
fn a_file_that_somebody_else_has_used_meanwhile_stays() {
    let shop = Shop::new("");
    let sink = shop.open(Mode::Append);
    shop.connect().execute_batch("create table theirs (x)").unwrap();
    drop(sink);
    assert_eq!(shop.list("select name from sqlite_schema"), "theirs");
}
