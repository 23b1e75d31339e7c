use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{bounded, unbounded};

use super::*;
use crate::batch::{Begin, Encoded, ErrorType, Gaps, InputFile, Payload, Place, Reach, RowOrigin, Span, Stage};
use crate::load::{Loaded, Part, Trigger};

/// Remembers how many rows each flush had; fails at the `fails_at`th.
#[derive(Default)]
struct Double {
    flushes: Vec<usize>,
    /// The output rows of each place that was told, and whether without rows.
    places: Vec<(u64, bool)>,
    fails_at: Option<usize>,
    prepared: bool,
    /// Rows that it keeps of each flush, and refuses one by one at the end.
    keeps: usize,
    kept: usize,
}

impl Sink for Double {
    fn write(&mut self, flush: &[Part], upto: Option<&Place>) -> Result<Vec<Reject>> {
        self.places.extend(upto.map(|place| (place.rows, flush.is_empty())));
        if flush.is_empty() {
            return Ok(Vec::new());
        }
        self.flushes.push(flush.iter().map(|part| part.rows.len()).sum());
        anyhow::ensure!(self.fails_at != Some(self.flushes.len()), "broken on purpose");
        self.kept += self.keeps;
        Ok(Vec::new())
    }

    fn kept(&self) -> usize {
        self.kept
    }

    fn settle(&mut self) -> Result<Option<Vec<Reject>>> {
        assert!(!self.prepared);
        Ok(self.kept.checked_sub(1).map(|kept| {
            self.kept = kept;
            vec![reject()]
        }))
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        self.prepared = true;
        Ok(())
    }

    fn publish(&mut self) -> Result<()> {
        anyhow::bail!("the stage must not publish")
    }

    fn bytes_written(&self) -> u64 {
        7
    }
}

fn reject() -> Reject {
    let file = Arc::new(InputFile::new(0, "in.csv"));
    let origin = RowOrigin { file, line: 2, offset: 0, record: 0, raw: Vec::new() };
    let (stage, error_type) = (Stage::Load, ErrorType::Constraint);
    Reject { origin, stage, sink: None, column: None, error_type, message: "kept in vain".into() }
}

/// Behind so many output rows.
fn place(rows: u64) -> Place {
    Place::first(Begin { file: 0, offset: 0, line: 1, line_ends: None }).on(rows)
}

/// So many rows, with as many before them.
fn delivery(rows: usize, before: u64) -> Delivery {
    let encoded = Arc::new(Encoded { payload: Payload::Nothing, ends: vec![0; rows], origins: Vec::new() });
    let span = Span { from: place(before), upto: place(before + rows as u64) };
    Delivery { part: Part { encoded, rows: 0..rows }, reach: Some(Box::new(Reach { span, gaps: Gaps::default() })) }
}

fn limits(count: usize, period: Duration) -> BatchLimits {
    BatchLimits { count: NonZeroUsize::new(count), byte_size: NonZeroUsize::MAX, period }
}

const HOUR: Duration = Duration::from_secs(3600);

fn load(sink: &mut Double, sizes: &[usize]) -> Result<Loaded> {
    let (sender, receiver) = unbounded();
    let (reached, mut before) = (Reached::default(), 0);
    for (sent, rows) in sizes.iter().enumerate() {
        sender.send(delivery(*rows, before)).unwrap();
        before += *rows as u64;
        reached.set(place(before), sent as u64);
    }
    // A chunk without output rows.
    reached.set(place(before + 1), sizes.len() as u64);
    drop(sender);
    let counters = LoadCounters::default();
    run(receiver, Some(&reached), sink, limits(10, HOUR), &counters, |_| Ok(()))?;
    prepare(sink, &counters, &Account::default())?;
    Ok(counters.read())
}

#[test]
fn writes_what_comes_and_prepares() {
    let mut sink = Double::default();
    let loaded = load(&mut sink, &[4, 0, 12, 7]).unwrap();
    assert_eq!(sink.flushes, [10, 10, 3]);
    assert_eq!(sink.places, [(10, false), (20, false), (24, false)]);
    assert!(sink.prepared);
    assert_eq!(loaded, Loaded { rows: 23, rejected: 0, bytes: 7, flushes: [2, 0, 0, 1], ..Loaded::default() });
}

