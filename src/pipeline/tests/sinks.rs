//! Several sinks: each has every row, and what becomes of the others when one is slow, fails or hangs.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use crossbeam_channel::bounded;

use super::doubles::{Call, Ended, Fault, How, Other, Run, Seen};
use crate::exit::ExitCode;
use crate::job::WhenFull;

const CHUNKS: usize = 60;

fn chunks() -> Vec<Vec<u8>> {
    (0..CHUNKS).map(|n| format!("{n}\n").into_bytes()).collect()
}

fn whole(seen: &Seen) -> bool {
    seen.published.load(SeqCst) && *seen.written.lock().unwrap() == chunks().concat()
}

fn fault(call: Call, nth: usize, how: How) -> Option<Fault> {
    Some(Fault { call, nth, how })
}

/// A run with one sink more, and what that one saw.
fn run(other: Other) -> (Ended, Arc<Seen>) {
    let seen = other.seen.clone();
    (Run { others: vec![other], ..Run::of(chunks()) }.run(), seen)
}

#[test]
fn each_sink_has_every_row() {
    let others: Vec<Other> = (0..3).map(|_| Other::default()).collect();
    let seen: Vec<_> = others.iter().map(|other| other.seen.clone()).collect();
    let ended = Run { others, ..Run::of(chunks()) }.run();
    assert_eq!((ended.outcome.code, ended.outcome.balanced), (ExitCode::Ok, Some(true)));
    assert!(whole(&ended.seen) && seen.iter().all(|seen| whole(seen)));
    assert!(ended.outcome.sinks.iter().all(|sink| sink.loaded().rows == CHUNKS as u64 && sink.published));
}

#[test]
fn a_limit_holds_for_each() {
    let other = Other::default();
    let seen = other.seen.clone();
    let ended = Run { limit: Some(7), others: vec![other], ..Run::of(chunks()) }.run();
    assert_eq!((ended.outcome.code, ended.outcome.balanced), (ExitCode::Ok, Some(true)));
    assert_eq!(*seen.written.lock().unwrap(), chunks()[..7].concat());
    assert_eq!(*ended.seen.written.lock().unwrap(), chunks()[..7].concat());
}

#[test]
fn a_required_sink_that_fails_leaves_nothing() {
    for (call, nth) in [(Call::Write, 0), (Call::Write, 30), (Call::Write, CHUNKS - 1), (Call::Prepare, 0)] {
        for how in [How::Error(ExitCode::Io), How::Panic] {
            let (ended, seen) = run(Other { fault: fault(call, nth, how), ..Other::default() });
            let code = if matches!(how, How::Panic) { ExitCode::Failure } else { ExitCode::Io };
            assert_eq!(ended.outcome.code, code, "{call:?} {nth}");
            assert!(!seen.published.load(SeqCst) && !ended.seen.published.load(SeqCst), "{call:?} {nth}");
            assert!(seen.sink_dropped.load(SeqCst) && ended.seen.sink_dropped.load(SeqCst), "{call:?} {nth}");
        }
    }
}

#[test]
fn an_optional_sink_that_fails_fails_alone() {
    let calls =
        [(Call::Write, 0), (Call::Write, 30), (Call::Write, CHUNKS - 1), (Call::Prepare, 0), (Call::Publish, 0)];
    for (call, nth) in calls {
        // What may drop rows on a busy machine may never come to a later write.
        let when_full = if nth == 0 { WhenFull::Drop } else { WhenFull::Block };
        for (how, when_full) in [(How::Error(ExitCode::Io), WhenFull::Block), (How::Panic, when_full)] {
            let fault = fault(call, nth, how);
            let (ended, seen) = run(Other { required: false, when_full, fault, ..Other::default() });
            let outcome = &ended.outcome;
            assert_eq!((outcome.code, outcome.error.as_deref()), (ExitCode::Rejects, None), "{call:?} {nth}");
            assert_eq!(outcome.balanced, Some(true));
            assert!(whole(&ended.seen) && !seen.published.load(SeqCst), "{call:?} {nth}");
            let why = outcome.sinks[1].failed.as_deref().unwrap_or_default();
            assert!(why.ends_with("broken on purpose"), "{why}");
            assert!(seen.sink_dropped.load(SeqCst), "{call:?} {nth}");
        }
    }
}

#[test]
fn a_closed_pipe_is_the_end_of_that_sink_only() {
    let (ended, seen) = run(Other { fault: fault(Call::Write, 5, How::Closed), ..Other::default() });
    assert_eq!((ended.outcome.code, ended.outcome.error.as_deref()), (ExitCode::Ok, None));
    assert!(whole(&ended.seen) && !seen.published.load(SeqCst));
}

#[test]
fn a_sink_that_hangs_and_may_drop_holds_nobody_up() {
    let (_closed, gate) = bounded(0);
    let (ended, seen) = run(Other { required: false, when_full: WhenFull::Drop, gate: Some(gate), ..Other::default() });
    assert_eq!((ended.outcome.code, ended.outcome.error.as_deref()), (ExitCode::Rejects, None));
    assert!(whole(&ended.seen) && !seen.published.load(SeqCst));
    let [first, other] = ended.outcome.sinks.as_slice() else { panic!("two sinks") };
    assert!(first.failed.is_none() && other.failed.as_deref().unwrap_or_default().contains("within 5 s"));
    assert!(first.loaded().dropped == 0 && other.loaded().dropped > 0);
}

#[test]
fn dropped_rows_are_counted_and_the_rest_is_published() {
    let (open, gate) = bounded(0);
    let (held, other) = (Arc::<Seen>::default(), Arc::<Seen>::default());
    let sink =
        Other { required: false, when_full: WhenFull::Drop, gate: Some(gate), seen: other.clone(), ..Other::default() };
    let first = held.clone();
    let run = std::thread::spawn(move || Run { others: vec![sink], ..Run::of(chunks()) }.run_seen_by(first));
    while held.written.lock().unwrap().len() < chunks().concat().len() {
        std::thread::yield_now();
    }
    drop(open);
    let ended = run.join().unwrap();
    assert_eq!((ended.outcome.code, ended.outcome.balanced), (ExitCode::Rejects, Some(true)));
    let loaded = ended.outcome.sinks[1].loaded();
    assert!(loaded.dropped > 0 && loaded.rows > 0 && loaded.rows + loaded.dropped == CHUNKS as u64);
    assert!(other.published.load(SeqCst) && ended.outcome.sinks[1].failed.is_none());
}

#[test]
fn databases_are_published_first_and_a_failure_names_them() {
    let database = Other { is_database: true, ..Other::default() };
    let seen = database.seen.clone();
    let (ended, _) = run(database);
    assert!(seen.published_as.load(SeqCst) < ended.seen.published_as.load(SeqCst));

    let fault = fault(Call::Publish, 0, How::Error(ExitCode::Io));
    let others = vec![Other { is_database: true, ..Other::default() }];
    let ended = Run { fault, others, ..Run::of(chunks()) }.run();
    let message = "broken on purpose; published before that, and complete: double";
    assert_eq!((ended.outcome.code, ended.outcome.error.as_deref()), (ExitCode::Io, Some(message)));
    assert_eq!(ended.outcome.sinks.iter().map(|sink| sink.published).collect::<Vec<_>>(), [false, true]);
}
