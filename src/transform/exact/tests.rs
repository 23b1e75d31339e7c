//! Whatever the order and the cuts, the same bits; and the right ones.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{ExactSum, Moments, two_sum};

fn sum(numbers: &[f64]) -> ExactSum {
    let mut sum = ExactSum::default();
    numbers.iter().for_each(|number| sum.add(*number));
    sum
}

fn moments(numbers: &[f64]) -> Moments {
    let mut moments = Moments::default();
    numbers.iter().for_each(|number| moments.add(*number));
    moments
}

/// Everything that can be asked of some numbers, as bits.
fn answers(sum: &ExactSum, moments: &Moments) -> Vec<Option<u64>> {
    let answers = [
        Some(sum.value()),
        moments.variance_sample(),
        moments.variance_population(),
        moments.stddev_sample(),
        moments.stddev_population(),
    ];
    answers.into_iter().map(|number| number.map(f64::to_bits)).collect()
}

/// Shewchuk's sum by expansions, rounded as Python's `math.fsum` rounds it.
fn reference(numbers: &[f64]) -> f64 {
    let mut parts: Vec<f64> = Vec::new();
    for number in numbers {
        let mut carried = *number;
        let mut next = Vec::new();
        for part in parts {
            let (sum, error) = two_sum(carried, part);
            next.extend((error != 0.0).then_some(error));
            carried = sum;
        }
        next.push(carried);
        parts = next;
    }
    let (mut high, mut low) = (parts.pop().unwrap_or_default(), 0.0);
    while let Some(part) = parts.pop().filter(|_| low == 0.0) {
        (high, low) = two_sum(high, part);
        // Half of the last bit is above or below half by what follows.
        let beyond = parts.last().copied().unwrap_or_default();
        let twice = low * 2.0;
        if beyond != 0.0 && low * beyond.signum() > 0.0 && (high + twice) - high == twice {
            high += twice;
        }
    }
    high + 0.0
}

/// Doubles of every size up to sums that stay finite.
fn finite() -> impl Strategy<Value = f64> {
    let price = (-1_000_000i64..1_000_000).prop_map(|cents| cents as f64 / 100.0);
    let bits = any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |number| number.abs() < 1e300);
    let near = (-60i32..60, any::<i32>()).prop_map(|(power, number)| f64::from(number) * 2f64.powi(power));
    let chosen = [0.0, -0.0, 1.0, -1.0, 1e16, -1e16, 1e300, -1e300, 5e-324, -5e-324, f64::MIN_POSITIVE];
    prop_oneof![3 => price, 2 => bits, 2 => near, 2 => prop::sample::select(chosen.to_vec())]
}

fn any_double() -> impl Strategy<Value = f64> {
    let chosen = [f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e308, -1e308];
    prop_oneof![20 => finite(), 1 => prop::sample::select(chosen.to_vec())]
}

/// The same numbers twice, in another order.
fn shuffled() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    vec(any_double(), 0..40).prop_flat_map(|numbers| (Just(numbers.clone()), Just(numbers).prop_shuffle()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_cuts_never_show((numbers, others) in shuffled(), cut in 0.0..1.0, swap: bool) {
        let whole = answers(&sum(&numbers), &moments(&numbers));
        let (a, b) = others.split_at((cut * others.len() as f64) as usize);
        let (a, b) = if swap { (b, a) } else { (a, b) };
        let (mut merged_sum, mut merged_moments) = (sum(a), moments(a));
        merged_sum.merge(&sum(b));
        merged_moments.merge(&moments(b));
        prop_assert_eq!(answers(&merged_sum, &merged_moments), whole);
    }

    #[test]
    fn sums_are_correctly_rounded(numbers in vec(finite(), 0..40)) {
        prop_assert_eq!(sum(&numbers).value().to_bits(), reference(&numbers).to_bits());
    }

    #[test]
    fn sums_that_cancel_are_zero(numbers in vec(finite(), 0..20)) {
        let all: Vec<f64> = numbers.iter().copied().chain(numbers.iter().map(|number| -number)).collect();
        prop_assert_eq!(sum(&all).value().to_bits(), 0);
    }

    /// 2^60 and whole numbers beside it: no other way than an exact one gets these right.
    #[test]
    fn variances_of_large_neighbours_are_right(offsets in vec(0i64..1000, 2..50)) {
        const STEP: f64 = 256.0;
        let numbers: Vec<f64> = offsets.iter().map(|offset| (1u64 << 60) as f64 + *offset as f64 * STEP).collect();
        let count = offsets.len() as i64;
        let (total, squares) = (offsets.iter().sum::<i64>(), offsets.iter().map(|offset| offset * offset).sum::<i64>());
        let expected = (count * squares - total * total) as f64 / count as f64 / (count - 1) as f64 * STEP * STEP;
        prop_assert_eq!(moments(&numbers).variance_sample(), Some(expected));
    }

    #[test]
    fn like_numbers_have_no_variance(number in finite(), count in 1usize..200) {
        prop_assert_eq!(moments(&vec![number; count]).stddev_population(), Some(0.0));
    }
}

#[test]
fn sums_at_the_ends_of_doubles() {
    let is =
        |numbers: &[f64], expected: f64| assert_eq!(sum(numbers).value().to_bits(), expected.to_bits(), "{numbers:?}");
    is(&[], 0.0);
    is(&[-0.0, -0.0], 0.0);
    is(&[0.1; 10], 1.0);
    is(&[1e308, 1e308, -1e308], 1e308);
    is(&[1e308, 1e308], f64::INFINITY);
    is(&[-1e308, -1e308, 5e-324], f64::NEG_INFINITY);
    is(&[f64::MAX, 1e-300], f64::MAX);
    is(&[1e308, 1.0, 1e-308, -1e308, -1.0], 1e-308);
    is(&[5e-324, 5e-324, 1e300, -1e300], 1e-323);
    is(&[1.0, 1e100, 1.0, -1e100], 2.0);
    is(&[1.0, 1e-16, 1e-16], 1.0000000000000002);
    is(&[f64::INFINITY, 1.0, f64::MIN], f64::INFINITY);
    is(&[f64::INFINITY, f64::NEG_INFINITY, 1.0], f64::NAN);
    is(&[f64::NAN, f64::INFINITY], f64::NAN);
}

#[test]
fn moments_at_the_ends_of_doubles() {
    let deviation = |numbers: &[f64]| moments(numbers).stddev_sample();
    assert_eq!(deviation(&[]), None);
    assert_eq!(deviation(&[1.0]), None);
    assert_eq!(deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), Some((32.0f64 / 7.0).sqrt()));
    assert_eq!(deviation(&[-1e300, 0.0, 1e300]), Some(1e300));
    assert_eq!(deviation(&[-1e-300, 0.0, 1e-300]), Some(1e-300));
    assert!(deviation(&[1.0, f64::INFINITY]).is_some_and(f64::is_nan));
    assert_eq!(moments(&[-1e300, 0.0, 1e300]).variance_sample(), Some(f64::INFINITY));
    assert_eq!(moments(&[3.0]).variance_population(), Some(0.0));
}

#[test]
fn ordinary_amounts_take_no_memory_besides() {
    let prices: Vec<f64> = (0..200_000u32).map(|row| f64::from(row * 7919 % 1_000_000) / 100.0).collect();
    assert_eq!(sum(&prices).heap_bytes(), 0);
    assert_eq!(size_of::<ExactSum>(), 24);
    let wide = sum(&[1e300, 1.0, 1e-300]).heap_bytes();
    assert!((1..1000).contains(&wide), "{wide}");
}
