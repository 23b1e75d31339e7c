//! The error budget is judged row by row, so that it does not depend on how the input was cut.

use std::sync::atomic::Ordering::SeqCst;

use super::doubles::{Ended, Run};
use crate::exit::ExitCode;
use crate::metrics::grouped;

/// So many rows, cut into chunks of `chunk` rows; `bad` says which are.
fn run(rows: usize, chunk: usize, bad: fn(usize) -> bool, max_errors: u64, max_error_ratio: f64) -> Ended {
    let rows: Vec<&[u8]> = (0..rows).map(|row| if bad(row) { b"bad\n".as_slice() } else { b"good\n" }).collect();
    let chunks = rows.chunks(chunk).map(|rows| rows.concat()).collect();
    Run { max_errors, max_error_ratio, ..Run::of(chunks) }.run()
}

#[track_caller]
fn check(rows: usize, bad: fn(usize) -> bool, (max_errors, ratio): (u64, f64), code: ExitCode, rejects: usize) {
    let whole = run(rows, rows, bad, max_errors, ratio);
    for chunk in [37, 1000, 9_999, rows] {
        let ended = run(rows, chunk, bad, max_errors, ratio);
        assert_eq!((ended.outcome.code, ended.rejects.len()), (code, rejects), "chunks of {chunk} rows");
        assert_eq!(ended.outcome.error, whole.outcome.error, "chunks of {chunk} rows");
    }
}

#[test]
fn the_first_reject_too_many_stops_the_load() {
    check(500, |row| row % 10 == 3, (50, 1.0), ExitCode::Rejects, 50);
    check(500, |row| row % 10 == 3, (49, 1.0), ExitCode::Budget, 50);
    check(500, |row| row % 10 == 3, (0, 1.0), ExitCode::Budget, 1);
    check(500, |_| false, (0, 0.0), ExitCode::Ok, 0);
}

#[test]
fn the_share_is_judged_from_10_000_rows_on() {
    check(9_999, |row| row > 0, (20_000, 1.0), ExitCode::Rejects, 9_998);
    check(10_000, |row| row < 1_000, (20_000, 0.1), ExitCode::Rejects, 1_000);
    check(10_000, |row| row < 1_001, (20_000, 0.1), ExitCode::Budget, 1_001);
    check(10_000, |row| row >= 8_999, (20_000, 0.1), ExitCode::Budget, 1_001);
}

#[test]
fn later_the_share_is_judged_at_each_reject() {
    // 10 % of 12,000 rows are 1,200; the 1,201st reject stands in row 12,000.
    check(20_000, |row| row % 10 == 9 && row < 12_000 || row == 11_998, (20_000, 0.1), ExitCode::Budget, 1_200);
    check(20_000, |row| (10_000..11_000).contains(&row), (20_000, 0.1), ExitCode::Rejects, 1_000);
    check(20_000, |row| row >= 18_000, (20_000, 0.05), ExitCode::Budget, 948);
}

#[test]
fn at_the_end_the_share_of_fewer_rows_is_judged_too() {
    check(99, |row| row > 0, (20_000, 0.1), ExitCode::Rejects, 98);
    check(100, |row| row < 10, (20_000, 0.1), ExitCode::Rejects, 10);
    check(100, |row| row < 11, (20_000, 0.1), ExitCode::Budget, 11);
    check(9_999, |row| row > 0, (20_000, 0.1), ExitCode::Budget, 9_998);
    let few = |judged_from| {
        let chunks = vec![b"good\nbad\n".to_vec()];
        Run { max_error_ratio: 0.4, judged_from, ..Run::of(chunks) }.run().outcome
    };
    assert_eq!(few(100).code, ExitCode::Rejects);
    let set = few(0);
    let message =
        "the share of rejects, 1 of 2 rows, is over errors.max_error_ratio = 0.4; raise it to go on past them";
    assert_eq!((set.code, set.error.as_deref()), (ExitCode::Budget, Some(message)));
    assert_eq!((set.balanced, set.sinks[0].published), (Some(true), false));
}

#[test]
fn nothing_is_published_where_no_row_is_left_for_rejects() {
    for rows in [1, 7, 9_999] {
        let ended = run(rows, 37, |_| true, 20_000, 1.0);
        let were = if rows == 1 { "1 was".to_owned() } else { format!("{} were", grouped(rows as u64)) };
        let message = format!(
            "no row was loaded into double and {were} rejected, {rows} of them as double.csv, line 1: bad on purpose (CAST); \
             nothing is published"
        );
        assert_eq!((ended.outcome.code, ended.outcome.error), (ExitCode::Budget, Some(message)));
        assert_eq!((ended.outcome.balanced, ended.rejects.len()), (Some(true), rows));
        assert!(!ended.seen.published.load(SeqCst) && ended.seen.sink_dropped.load(SeqCst));
    }
    check(1, |_| false, (20_000, 1.0), ExitCode::Ok, 0);
}
