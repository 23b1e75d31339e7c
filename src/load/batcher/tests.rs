use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::batch::{Begin, Encoded, Gaps, Payload, Span};

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

/// Rows of these sizes that tell of no place.
fn rows(sizes: &[usize]) -> Delivery {
    let encoded = encoded(sizes);
    Delivery { part: Part { rows: 0..encoded.rows(), encoded }, reach: None }
}

/// Behind so many output rows.
fn place(rows: u64) -> Place {
    Place::first(Begin { file: 0, offset: 0, line: 1, line_ends: None }).on(rows)
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
    let mut batcher = Batcher::new(limits, Some(start));
    batcher.push(rows(sizes), start);
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
    let mut batcher = Batcher::new(limits(3, 100, 50), Some(start));
    batcher.push(rows(&[1, 1]), at(0));
    batcher.push(rows(&[1, 1]), at(30));
    assert_eq!(batcher.deadline(), Some(at(50)));
    assert_eq!(batcher.next_flush(at(30)).map(|flush| flush.rows), Some(3));
    assert_eq!(batcher.deadline(), Some(at(80)));
    assert!(batcher.next_flush(at(79)).is_none());
    assert_eq!(batcher.next_flush(at(80)).map(|flush| flush.trigger), Some(Trigger::Period));
}

#[test]
fn many_tiny_batches_do_not_pile_up() {
    let start = Instant::now();
    let mut batcher = Batcher::new(limits(0, 1 << 30, 3_600_000), Some(start));
    let flushed = (0..MAX_PARTS).filter_map(|_| {
        batcher.push(rows(&[1]), start);
        batcher.next_flush(start)
    });
    assert_eq!(flushed.map(|flush| (flush.rows, flush.trigger)).collect::<Vec<_>>(), [(MAX_PARTS, Trigger::Bytes)]);
}

#[test]
fn a_place_goes_with_the_flush_of_the_last_row_before_it() {
    let start = Instant::now();
    let mut batcher = Batcher::new(limits(0, 10, 50), Some(start));
    batcher.push(rows(&[4, 4, 4]), start);
    batcher.reach(Some(place(9)));
    let flushes: Vec<_> = std::iter::from_fn(|| batcher.next_flush(start)).collect();
    assert_eq!(flushes.iter().map(|flush| (flush.rows, flush.upto)).collect::<Vec<_>>(), [(2, None)]);
    let last = batcher.finish();
    assert_eq!(last.map(|flush| (flush.rows, flush.upto)), Some((1, Some(place(9)))));
    assert!(batcher.finish().is_none());
}

#[test]
fn a_place_that_rows_have_passed_is_not_told() {
    let start = Instant::now();
    let mut batcher = Batcher::new(limits(0, 10, 50), Some(start));
    batcher.reach(Some(place(1)));
    batcher.push(rows(&[1]), start);
    assert_eq!(batcher.finish().map(|flush| flush.upto), Some(None));
}

#[test]
fn a_place_without_rows_waits_until_it_was_quiet_for_a_period() {
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    let mut batcher = Batcher::new(limits(1, 10, 50), Some(start));
    batcher.push(rows(&[1]), at(10));
    assert!(batcher.next_flush(at(10)).is_some());
    batcher.reach(Some(place(1)));
    batcher.reach(None);
    assert!(batcher.next_flush(at(59)).is_none());
    batcher.reach(Some(place(2)));
    assert_eq!(batcher.deadline(), Some(at(60)));
    let flush = batcher.next_flush(at(60)).unwrap();
    assert!(flush.parts.is_empty() && flush.rows == 0 && flush.upto == Some(place(2)));
    assert!(batcher.next_flush(at(110)).is_none());
    assert_eq!(batcher.deadline(), Some(at(160)));
}

#[test]
fn nothing_is_waited_for_where_no_row_waits_and_no_place_is_told() {
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    let mut batcher = Batcher::new(limits(0, 10, 50), None);
    assert_eq!(batcher.deadline(), None);
    batcher.push(rows(&[1]), at(10));
    assert_eq!(batcher.deadline(), Some(at(60)));
    assert!(batcher.next_flush(at(60)).is_some());
    assert_eq!(batcher.deadline(), None);
}

