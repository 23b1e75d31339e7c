//! Sinks hear how far the input has been dealt with, whatever becomes of its rows on the way to them.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use crossbeam_channel::bounded;

use super::doubles::{Ended, Other, Run, Seen};
use crate::batch::{Accounts, Place};
use crate::exit::ExitCode;
use crate::job::WhenFull;
use crate::pipeline::Outcome;

const LINES: [&str; 17] = [
    "1\n", "2\n", "bad\n", "out\n", "3\n", "out\n", "out\n", "bad\n", "out\n", "4\n", "5\n", "out\n", "6\n", "bad\n",
    "7\n", "bad\n", "out\n",
];

/// Chunks of so many lines.
fn chunks(lines: usize) -> Vec<Vec<u8>> {
    chunks_behind(0, lines)
}

/// The chunks from a place in the input on.
fn chunks_behind(offset: u64, lines: usize) -> Vec<Vec<u8>> {
    let all = LINES.concat().into_bytes();
    let rest: Vec<&[u8]> = all[offset as usize..].split_inclusive(|byte| *byte == b'\n').collect();
    rest.chunks(lines).map(|lines| lines.concat()).collect()
}

/// What becomes of the lines before a place in the input.
fn accounts(offset: u64) -> Accounts {
    let ends = LINES.iter().scan(0, |end, line| {
        *end += line.len() as u64;
        Some((*end, line))
    });
    let before: Vec<&str> = ends.take_while(|(end, _)| *end <= offset).map(|(_, line)| *line).collect();
    let begin_with = |word: &str| before.iter().filter(|line| line.starts_with(word)).count() as u64;
    let (read, filtered, refused) = (begin_with(""), begin_with("out"), begin_with("bad"));
    Accounts { read, filtered, broken: 0, refused, output: read - filtered - refused }
}

fn rows() -> String {
    LINES.iter().filter(|line| !line.starts_with(['b', 'o'])).copied().collect()
}

/// Places go on, each tells the rows that came before it and what became of the lines before it; returns them.
#[track_caller]
fn check(seen: &Seen) -> Vec<Place> {
    let told = seen.told.lock().unwrap().clone();
    let mut rows = 0;
    for (with, place) in &told {
        rows += *with as u64;
        assert_eq!(place.output(), rows, "{place:?}");
        assert_eq!(place.accounts, accounts(place.begin.offset), "{place:?}");
        assert_eq!(place.begin.line, place.accounts.read + 1);
    }
    let places: Vec<Place> = told.into_iter().map(|(_, place)| place).collect();
    assert!(places.is_sorted_by(|one, next| one.order() < next.order()), "{places:?}");
    places
}

/// The run went well, and every row of the whole input is accounted for.
#[track_caller]
fn assert_balanced(ended: &Ended) {
    let code = if ended.rejects.is_empty() { ExitCode::Ok } else { ExitCode::Rejects };
    let Outcome { code: found, balanced, error, .. } = &ended.outcome;
    assert_eq!((found, balanced), (&code, &Some(true)), "{error:?}");
}

#[test]
fn each_place_tells_the_rows_before_it_and_the_last_one_is_the_end() {
    for (lines, threads) in [(1, 1), (1, 3), (2, 2), (3, 2), (5, 3), (100, 1)] {
        let ended = Run { threads, ..Run::of(chunks(lines)) }.run();
        assert_balanced(&ended);
        let places = check(&ended.seen);
        let last = places.last().unwrap();
        assert_eq!((last.begin.offset, last.rows), (LINES.concat().len() as u64, 0), "{lines} lines");
        assert_eq!(last.accounts, accounts(last.begin.offset));
    }
}

#[test]
fn a_run_that_begins_at_a_place_gives_the_rest() {
    for (lines, then) in [(1, 1), (2, 1), (3, 5), (4, 3), (100, 2), (100, 100)] {
        for done in check(&Run::of(chunks(lines)).run().seen) {
            let before: String = rows().lines().take(done.output() as usize).map(|row| format!("{row}\n")).collect();
            let ended = Run { done: Some(done), ..Run::of(chunks_behind(done.begin.offset, then)) }.run();
            let rest = String::from_utf8(ended.seen.written.lock().unwrap().clone()).unwrap();
            assert_eq!(before + &rest, rows(), "chunks of {lines}, then of {then} lines, from {done:?}");
            let told: Vec<Place> = ended.seen.told.lock().unwrap().iter().map(|(_, place)| *place).collect();
            assert!(told.iter().all(|place| place.order() >= done.order()), "{told:?} from {done:?}");
            assert!(told.iter().all(|place| place.accounts == accounts(place.begin.offset)));
            assert_eq!(told.last().map_or(7, Place::output), 7);
            assert_balanced(&ended);
            assert_eq!(ended.outcome.sinks[0].loaded().rows, 7);
        }
    }
}

