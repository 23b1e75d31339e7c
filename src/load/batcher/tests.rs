use std::num::NonZeroUsize;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::batch::Payload;

fn encoded(sizes: &[usize]) -> Arc<Encoded> {
    let ends = sizes
        .iter()
        .scan(0, |end, size| {
            Some({
                *end += size;
                *end
            })
        })
        .collect();
    Arc::new(Encoded { payload: Payload::Nothing, ends, origins: Vec::new() })
}

fn limits(count: usize, bytes: usize, period: u64) -> BatchLimits {
    BatchLimits {
        count: NonZeroUsize::new(count),
        byte_size: NonZeroUsize::new(bytes).unwrap(),
        period: Duration::from_millis(period),
    }
}

/// Pushes one batch of rows of these sizes at time 0, reads at `after` ms, and lists rows and trigger of each flush.
fn check(limits: BatchLimits, sizes: &[usize], after: u64, expected: &[(usize, Trigger)]) {
    let start = Instant::now();
    let mut batcher = Batcher::new(limits);
    batcher.push(encoded(sizes), start);
    let now = start + Duration::from_millis(after);
    let mut flushes: Vec<_> = std::iter::from_fn(|| batcher.next_flush(now)).collect();
    flushes.extend(std::iter::from_fn(|| batcher.finish()));
    let found: Vec<_> = flushes.iter().map(|flush| (flush.rows, flush.trigger)).collect();
    assert_eq!(found, expected, "sizes {sizes:?}");
}

#[test]
fn triggers() {
    use Trigger::*;
    check(limits(2, 100, 1000), &[1; 5], 0, &[(2, Count), (2, Count), (1, End)]);
    check(limits(0, 100, 1000), &[1; 5], 0, &[(5, End)]);
    check(limits(0, 100, 1000), &[1; 5], 999, &[(5, End)]);
    check(limits(0, 100, 1000), &[1; 5], 1000, &[(5, Period)]);
    check(limits(0, 10, 1000), &[4; 5], 0, &[(2, Bytes), (2, Bytes), (1, End)]);
    check(limits(0, 8, 1000), &[4; 4], 0, &[(2, Bytes), (2, Bytes)]);
    // One row over the limit goes alone, whoever its neighbours are.
    check(limits(0, 10, 1000), &[1, 50, 1], 0, &[(1, Bytes), (1, Bytes), (1, End)]);
    check(limits(9, 10, 1000), &[50], 0, &[(1, Bytes)]);
    check(limits(2, 1, 1000), &[2, 0], 0, &[(1, Bytes), (1, End)]);
    check(limits(1, 100, 1000), &[0, 0], 0, &[(1, Count), (1, Count)]);
    // Rows that are only counted have no size.
    check(limits(0, 1, 0), &[0; 7], 0, &[(7, Period)]);
    check(limits(1, 1, 0), &[], 0, &[]);
}

#[test]
fn age_counts_from_the_oldest_row_that_is_left() {
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    let mut batcher = Batcher::new(limits(3, 100, 50));
    assert_eq!(batcher.deadline(), None);
    batcher.push(encoded(&[1, 1]), at(0));
    batcher.push(encoded(&[1, 1]), at(30));
    assert_eq!(batcher.deadline(), Some(at(50)));
    assert_eq!(batcher.next_flush(at(30)).map(|flush| flush.rows), Some(3));
    assert_eq!(batcher.deadline(), Some(at(80)));
    assert!(batcher.next_flush(at(79)).is_none());
    assert_eq!(batcher.next_flush(at(80)).map(|flush| flush.trigger), Some(Trigger::Period));
}

#[test]
fn many_tiny_batches_do_not_pile_up() {
    let start = Instant::now();
    let mut batcher = Batcher::new(limits(0, 1 << 30, 3_600_000));
    let flushed = (0..MAX_PARTS).filter_map(|_| {
        batcher.push(encoded(&[1]), start);
        batcher.next_flush(start)
    });
    assert_eq!(flushed.map(|flush| (flush.rows, flush.trigger)).collect::<Vec<_>>(), [(MAX_PARTS, Trigger::Bytes)]);
}

/// One step of a run: rows of these sizes arrive, so many milliseconds after the last ones.
fn steps() -> impl Strategy<Value = Vec<(Vec<usize>, u64)>> {
    prop::collection::vec((prop::collection::vec(0usize..40, 0..12), 0u64..20), 0..30)
}

proptest! {
    #[test]
    fn no_row_is_lost_or_doubled_and_no_limit_passed(
        count in 0usize..10, bytes in 1usize..60, period in 0u64..50, steps in steps(),
    ) {
        let limits = limits(count, bytes, period);
        let mut batcher = Batcher::new(limits);
        let (mut now, mut flushes) = (Instant::now(), Vec::new());
        let batches: Vec<_> = steps.iter().map(|(sizes, _)| encoded(sizes)).collect();
        for (batch, (_, wait)) in batches.iter().zip(&steps) {
            now += Duration::from_millis(*wait);
            batcher.push(batch.clone(), now);
            flushes.extend(std::iter::from_fn(|| batcher.next_flush(now)));
            prop_assert!(batcher.deadline().is_none_or(|deadline| deadline > now));
            prop_assert!((count == 0 || batcher.rows < count) && batcher.bytes < bytes);
        }
        flushes.extend(std::iter::from_fn(|| batcher.finish()));
        let rows = |part: &Part| part.rows.clone().map(|row| (Arc::as_ptr(&part.encoded), row)).collect::<Vec<_>>();
        let written: Vec<_> = flushes.iter().flat_map(|flush| flush.parts.iter().flat_map(rows)).collect();
        let expected: Vec<_> = batches.iter().flat_map(|batch| (0..batch.rows()).map(|row| (Arc::as_ptr(batch), row))).collect();
        prop_assert_eq!(written, expected);
        for flush in &flushes {
            let size: usize = flush.parts.iter().map(|part| part.span().len()).sum();
            prop_assert_eq!(flush.rows, flush.parts.iter().map(|part| part.rows.len()).sum::<usize>());
            prop_assert!(flush.rows > 0 && (count == 0 || flush.rows <= count));
            prop_assert!(size <= bytes || flush.rows == 1);
        }
    }
}
