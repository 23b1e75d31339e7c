use std::num::NonZeroUsize;
use std::time::Duration;

use crossbeam_channel::{bounded, unbounded};

use super::*;
use crate::batch::{ErrorType, InputFile, Payload, RowOrigin, Stage};
use crate::load::{Loaded, Part, Trigger};

/// Remembers how many rows each flush had; fails at the `fails_at`th.
#[derive(Default)]
struct Double {
    flushes: Vec<usize>,
    fails_at: Option<usize>,
    prepared: bool,
    /// Rows that it keeps of each flush, and refuses one by one at the end.
    keeps: usize,
    kept: usize,
}

impl Sink for Double {
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
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

fn batch(rows: usize) -> Arc<Encoded> {
    Arc::new(Encoded { payload: Payload::Nothing, ends: vec![0; rows], origins: Vec::new() })
}

fn limits(count: usize, period: Duration) -> BatchLimits {
    BatchLimits { count: NonZeroUsize::new(count), byte_size: NonZeroUsize::MAX, period }
}

const HOUR: Duration = Duration::from_secs(3600);

fn load(sink: &mut Double, sizes: &[usize]) -> Result<Loaded> {
    let (sender, receiver) = unbounded();
    sizes.iter().for_each(|rows| sender.send(batch(*rows)).unwrap());
    drop(sender);
    let counters = LoadCounters::default();
    run(receiver, sink, limits(10, HOUR), &counters, |_| Ok(()))?;
    prepare(sink, &counters, &Account::default())?;
    Ok(counters.read())
}

#[test]
fn writes_what_comes_and_prepares() {
    let mut sink = Double::default();
    let loaded = load(&mut sink, &[4, 0, 12, 7]).unwrap();
    assert_eq!(sink.flushes, [10, 10, 3]);
    assert!(sink.prepared);
    assert_eq!(loaded, Loaded { rows: 23, rejected: 0, bytes: 7, flushes: [2, 0, 0, 1], ..Loaded::default() });
}

#[test]
fn nothing_to_write_is_still_prepared() {
    let mut sink = Double::default();
    assert_eq!(load(&mut sink, &[]).unwrap().rows, 0);
    assert!(sink.prepared && sink.flushes.is_empty());
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
            run(receiver, &mut Double::default(), soon, &counters, |_| Ok(()))
        });
        sender.send(batch(3)).unwrap();
        while counters.read().rows == 0 {
            std::thread::yield_now();
        }
        drop(sender);
        loader.join().unwrap().unwrap();
        assert_eq!(counters.read().flushes(Trigger::Period), 1);
    });
}

#[test]
fn kept_rows_are_loaded_only_when_they_are_decided_about() {
    let mut sink = Double { keeps: 2, ..Double::default() };
    let loaded = load(&mut sink, &[10, 10, 5]).unwrap();
    assert_eq!((loaded.rows, loaded.rejected, sink.prepared), (19, 6, true));
}
