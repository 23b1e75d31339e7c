//! Dates, times and intervals. What depends on a zone takes the session's, never the machine's.

mod date;
mod clock;
mod field;
mod interval;
mod literal;
mod total;
mod shift;
mod truncate;
mod extract;
mod to_timestamp;
mod now;
mod make;
mod timezone;
mod age;
mod date_bin;
mod isfinite;
mod justify;
mod names;
mod to_char;

#[cfg(test)]
mod tests;

use crate::arrow::datatypes::{Float64Type as Double, IntervalMonthDayNanoType as Interval};
use crate::arrow::datatypes::{Time64MicrosecondType, TimestampMicrosecondType};

use super::rows::{binary, unary};
use super::signature::*;
use crate::transform::function::{Function, Group};
use shift::Form::{Flipped, Minus, Plus};

pub use age::FUNCTIONS as AGE;
pub use date_bin::FUNCTIONS as DATE_BIN;
pub use isfinite::FUNCTIONS as ISFINITE;
pub use justify::FUNCTIONS as JUSTIFY;
pub use literal::parse_interval;
pub use make::FUNCTIONS as MAKE;
pub use timezone::FUNCTIONS as TIMEZONE;
pub use to_char::{FUNCTIONS as TO_CHAR, ordinal};

const GROUP: Group = Group::Time;
const PLUS_DAYS: &str = "the date so many days later: date '2024-02-28' + 2 = 2024-03-01";
const DAYS_FLIPPED: &str = "the same with the date last";
const FLIPPED: &str = "the same with the sides exchanged";
const PLUS: &str = "moved by an interval; a month ends where the target month does: date '2024-01-31' + interval '1 month' = 2024-02-29 00:00:00";
const MINUS: &str =
    "moved back by an interval: timestamp '2024-03-31 12:00' - interval '1 month' = 2024-02-29 12:00:00";
const BETWEEN: &str =
    "time between two, in days and hours: timestamp '2024-03-01' - timestamp '2024-02-28 12:00' = 1 day 12:00:00";
const SCALE: &str = "so many times an interval, or a part of it: interval '1 day' * 1.5 = 1 day 12:00:00";
const SUM: &str = "sum or difference of intervals, in months, days and time each by itself";
const TRUNC: &str = "beginning of the microsecond … hour, day, week, month, quarter … millennium: date_trunc('month', date '2024-02-29') = 2024-02-01 00:00:00";
const TRUNC_ZONE: &str =
    "the same by the clocks of another zone: date_trunc('day', timestamptz '2024-01-31 03:00+00', 'America/New_York')";
const EXTRACT: &str = "a part as a number: year month day hour minute second quarter week dow isodow doy isoyear epoch decade century millennium millisecond microsecond julian, and of a timestamptz timezone";
const TO_TIMESTAMP: &str = "time from text by a template: to_timestamp('31/01/2024 17:05', 'DD/MM/YYYY HH24:MI')";
const NOW: &str = "start of the run, the same for every row";

const CLOCKS: &str = "no daylight saving is known after 2099";
const NOT_TRUNCATED: &str = "not of a time or an interval";
const RANGE: &str = "the time in an interval is at most about 292 years";
const DOUBLE_PART: &str = "double, where PostgreSQL gives a numeric";
const NEAREST: &str =
    "second, epoch and julian are the nearest double, in PostgreSQL a sum whose last digit may be another";
const DATE_TRUNC: &str = "of a date it is a timestamp, in PostgreSQL a timestamptz";
const TEMPLATES: &str = "templates of weeks and ISO years, centuries, roman months and Y,YYY are not supported, nor is a year with a sign; of a field that stands twice the last one counts; 24:00 is out of range; a T before HH needs no quotes";

