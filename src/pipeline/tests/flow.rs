//! Nothing breaks: order, bounds and limits.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::Duration;

use crossbeam_channel::bounded;

use super::doubles::{Run, Seen};
use crate::exit::ExitCode;
use crate::pipeline::outlet::BATCHES_WAITING;
use crate::pipeline::{CHUNKS_PER_THREAD, CHUNKS_WAITING};

fn numbered(chunks: usize) -> Vec<Vec<u8>> {
    (0..chunks).map(|n| format!("{n}\n").into_bytes()).collect()
}

fn written(seen: &Seen) -> String {
    String::from_utf8(seen.written.lock().unwrap().clone()).unwrap()
}

#[test]
fn rows_leave_in_input_order_whatever_order_jobs_end_in() {
    for threads in [1, 2, 5] {
        // Of each group of eight the first takes longest.
        let takes = |sequence| Duration::from_millis(8 - sequence % 8);
        let ended = Run { threads, takes, ..Run::of(numbered(100)) }.run();
        assert_eq!((ended.outcome.code, ended.outcome.balanced), (ExitCode::Ok, Some(true)));
        assert_eq!(written(&ended.seen).into_bytes(), numbered(100).concat());
        assert!(ended.seen.published.load(SeqCst));
    }
}

#[test]
fn a_slow_sink_stops_the_source() {
    let (open, gate) = bounded(0);
    let seen = Arc::<Seen>::default();
    let watched = seen.clone();
    let threads = 2;
    let run = thread::spawn(move || Run { threads, gate: Some(gate), ..Run::of(numbered(1000)) }.run_seen_by(seen));
    let read = settled(&watched);
    // One in the sink's hands, and one in the source's.
    let bound = threads * CHUNKS_PER_THREAD + CHUNKS_WAITING + BATCHES_WAITING + 2;
    assert!((1..=bound).contains(&read), "{read} chunks were read while the first is being written, not {bound}");
    drop(open);
    assert_eq!(written(&run.join().unwrap().seen).into_bytes(), numbered(1000).concat());
}

/// How many chunks have been read when reading has come to rest.
fn settled(seen: &Seen) -> usize {
    let mut before = usize::MAX;
    loop {
        let read = seen.chunks_read.load(SeqCst);
        if read == before && read > 0 {
            return read;
        }
        before = read;
        thread::sleep(Duration::from_millis(300));
    }
}

/// Chunks of 100 bytes each, `most` of which fit into the budget at once.
#[track_caller]
fn at_once(memory_limit: usize, most: usize) {
    let chunks = (0..20).map(|_| [[b'x'; 99].as_slice(), b"\n"].concat()).collect();
    let takes = |_| Duration::from_millis(5);
    let ended = Run { threads: 4, memory_limit, takes, ..Run::of(chunks) }.run();
    assert_eq!(ended.outcome.sinks[0].loaded().rows, 20);
    let running = ended.seen.most_jobs_running.load(SeqCst);
    assert!(running <= most, "{running} jobs ran at once within {memory_limit} bytes");
}

#[test]
fn bytes_in_flight_are_bounded() {
    at_once(650, 2);
    at_once(300, 1);
}

#[test]
fn a_chunk_larger_than_the_budget_goes_alone() {
    at_once(1, 1);
}

#[test]
fn a_reached_limit_ends_the_reading() {
    for (limit, kept) in [(0, 0), (1, 1), (7, 7), (99, 99), (100, 100), (1000, 100)] {
        let ended = Run { limit: Some(limit), ..Run::of(numbered(100)) }.run();
        assert_eq!((ended.outcome.code, ended.outcome.balanced), (ExitCode::Ok, Some(true)), "limit {limit}");
        assert_eq!(written(&ended.seen).into_bytes(), numbered(kept).concat(), "limit {limit}");
        let read = ended.seen.chunks_read.load(SeqCst);
        assert!(read <= kept + 12, "{read} chunks were read for a limit of {limit}");
    }
}

#[test]
fn a_limit_within_a_chunk_forgets_what_follows_it() {
    let chunk = b"1\nbad\n2\nbad\n3\nbad\n".to_vec();
    for (limit, rejects) in [(1, 0), (2, 1), (3, 2), (4, 3)] {
        let ended = Run { limit: Some(limit), ..Run::of(vec![chunk.clone()]) }.run();
        assert_eq!((ended.rejects.len(), ended.outcome.balanced), (rejects, Some(true)), "limit {limit}");
    }
}