#[test]
fn refused_rows_between_those_that_wait_do_not_pile_up() {
    let start = Instant::now();
    let mut batcher = Batcher::new(limits(0, 5000, 3_600_000), Some(start));
    let output: Vec<Option<usize>> = std::iter::repeat_n(None, 1000).chain([Some(1)]).collect();
    let flushed = (0..4).filter_map(|before| {
        batcher.push(delivery(&output, before * 1001), start);
        batcher.next_flush(start)
    });
    let flushed: Vec<_> = flushed.map(|flush| (flush.rows, flush.trigger, flush.upto)).collect();
    assert_eq!(flushed, [(2, Trigger::Bytes, Some(place(2002))), (2, Trigger::Bytes, Some(place(4004)))]);
    assert_eq!(batcher.bytes, 0);
}

/// One step of a run: output rows of these sizes, or refused by the encoder, so many milliseconds after the last ones.
fn steps() -> impl Strategy<Value = Vec<(Vec<Option<usize>>, u64)>> {
    let row = prop_oneof![4 => (0usize..40).prop_map(Some), 1 => Just(None)];
    prop::collection::vec((prop::collection::vec(row, 0..12), 0u64..20), 0..30)
}

/// Output rows as they are handed on, `before` being those before them.
fn delivery(output: &[Option<usize>], before: u64) -> Delivery {
    let sizes: Vec<usize> = output.iter().flatten().copied().collect();
    let gaps = Gaps::new((0..output.len()).filter(|row| output[*row].is_none()));
    let span = Span { from: place(before), upto: place(before + output.len() as u64) };
    Delivery { reach: Some(Box::new(Reach { span, gaps })), ..rows(&sizes) }
}

proptest! {
    #[test]
    fn no_row_is_lost_or_doubled_and_no_limit_passed(
        count in 0usize..10, bytes in 1usize..60, period in 0u64..50, steps in steps(),
    ) {
        let mut now = Instant::now();
        let mut batcher = Batcher::new(limits(count, bytes, period), Some(now));
        let (mut flushes, mut batches, mut output) = (Vec::new(), Vec::new(), Vec::<Option<usize>>::new());
        for (rows, wait) in &steps {
            now += Duration::from_millis(*wait);
            let delivery = delivery(rows, output.len() as u64);
            output.extend(rows);
            batches.push(Arc::clone(&delivery.part.encoded));
            match delivery.part.rows.is_empty() {
                true => batcher.reach(Some(place(output.len() as u64))),
                false => batcher.push(delivery, now),
            }
            flushes.extend(std::iter::from_fn(|| batcher.next_flush(now)));
            prop_assert!(batcher.rows == 0 || batcher.deadline().is_none_or(|deadline| deadline > now));
            prop_assert!((count == 0 || batcher.rows < count) && batcher.bytes < bytes);
        }
        flushes.extend(std::iter::from_fn(|| batcher.finish()));
        let rows = |part: &Part| part.rows.clone().map(|row| (Arc::as_ptr(&part.encoded), row)).collect::<Vec<_>>();
        let written: Vec<_> = flushes.iter().flat_map(|flush| flush.parts.iter().flat_map(rows)).collect();
        let expected: Vec<_> = batches.iter().flat_map(|batch| (0..batch.rows()).map(|row| (Arc::as_ptr(batch), row))).collect();
        prop_assert_eq!(written, expected);
        let (mut written, mut told) = (0, 0);
        for flush in &flushes {
            let size: usize = flush.parts.iter().map(|part| part.span().len()).sum();
            prop_assert_eq!(flush.rows, flush.parts.iter().map(|part| part.rows.len()).sum::<usize>());
            prop_assert!(count == 0 || flush.rows <= count);
            prop_assert!(size <= bytes || flush.rows == 1);
            // A place tells exactly the rows before it, and never goes back.
            let place = flush.upto.unwrap().rows as usize;
            written += flush.rows;
            prop_assert_eq!(output[..place].iter().flatten().count(), written);
            prop_assert!(place >= told);
            told = place;
        }
        prop_assert_eq!(told, output.len());
    }
}
