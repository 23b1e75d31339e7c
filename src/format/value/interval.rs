//! Intervals: only ever written, as an expression cannot select one but can make one text.

use crate::arrow::datatypes::IntervalMonthDayNano;

use super::time;

/// PostgreSQL's form: `1 year 2 mons -3 days +04:05:06`.
pub fn write(interval: IntervalMonthDayNano, out: &mut Vec<u8>) {
    let start = out.len();
    let micros = interval.nanoseconds / 1_000;
    let parts = [
        (interval.months / 12, "year", "years"),
        (interval.months % 12, "mon", "mons"),
        (interval.days, "day", "days"),
    ];
    let mut after_negative = false;
    for (count, one, many) in parts.into_iter().filter(|part| part.0 != 0) {
        separate(start, out);
        let plus = if after_negative && count > 0 { "+" } else { "" };
        let name = if count == 1 { one } else { many };
        out.extend_from_slice(format!("{plus}{count} {name}").as_bytes());
        after_negative = count < 0;
    }
    if micros != 0 || out.len() == start {
        separate(start, out);
        write_time(micros, after_negative, out);
    }
}

fn write_time(micros: i64, after_negative: bool, out: &mut Vec<u8>) {
    match micros < 0 {
        true => out.push(b'-'),
        false if after_negative => out.push(b'+'),
        false => {}
    }
    const HOUR: u64 = 3_600_000_000;
    let micros = micros.unsigned_abs();
    super::digits::write_padded(micros / HOUR, 2, out);
    time::write_minutes(micros % HOUR, out);
}

fn separate(start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b' ');
    }
}
