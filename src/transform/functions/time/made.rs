//! The rows of the table for times that are made from numbers, told as text, compared and seen on other clocks.

use super::interval::{justify, justify_days, justify_hours};
use super::{age, now, to_char};
use crate::arrow::datatypes::IntervalMonthDayNanoType as Interval;
use crate::transform::function::{Function, Group};
use crate::transform::functions::rows::unary;
use crate::transform::functions::signature::*;

const GROUP: Group = Group::Time;
const AGE: &str = "time between two in years, months and days, or from one until today: age(timestamp '2024-03-01', timestamp '2024-01-31') = 1 mon 1 day";
const AT_ZONE: &str = "a timestamptz as that zone's clock shows it, a timestamp as the instant when it does; written a at time zone 'Europe/Berlin'";
const BIN: &str = "beginning of the stride that a time is in, counted from an origin: date_bin('15 minutes', timestamp '2024-01-31 12:34', timestamp '2024-01-01') = 2024-01-31 12:30:00";
const FINITE: &str = "true, since no infinite date or time is a value here";
const TO_CHAR: &str = "time as text by a template: to_char(date '2024-01-31', 'DD.MM.YYYY') = '31.01.2024'";
const CHAR_DIFFERS: &str =
    "not of an interval; of a date the template's TZ is empty; no daylight saving is known after 2099";
const ZONES: &str =
    "no daylight saving is known after 2099; zones by full names and offsets, but for UTC no abbreviations";
const MADE_INSTANT: &str =
    "the same by the clocks of a zone, or of run.timezone: make_timestamptz(2024, 1, 31, 17, 5, 0, 'Europe/Berlin')";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("to_char", GROUP, &[TIMESTAMP, TEXT], text, to_char::timestamp, TO_CHAR).differs(CHAR_DIFFERS),
    Function::strict("to_char", GROUP, &[TIMESTAMPTZ, TEXT], text, to_char::timestamptz, TO_CHAR).differs(CHAR_DIFFERS),
    Function::strict("age", GROUP, &[TIMESTAMP, TIMESTAMP], interval, age::age, AGE).optional(1),
    Function::strict("age", GROUP, &[TIMESTAMPTZ, TIMESTAMPTZ], interval, age::age_of_instants, AGE)
        .optional(1)
        .differs(ZONES),
    Function::strict("timezone", GROUP, &[TEXT, TIMESTAMP], timestamptz, age::to_instant, AT_ZONE).differs(ZONES),
    Function::strict("timezone", GROUP, &[TEXT, TIMESTAMPTZ], timestamp, age::to_clock, AT_ZONE).differs(ZONES),
    Function::strict("timezone", GROUP, &[TEXT, DATE], timestamp, age::date_to_clock, AT_ZONE).differs(ZONES),
    Function::strict("date_bin", GROUP, &[INTERVAL, TIMESTAMP, TIMESTAMP], timestamp, age::date_bin, BIN),
    Function::strict("date_bin", GROUP, &[INTERVAL, TIMESTAMPTZ, TIMESTAMPTZ], timestamptz, age::date_bin, BIN),
    Function::strict("isfinite", GROUP, &[DATE], boolean, age::isfinite, FINITE),
    Function::strict("isfinite", GROUP, &[TIMESTAMP], boolean, age::isfinite, FINITE),
    Function::strict("isfinite", GROUP, &[TIMESTAMPTZ], boolean, age::isfinite, FINITE),
    Function::strict("isfinite", GROUP, &[INTERVAL], boolean, age::isfinite, FINITE),
    Function::strict(
        "make_time",
        GROUP,
        &[BIGINT, BIGINT, DOUBLE],
        time,
        now::make_time,
        "time of an hour, minute and seconds: make_time(17, 5, 30.5) = 17:05:30.5",
    )
    .differs("24:00 is out of range"),
    Function::strict(
        "make_timestamp",
        GROUP,
        &[BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, DOUBLE],
        timestamp,
        now::make_timestamp,
        "timestamp of year, month, day, hour, minute and seconds: make_timestamp(2024, 1, 31, 17, 5, 0) = 2024-01-31 17:05:00",
    ),
    Function::strict(
        "make_timestamptz",
        GROUP,
        &[BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, DOUBLE, TEXT],
        timestamptz,
        now::make_timestamptz,
        MADE_INSTANT,
    )
    .optional(1)
    .differs(ZONES),
    Function::strict(
        "justify_hours",
        GROUP,
        &[INTERVAL],
        interval,
        |a| unary::<Interval, Interval>(a, justify_hours),
        "every 24 hours of an interval as a day: justify_hours(interval '27 hours') = 1 day 03:00:00",
    ),
    Function::strict(
        "justify_days",
        GROUP,
        &[INTERVAL],
        interval,
        |a| unary::<Interval, Interval>(a, justify_days),
        "every 30 days of an interval as a month: justify_days(interval '35 days') = 1 mon 5 days",
    ),
    Function::strict(
        "justify_interval",
        GROUP,
        &[INTERVAL],
        interval,
        |a| unary::<Interval, Interval>(a, justify),
        "both, all parts with one sign: justify_interval(interval '1 mon -1 hour') = 29 days 23:00:00",
    ),
];
