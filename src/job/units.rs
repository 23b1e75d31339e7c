//! Sizes and periods as people write them: `16MiB`, `200ms`.

use std::time::Duration;

const SIZES: &[(&str, u64)] = &[
    ("", 1),
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

const PERIODS: &[(&str, u64)] = &[("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Bytes. A number alone is bytes.
pub fn size(text: &str) -> Result<u64, String> {
    scaled(text, SIZES).ok_or_else(|| format!("must be a size such as 16MiB, 64KiB or 500MB, found {text:?}"))
}

/// A length of time. The unit is needed.
pub fn period(text: &str) -> Result<Duration, String> {
    let milliseconds =
        scaled(text, PERIODS).ok_or_else(|| format!("must be a time such as 200ms, 1s, 10m or 2h, found {text:?}"))?;
    Ok(Duration::from_millis(milliseconds))
}

fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let (_, factor) = units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim_start()))?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::{period, size};

    #[test]
    fn sizes() {
        let check = |text: &str, expected: Option<u64>| assert_eq!(size(text).ok(), expected, "{text:?}");
        check("16MiB", Some(16 << 20));
        check("64", Some(64));
        check("64 kib", Some(64 << 10));
        check("2GB", Some(2_000_000_000));
        check("", None);
        check("MiB", None);
        check("-1", None);
        check("1.5MiB", None);
        check("1M", None); // Nobody agrees whether this is 1000 or 1024.
        check("99999999999999TiB", None);
        check("1é", None);
    }

    #[test]
    fn periods() {
        let check = |text: &str, expected: Option<u128>| {
            assert_eq!(period(text).ok().map(|period| period.as_millis()), expected, "{text:?}");
        };
        check("200ms", Some(200));
        check("1s", Some(1_000));
        check("10m", Some(600_000));
        check("2h", Some(7_200_000));
        check("1d", Some(86_400_000));
        check("0s", Some(0));
        check("1", None);
        check("soon", None);
    }
}
