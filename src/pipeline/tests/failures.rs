//! Something breaks: the run ends, says so once, names the stage, and publishes nothing.

use std::sync::atomic::Ordering::SeqCst;

use super::doubles::{Ended, Fault, How, Place, Run};
use crate::exit::ExitCode;

const CHUNKS: usize = 40;

fn run(place: Place, nth: usize, how: How) -> Ended {
    let chunks = (0..CHUNKS).map(|n| format!("{n}\n").into_bytes()).collect();
    Run { fault: Some(Fault { place, nth, how }), ..Run::of(chunks) }.run()
}

#[track_caller]
fn check(place: Place, nth: usize, how: How, code: ExitCode, message: &str) {
    let ended = run(place, nth, how);
    let what = format!("{place:?} {nth} {how:?}");
    assert_eq!((ended.outcome.code, ended.outcome.error.as_deref()), (code, Some(message)), "{what}");
    assert!(!ended.seen.published.load(SeqCst), "{what}: published");
    assert!(ended.seen.sink_dropped.load(SeqCst), "{what}: the sink is still there");
}

/// The first call, one in the middle, and the last.
const CALLS: [usize; 3] = [0, 7, CHUNKS - 1];

#[test]
fn an_error_keeps_its_code_and_its_words() {
    let io = How::Error(ExitCode::Io);
    for nth in CALLS {
        check(Place::Read, nth, How::Error(ExitCode::NoInput), ExitCode::NoInput, "broken on purpose");
        check(Place::Write, nth, io, ExitCode::Io, "broken on purpose");
    }
    check(Place::Read, CHUNKS, How::Error(ExitCode::NoInput), ExitCode::NoInput, "broken on purpose");
    check(Place::Prepare, 0, io, ExitCode::Io, "broken on purpose");
    check(Place::Publish, 0, io, ExitCode::Io, "broken on purpose");
}

#[test]
fn a_panic_is_1_with_the_stages_name() {
    let panics = |place, nth, who: &str| {
        check(place, nth, How::Panic, ExitCode::Failure, &format!("{who} panicked: broken on purpose"));
    };
    for nth in CALLS {
        panics(Place::Read, nth, "the extract thread");
        panics(Place::Job, nth, "a job of the transform stage");
        panics(Place::Write, nth, "the load thread");
    }
    panics(Place::Read, CHUNKS, "the extract thread");
    panics(Place::Prepare, 0, "the load thread");
    panics(Place::Publish, 0, "publishing the load");
}

#[test]
fn a_closed_pipe_is_a_clean_end() {
    for nth in CALLS {
        let ended = run(Place::Write, nth, How::Closed);
        assert_eq!((ended.outcome.code, ended.outcome.error), (ExitCode::Ok, None));
        assert_eq!(ended.outcome.balanced, None);
        assert!(!ended.seen.published.load(SeqCst));
    }
}

#[test]
fn what_came_before_the_failure_went_on_in_order() {
    let ended = run(Place::Job, 7, How::Panic);
    let written = String::from_utf8(ended.seen.written.lock().unwrap().clone()).unwrap();
    assert_eq!(written, "0\n1\n2\n3\n4\n5\n6\n");
}
