//! What must hold of a job's places, whatever its chunks, threads and flushes are: they go on, each tells exactly the rows before
//! it, and a run that begins there gives the rest.

use std::time::Duration;

use crate::batch::Place;
use crate::job::Job;

use super::observed::{Cut, Ran, run};

/// The runs whose places are tried: of tiny chunks, so that there are many places, and with flushes that wait for rows, or not
/// for long.
const CUTS: [Cut; 5] = [
    Cut { chunk_size: 1, threads: 1, flush: 1, period: HOUR },
    Cut { chunk_size: 9, threads: 3, flush: 2, period: MOMENT },
    Cut { chunk_size: 40, threads: 2, flush: 7, period: MOMENT },
    Cut { chunk_size: 150, threads: 3, flush: 3, period: HOUR },
    Cut { chunk_size: 1 << 20, threads: 2, flush: 1, period: HOUR },
];

const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_micros(50);

/// What a job tells of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: it does not come to its first row.
    Refused,
    /// None before its end.
    None,
    /// Some, unless it reads no chunk; runs began at so many.
    Told(usize),
}

/// Tries a job at `most` places of each run, and panics where something does not hold. It must be one that writes nothing.
pub fn check(job: &Job, most: usize) -> Verdict {
    let Ok(whole) = run(job, CUTS[4], None) else { return Verdict::Refused };
    if !whole.tells {
        assert!(whole.sinks.iter().all(|sink| sink.told.is_empty()), "places of a job that has none");
        return Verdict::None;
    }
    let mut tried = 0;
    for (number, cut) in CUTS.into_iter().enumerate() {
        let ran = run(job, cut, None).expect("it was prepared before");
        assert_same(&ran, &whole, cut);
        assert_told(&ran, cut);
        let ways = ran.sinks.iter().map(|sink| sink.told.len()).max().unwrap_or(0);
        for way in (0..ways).step_by(ways.div_ceil(most).max(1)) {
            let done: Vec<(usize, Place)> = ran.sinks.iter().map(|sink| sink.told[way % sink.told.len()]).collect();
            assert_rest(job, CUTS[(number + way + 1) % CUTS.len()], &done, &whole);
            tried += 1;
        }
    }
    Verdict::Told(tried)
}

/// What comes of a job does not depend on how it is cut.
fn assert_same(ran: &Ran, whole: &Ran, cut: Cut) {
    assert_eq!((&ran.error, ran.accounts), (&whole.error, whole.accounts), "{cut:?}");
    assert_eq!(ran.rejects, whole.rejects, "{cut:?}");
    for (sink, same) in ran.sinks.iter().zip(&whole.sinks) {
        assert!(sink.rows == same.rows, "{cut:?}: other rows");
        let last = |told: &[(usize, Place)]| told.last().map(|(_, place)| place.output());
        assert_eq!(last(&sink.told), last(&same.told), "{cut:?}");
    }
}

/// Places go on, up to the last output row.
fn assert_told(ran: &Ran, cut: Cut) {
    for sink in &ran.sinks {
        let places: Vec<Place> = sink.told.iter().map(|(_, place)| *place).collect();
        assert!(places.is_sorted_by_key(Place::order), "{cut:?}: {places:#?}");
        assert!(sink.told.iter().all(|(rows, place)| *rows as u64 <= place.output()), "{cut:?}: {places:#?}");
        let last = places.last().map_or(0, Place::output);
        assert_eq!(last, ran.accounts.output, "{cut:?}");
    }
}

/// A run that begins where each sink has come to, with so many rows, gives the rest of the whole.
fn assert_rest(job: &Job, cut: Cut, done: &[(usize, Place)], whole: &Ran) {
    let places: Vec<Place> = done.iter().map(|(_, place)| *place).collect();
    let rest = run(job, cut, Some(&places)).expect("it was prepared before");
    let what = format!("{cut:?} from {done:#?}");
    assert_eq!((&rest.error, rest.accounts), (&whole.error, whole.accounts), "{what}");
    for ((sink, same), (rows, done)) in rest.sinks.iter().zip(&whole.sinks).zip(done) {
        assert!(sink.rows == same.rows[*rows..], "{what}: other rows");
        assert!(sink.told.iter().all(|(_, place)| place.order() >= done.order()), "{what}: back to {:#?}", sink.told);
        // Where nothing is told any more, all has been.
        let last = sink.told.last().map_or(done.output(), |(_, place)| place.output());
        assert_eq!(last, whole.accounts.output, "{what}");
    }
    assert_rejects(&rest, &places, whole, &what);
}

/// Rejects behind the earliest begin are given again, and of a sink those behind its own place.
fn assert_rejects(rest: &Ran, done: &[Place], whole: &Ran, what: &str) {
    let [before_load, of_sinks] = &whole.rejects;
    let begin = done.iter().min_by_key(|done| done.order()).expect("a job has a sink");
    let accounts = begin.accounts;
    let given = (accounts.broken + accounts.refused) as usize;
    assert_eq!(rest.rejects[0], before_load[given..], "{what}");
    assert!(of_sinks.ends_with(&rest.rejects[1]), "{what}: {:#?} of {of_sinks:#?}", rest.rejects[1]);
    // Each output row is given to a sink or rejected by it.
    let left: u64 = done.iter().map(|done| whole.accounts.output - done.output()).sum();
    let came = rest.sinks.iter().map(|sink| sink.rows.len()).sum::<usize>() + rest.rejects[1].len();
    assert_eq!(came as u64, left, "{what}");
}