pub static OPERATORS: &[Function] = &[
    Function::strict("+", GROUP, &[DATE, BIGINT], date, |a| shift::days(a, 1), PLUS_DAYS),
    Function::strict("+", GROUP, &[BIGINT, DATE], date, shift::days_flipped, DAYS_FLIPPED),
    Function::strict(
        "-",
        GROUP,
        &[DATE, BIGINT],
        date,
        |a| shift::days(a, -1),
        "the date so many days earlier: date '2024-03-01' - 1 = 2024-02-29",
    ),
    Function::strict(
        "-",
        GROUP,
        &[DATE, DATE],
        integer,
        shift::days_between,
        "days between two dates: date '2024-03-01' - date '2024-02-28' = 2",
    ),
    Function::strict("+", GROUP, &[DATE, INTERVAL], timestamp, |a| shift::date(a, Plus), PLUS),
    Function::strict("+", GROUP, &[TIMESTAMP, INTERVAL], timestamp, |a| shift::timestamp(a, Plus), PLUS),
    Function::strict("+", GROUP, &[TIMESTAMPTZ, INTERVAL], timestamptz, |a| shift::timestamptz(a, Plus), PLUS)
        .differs(CLOCKS),
    Function::strict("+", GROUP, &[TIME, INTERVAL], time, |a| shift::time(a, Plus), PLUS),
    Function::strict("+", GROUP, &[INTERVAL, DATE], timestamp, |a| shift::date(a, Flipped), FLIPPED),
    Function::strict("+", GROUP, &[INTERVAL, TIMESTAMP], timestamp, |a| shift::timestamp(a, Flipped), FLIPPED),
    Function::strict("+", GROUP, &[INTERVAL, TIMESTAMPTZ], timestamptz, |a| shift::timestamptz(a, Flipped), FLIPPED),
    Function::strict("+", GROUP, &[INTERVAL, TIME], time, |a| shift::time(a, Flipped), FLIPPED),
    Function::strict("-", GROUP, &[DATE, INTERVAL], timestamp, |a| shift::date(a, Minus), MINUS),
    Function::strict("-", GROUP, &[TIMESTAMP, INTERVAL], timestamp, |a| shift::timestamp(a, Minus), MINUS),
    Function::strict("-", GROUP, &[TIMESTAMPTZ, INTERVAL], timestamptz, |a| shift::timestamptz(a, Minus), MINUS)
        .differs(CLOCKS),
    Function::strict("-", GROUP, &[TIME, INTERVAL], time, |a| shift::time(a, Minus), MINUS),
    Function::strict(
        "-",
        GROUP,
        &[TIMESTAMP, TIMESTAMP],
        interval,
        shift::between::<TimestampMicrosecondType>,
        BETWEEN,
    ),
    Function::strict(
        "-",
        GROUP,
        &[TIMESTAMPTZ, TIMESTAMPTZ],
        interval,
        shift::between::<TimestampMicrosecondType>,
        BETWEEN,
    ),
    Function::strict("-", GROUP, &[TIME, TIME], interval, shift::between::<Time64MicrosecondType>, BETWEEN),
    Function::strict(
        "+",
        GROUP,
        &[INTERVAL, INTERVAL],
        interval,
        |a| binary::<Interval, Interval, Interval>(a, interval::add),
        SUM,
    )
    .differs(RANGE),
    Function::strict(
        "-",
        GROUP,
        &[INTERVAL, INTERVAL],
        interval,
        |a| binary::<Interval, Interval, Interval>(a, interval::subtract),
        SUM,
    )
    .differs(RANGE),
    Function::strict(
        "-",
        GROUP,
        &[INTERVAL],
        interval,
        |a| unary::<Interval, Interval>(a, interval::negate),
        "the interval back in time",
    ),
    Function::strict(
        "*",
        GROUP,
        &[INTERVAL, DOUBLE],
        interval,
        |a| binary::<Interval, Double, Interval>(a, interval::multiply),
        SCALE,
    )
    .differs(RANGE),
    Function::strict(
        "*",
        GROUP,
        &[DOUBLE, INTERVAL],
        interval,
        |a| binary::<Double, Interval, Interval>(a, |f, i| interval::multiply(i, f)),
        FLIPPED,
    )
    .differs(RANGE),
    Function::strict(
        "/",
        GROUP,
        &[INTERVAL, DOUBLE],
        interval,
        |a| binary::<Interval, Double, Interval>(a, interval::divide),
        SCALE,
    )
    .differs(RANGE),
];

