//! Something breaks: the run ends, says so once, names the stage, and publishes nothing.

use std::sync::atomic::Ordering::SeqCst;

use super::doubles::{Call, Ended, Fault, How, Run};
use crate::exit::ExitCode;

const CHUNKS: usize = 40;

fn run(call: Call, nth: usize, how: How) -> Ended {
    let chunks = (0..CHUNKS).map(|n| format!("{n}\n").into_bytes()).collect();
    Run { fault: Some(Fault { call, nth, how }), ..Run::of(chunks) }.run()
}

#[track_caller]
fn check(call: Call, nth: usize, how: How, code: ExitCode, message: &str) {
    let ended = run(call, nth, how);
    let what = format!("{call:?} {nth} {how:?}");
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
        check(Call::Read, nth, How::Error(ExitCode::NoInput), ExitCode::NoInput, "broken on purpose");
        check(Call::Write, nth, io, ExitCode::Io, "broken on purpose");
    }
    check(Call::Read, CHUNKS, How::Error(ExitCode::NoInput), ExitCode::NoInput, "broken on purpose");
    check(Call::Prepare, 0, io, ExitCode::Io, "broken on purpose");
    check(Call::Publish, 0, io, ExitCode::Io, "broken on purpose");
}

#[test]
fn a_panic_is_1_with_the_stages_name() {
    let panics = |call, nth, who: &str| {
        check(call, nth, How::Panic, ExitCode::Failure, &format!("{who} panicked: broken on purpose"));
    };
    for nth in CALLS {
        panics(Call::Read, nth, "the extract thread");
        panics(Call::Job, nth, "a job of the transform stage");
        panics(Call::Write, nth, "the load thread");
    }
    panics(Call::Read, CHUNKS, "the extract thread");
    panics(Call::Prepare, 0, "the load thread");
    panics(Call::Publish, 0, "publishing the load");
}

#[test]
fn a_closed_pipe_is_a_clean_end() {
    for nth in CALLS {
        let ended = run(Call::Write, nth, How::Closed);
        assert_eq!((ended.outcome.code, ended.outcome.error), (ExitCode::Ok, None));
        assert_eq!(ended.outcome.balanced, None);
        assert!(!ended.seen.published.load(SeqCst));
    }
}

#[test]
fn what_came_before_the_failure_went_on_in_order() {
    let ended = run(Call::Job, 7, How::Panic);
    let written = String::from_utf8(ended.seen.written.lock().unwrap().clone()).unwrap();
    assert_eq!(written, "0\n1\n2\n3\n4\n5\n6\n");
}
