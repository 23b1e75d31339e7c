//! Numbers as people read them.

/// `41200012` as `41,200,012`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in the largest unit that leaves at least one before the point.
pub fn bytes(bytes: f64) -> String {
    match bytes {
        b if b < 1e3 => format!("{b:.0} B"),
        b if b < 1e6 => format!("{:.1} kB", b / 1e3),
        b if b < 1e9 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}

/// `72.1` as `1m12s`, `0.42` as `0.42s`.
pub fn duration(seconds: f64) -> String {
    let whole = seconds as u64;
    match whole {
        0..60 => format!("{seconds:.2}s"),
        60..3600 => format!("{}m{:02}s", whole / 60, whole % 60),
        _ => format!("{}h{:02}m", whole / 3600, whole / 60 % 60),
    }
}

/// `4.09` as `4.1ms`, `31.2` as `31ms`.
pub fn millis(ms: f64) -> String {
    if ms < 10.0 { format!("{ms:.1}ms") } else { format!("{ms:.0}ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            ["0", "999", "1,000", "41,200,012"],
            [0, 999, 1000, 41_200_012].map(grouped).each_ref().map(String::as_str)
        );
        assert_eq!((bytes(999.0), bytes(50.1e9)), ("999 B".to_owned(), "50.1 GB".to_owned()));
        assert_eq!([0.42, 72.1, 7260.0].map(duration), ["0.42s", "1m12s", "2h01m"]);
    }
}