pub static FUNCTIONS: &[Function] = &[
    Function::strict("date_trunc", GROUP, &[TEXT, DATE], timestamp, truncate::date, TRUNC).differs(DATE_TRUNC),
    Function::strict("date_trunc", GROUP, &[TEXT, TIMESTAMP], timestamp, truncate::timestamp, TRUNC)
        .differs(NOT_TRUNCATED),
    Function::strict("date_trunc", GROUP, &[TEXT, TIMESTAMPTZ], timestamptz, truncate::timestamptz, TRUNC)
        .differs(CLOCKS),
    Function::strict("date_trunc", GROUP, &[TEXT, TIMESTAMPTZ, TEXT], timestamptz, truncate::timestamptz, TRUNC_ZONE)
        .differs(CLOCKS),
    Function::strict("extract", GROUP, &[TEXT, DATE], double, extract::date, EXTRACT).differs(DOUBLE_PART),
    Function::strict("extract", GROUP, &[TEXT, TIMESTAMP], double, extract::timestamp, EXTRACT).differs(DOUBLE_PART),
    Function::strict("extract", GROUP, &[TEXT, TIMESTAMPTZ], double, extract::timestamptz, EXTRACT)
        .differs(DOUBLE_PART),
    Function::strict("extract", GROUP, &[TEXT, TIME], double, extract::time, EXTRACT).differs(DOUBLE_PART),
    Function::strict("extract", GROUP, &[TEXT, INTERVAL], double, extract::interval, EXTRACT).differs(DOUBLE_PART),
    Function::strict("date_part", GROUP, &[TEXT, TIMESTAMP], double, extract::timestamp, EXTRACT).differs(NEAREST),
    Function::strict("date_part", GROUP, &[TEXT, TIMESTAMPTZ], double, extract::timestamptz, EXTRACT).differs(NEAREST),
    Function::strict("date_part", GROUP, &[TEXT, TIME], double, extract::time, EXTRACT).differs(NEAREST),
    Function::strict("date_part", GROUP, &[TEXT, INTERVAL], double, extract::interval, EXTRACT).differs(NEAREST),
    Function::strict(
        "to_date",
        GROUP,
        &[TEXT, TEXT],
        date,
        to_timestamp::to_date,
        "date from text by a template: to_date('31/01/2024', 'DD/MM/YYYY') = 2024-01-31",
    )
    .differs(TEMPLATES),
    Function::strict("to_timestamp", GROUP, &[TEXT, TEXT], timestamptz, to_timestamp::to_timestamp, TO_TIMESTAMP)
        .differs(TEMPLATES),
    Function::strict(
        "to_timestamp",
        GROUP,
        &[DOUBLE],
        timestamptz,
        make::from_epoch,
        "time so many seconds after 1970 began in UTC: to_timestamp(0) = 1970-01-01 00:00:00+00",
    ),
    Function::strict(
        "make_date",
        GROUP,
        &[BIGINT, BIGINT, BIGINT],
        date,
        make::make_date,
        "date of a year, month and day: make_date(2024, 2, 29) = 2024-02-29",
    ),
    Function::strict("now", GROUP, &[], timestamptz, now::now, NOW).aliases(&["transaction_timestamp"]),
    Function::strict("current_timestamp", GROUP, &[], timestamptz, now::now, NOW).bare(),
    Function::strict(
        "current_date",
        GROUP,
        &[],
        date,
        now::current_date,
        "date at the start of the run, in run.timezone",
    )
    .bare(),
];