#[test]
fn a_sink_that_is_further_leaves_out_what_it_has() {
    let places = check(&Run::of(chunks(2)).run().seen);
    let [first, .., last] = places.as_slice() else { panic!("{places:?}") };
    let further = Other { done: Some(*last), ..Other::default() };
    let (seen, run) = (further.seen.clone(), Run::of(chunks_behind(first.begin.offset, 3)));
    let ended = Run { done: Some(*first), others: vec![further], ..run }.run();
    assert_eq!(ended.seen.written.lock().unwrap().len(), 2 * (7 - first.output() as usize));
    assert!(seen.written.lock().unwrap().is_empty());
    assert!(seen.told.lock().unwrap().iter().all(|(_, place)| place.order() >= last.order()));
    assert_balanced(&ended);
    assert!(ended.outcome.sinks.iter().all(|sink| sink.loaded().rows == 7));
}

#[test]
fn where_a_sink_has_nothing_the_run_begins_anew_and_the_others_leave_out_what_they_have() {
    for done in check(&Run::of(chunks(2)).run().seen) {
        let other = Other::default();
        let (seen, run) = (other.seen.clone(), Run::of(chunks(3)));
        let ended = Run { done: Some(done), others: vec![other], ..run }.run();
        let written = |seen: &Seen| String::from_utf8(seen.written.lock().unwrap().clone()).unwrap();
        let rest: String = rows().split_inclusive('\n').skip(done.output() as usize).collect();
        assert_eq!(written(&ended.seen), rest, "{done:?}");
        assert_eq!(written(&seen), rows());
        assert_balanced(&ended);
    }
}

#[test]
fn a_limit_ends_within_a_chunk_and_so_does_its_place() {
    for (limit, lines) in [(1, 100), (3, 4), (5, 100), (6, 1), (7, 3)] {
        let places = check(&Run { limit: Some(limit), ..Run::of(chunks(lines)) }.run().seen);
        assert_eq!(places.last().unwrap().output(), limit);
        for done in places {
            let run = Run { limit: Some(limit), done: Some(done), ..Run::of(chunks_behind(done.begin.offset, 2)) };
            let ended = run.run();
            assert_balanced(&ended);
            let rest = ended.seen.written.lock().unwrap().len() as u64;
            assert_eq!(rest / 2, limit - done.output(), "{done:?}");
        }
    }
}

#[test]
fn dropped_rows_are_dealt_with() {
    let (open, gate) = bounded(0);
    let (held, other) = (Arc::<Seen>::default(), Arc::<Seen>::default());
    let sink =
        Other { required: false, when_full: WhenFull::Drop, gate: Some(gate), seen: other.clone(), ..Other::default() };
    let first = held.clone();
    let many: Vec<Vec<u8>> = std::iter::repeat_with(|| chunks(1)).take(10).flatten().collect();
    let size = many.concat().len() as u64;
    let run = std::thread::spawn(move || Run { others: vec![sink], ..Run::of(many) }.run_seen_by(first));
    while held.written.lock().unwrap().len() < 10 * rows().len() {
        std::thread::yield_now();
    }
    drop(open);
    let loaded = run.join().unwrap().outcome.sinks[1].loaded();
    assert!(loaded.dropped > 0 && loaded.rows > 0);
    let told = other.told.lock().unwrap();
    assert!(told.is_sorted_by(|(_, one), (_, next)| one.order() < next.order()), "{told:?}");
    let (_, last) = told.last().unwrap();
    assert_eq!((last.begin.offset, last.output()), (size, 70));
}

#[test]
fn places_without_rows_are_told_while_no_rows_come() {
    let many: Vec<Vec<u8>> = std::iter::repeat_n(b"out\n".to_vec(), 40).collect();
    let (period, takes) = (Duration::from_millis(2), |_| Duration::from_millis(2));
    let ended = Run { period, takes, threads: 1, ..Run::of(many) }.run();
    let told = ended.seen.told.lock().unwrap();
    assert!(told.len() > 2 && told.iter().all(|(rows, _)| *rows == 0), "{told:?}");
    assert!(told.is_sorted_by(|(_, one), (_, next)| one.order() < next.order()), "{told:?}");
    assert_eq!(told.last().unwrap().1.accounts.filtered, 40);
    assert_eq!(ended.outcome.sinks[0].loaded().flushes, [0; 4]);
    assert!(ended.seen.published.load(SeqCst));
}