#[test]
fn nothing_to_write_is_still_prepared() {
    let mut sink = Double::default();
    assert_eq!(load(&mut sink, &[]).unwrap().rows, 0);
    assert!(sink.prepared && sink.flushes.is_empty());
    assert_eq!(sink.places, [(1, true)]);
}

#[test]
fn a_failed_write_ends_the_stage() {
    let mut sink = Double { fails_at: Some(2), ..Double::default() };
    assert_eq!(load(&mut sink, &[30]).unwrap_err().to_string(), "broken on purpose");
    assert!(!sink.prepared);
}

#[test]
fn old_rows_are_written_while_the_channel_is_idle() {
    let (sender, receiver) = bounded(1);
    let counters = LoadCounters::default();
    std::thread::scope(|scope| {
        let loader = scope.spawn(|| {
            let soon = limits(0, Duration::from_millis(1));
            run(receiver, None, &mut Double::default(), soon, &counters, |_| Ok(()))
        });
        sender.send(delivery(3, 0)).unwrap();
        while counters.read().rows == 0 {
            std::thread::yield_now();
        }
        drop(sender);
        loader.join().unwrap().unwrap();
        assert_eq!(counters.read().flushes(Trigger::Period), 1);
    });
}

/// Does with each flush what it is told to.
struct Does<F>(F);

impl<F: FnMut(&[Part], Option<&Place>) -> Result<()> + Send> Sink for Does<F> {
    fn write(&mut self, flush: &[Part], upto: Option<&Place>) -> Result<Vec<Reject>> {
        (self.0)(flush, upto).map(|()| Vec::new())
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        Ok(())
    }

    fn publish(&mut self) -> Result<()> {
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}

#[test]
fn a_place_without_rows_is_told_while_the_channel_is_idle() {
    let (idle, deliveries) = bounded(1);
    let (places, told) = unbounded();
    let (counters, reached) = (LoadCounters::default(), Reached::default());
    let soon = limits(0, Duration::from_millis(1));
    let mut telling = Does(|flush: &[Part], upto: Option<&Place>| {
        assert!(flush.is_empty());
        upto.map_or(Ok(()), |place| Ok(places.send(*place)?))
    });
    std::thread::scope(|scope| {
        scope.spawn(|| run(deliveries, Some(&reached), &mut telling, soon, &counters, |_| Ok(())));
        for rows in 1..4 {
            reached.set(place(rows), 0);
            assert_eq!(told.recv_timeout(Duration::from_secs(10)), Ok(place(rows)));
        }
        drop(idle);
    });
    assert_eq!(counters.read().flushes, [0; 4]);
}

#[test]
fn a_place_without_rows_has_no_latency() {
    let (sender, receiver) = unbounded();
    let (reached, counters) = (Reached::default(), LoadCounters::default());
    sender.send(delivery(10, 0)).unwrap();
    drop(sender);
    let (begin, mut told) = (Instant::now(), 0);
    // Takes longer for rows than for the place that comes behind them.
    let mut slow = Does(|flush: &[Part], _: Option<&Place>| {
        if flush.is_empty() {
            told += 1;
        } else {
            std::thread::sleep(Duration::from_millis(100));
            reached.set(place(11), 1);
        }
        Ok(())
    });
    run(receiver, Some(&reached), &mut slow, limits(10, HOUR), &counters, |_| Ok(())).unwrap();
    assert_eq!(told, 1);
    let [half, _] = counters.meter.latencies_ms();
    assert!(half >= 15.0, "half of the flushes took {half} ms");
    let [busy, ..] = counters.meter.shares(begin.elapsed(), 1);
    assert!(busy > 0.5, "{busy}");
}

#[test]
fn kept_rows_are_loaded_only_when_they_are_decided_about() {
    let mut sink = Double { keeps: 2, ..Double::default() };
    let loaded = load(&mut sink, &[10, 10, 5]).unwrap();
    assert_eq!((loaded.rows, loaded.rejected, sink.prepared), (19, 6, true));
}
