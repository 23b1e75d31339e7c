//! `to_char` of dates and times: a template filled with one moment.

mod template;

use chrono::{DateTime, TimeZone};
use chrono_tz::{OffsetName, Tz};

use crate::arrow::array::TimestampMicrosecondArray;
use crate::format::value::calendar::{DAY, HOUR, JULIAN_EPOCH, MINUTE, SECOND};
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::compiled::Compiled;
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, texts_or_null};
use crate::transform::functions::signature::{TEXT, TIMESTAMP, TIMESTAMPTZ, text};
use crate::transform::functions::time::GROUP;
use crate::transform::functions::time::clock::local_of;
use crate::transform::functions::time::date::Date;
use crate::transform::functions::time::names::{DAYS, MONTHS};
use template::{Case, Field, Piece, Prefix, pieces};

const TO_CHAR: &str = "time as text by a template: to_char(date '2024-01-31', 'DD.MM.YYYY') = '31.01.2024'";
const CHAR_DIFFERS: &str =
    "not of an interval; of a date the template's TZ is empty; no daylight saving is known after 2099";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("to_char", GROUP, &[TIMESTAMP, TEXT], text, timestamp, TO_CHAR).differs(CHAR_DIFFERS),
    Function::strict("to_char", GROUP, &[TIMESTAMPTZ, TEXT], text, timestamptz, TO_CHAR).differs(CHAR_DIFFERS),
];

const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

pub fn timestamp(arguments: &Arguments) -> Outcome {
    written(arguments, None)
}

pub fn timestamptz(arguments: &Arguments) -> Outcome {
    written(arguments, Some(arguments.session.zone))
}

fn written(arguments: &Arguments, zone: Option<Tz>) -> Outcome {
    let moments = input::<TimestampMicrosecondArray>(arguments, 0)?;
    let mut templates = Compiled::of(arguments, 1)?;
    texts_or_null(arguments, |row, out| {
        let template = templates.at(row, |template, _| Ok(pieces(template)))?;
        // An empty template gives NULL, as in PostgreSQL.
        if template.is_empty() {
            return Ok(false);
        }
        let moment = Moment::of(moments.at(row), zone)?;
        template.iter().for_each(|piece| match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Field(field) => moment.write(field, out),
        });
        Ok(true)
    })
}

struct Moment {
    date: Date,
    /// Microseconds since midnight.
    time: i64,
    /// Seconds east of Greenwich, and the zone's short name then.
    offset: i64,
    zone: String,
}

impl Moment {
    fn of(moment: i64, zone: Option<Tz>) -> Result<Moment, String> {
        let local = zone.map_or(Ok(moment), |zone| local_of(moment, zone))?;
        let name = zone.zip(DateTime::from_timestamp_micros(moment)).map(|(zone, utc)| {
            zone.offset_from_utc_datetime(&utc.naive_utc()).abbreviation().unwrap_or_default().to_string()
        });
        let (date, time) = (Date::of(local.div_euclid(DAY)), local.rem_euclid(DAY));
        Ok(Moment { date, time, offset: (local - moment) / SECOND, zone: name.unwrap_or_default() })
    }

    fn write(&self, field: &Field, out: &mut String) {
        let start = out.len();
        // Parts of a second and minutes of a zone have all their digits, also behind FM.
        let fixed = field.name.starts_with("FF") || matches!(field.name, "MS" | "US" | "TZM");
        match self.number(field.name) {
            Some((number, width)) => {
                let width = if field.prefix != Prefix::Compact || fixed { width } else { 0 };
                out.push_str(&format!("{number:0width$}"));
            }
            None => out.push_str(&field.case.apply(&self.word(field.name, field.prefix))),
        }
        let counts = field.name == "Y,YYY" || self.number(field.name).is_some() && field.name != "TZM";
        if let Some(case) = field.ordinal.filter(|_| counts) {
            let ending = ordinal(out.get(start..).unwrap_or(""));
            out.push_str(&case.apply(ending));
        }
    }

    /// A field that is a number, and how many digits it has at least.
    fn number(&self, name: &str) -> Option<(i64, usize)> {
        let date = &self.date;
        let year = i64::from(if date.year > 0 { date.year } else { 1 - date.year });
        let (iso_year, iso_week) = (i64::from(date.iso_week().0), date.iso_week().1);
        let hour = self.time / HOUR;
        let fraction = self.time % SECOND;
        Some(match name {
            "HH24" => (hour, 2),
            "HH12" | "HH" => ((hour + 11) % 12 + 1, 2),
            "MI" => (self.time / MINUTE % 60, 2),
            "SS" => (self.time / SECOND % 60, 2),
            "SSSSS" | "SSSS" => (self.time / SECOND, 0),
            "MS" => (fraction / 1000, 3),
            "US" | "FF6" => (fraction, 6),
            "FF1" => (fraction / 100_000, 1),
            "FF2" => (fraction / 10_000, 2),
            "FF3" => (fraction / 1000, 3),
            "FF4" => (fraction / 100, 4),
            "FF5" => (fraction / 10, 5),
            "YYYY" => (year, 4),
            "YYY" => (year % 1000, 3),
            "YY" => (year % 100, 2),
            "Y" => (year % 10, 1),
            "IYYY" => (iso_year, 4),
            "IYY" => (iso_year % 1000, 3),
            "IY" => (iso_year % 100, 2),
            "I" => (iso_year % 10, 1),
            "MM" => (date.month.into(), 2),
            "DDD" => (date.day_of_year(), 3),
            "DD" => (date.day.into(), 2),
            "D" => ((date.weekday() + 1) % 7 + 1, 0),
            "IDDD" => ((iso_week - 1) * 7 + date.weekday() + 1, 3),
            "ID" => (date.weekday() + 1, 0),
            "WW" => ((date.day_of_year() - 1) / 7 + 1, 2),
            "W" => ((i64::from(date.day) - 1) / 7 + 1, 0),
            "IW" => (iso_week, 2),
            "Q" => ((i64::from(date.month) - 1) / 3 + 1, 0),
            "CC" => ((year - 1) / 100 + 1, 2),
            "J" => (date.days + JULIAN_EPOCH, 0),
            "TZM" => (self.offset.abs() / 60 % 60, 2),
            _ => return None,
        })
    }

    fn word(&self, name: &str, prefix: Prefix) -> String {
        let padded = |word: &str, width: usize| match prefix {
            Prefix::None => format!("{word:width$}"),
            Prefix::Compact | Prefix::Local => word.to_string(),
        };
        let of = |words: &[&'static str], place: i64| {
            usize::try_from(place).ok().and_then(|place| words.get(place)).copied().unwrap_or_default()
        };
        let month = i64::from(self.date.month) - 1;
        let short = |word: &str| word.get(..3).unwrap_or(word).to_string();
        let half = |early: &str, late: &str, is_late: bool| if is_late { late.to_string() } else { early.to_string() };
        let width = if prefix == Prefix::Compact { 0 } else { 2 };
        match name {
            "MONTH" => padded(of(&MONTHS, month), 9),
            "MON" => short(of(&MONTHS, month)),
            "DAY" => padded(of(&DAYS, self.date.weekday()), 9),
            "DY" => short(of(&DAYS, self.date.weekday())),
            "RM" if prefix == Prefix::Local => format!("{:4}", of(&ROMAN, month)),
            "RM" => padded(of(&ROMAN, month), 4),
            "FX" => String::new(),
            "AM" | "PM" => half("AM", "PM", self.time >= 12 * HOUR),
            "A.M." | "P.M." => half("A.M.", "P.M.", self.time >= 12 * HOUR),
            "AD" | "BC" => half("AD", "BC", self.date.year <= 0),
            "A.D." | "B.C." => half("A.D.", "B.C.", self.date.year <= 0),
            "Y,YYY" => format!("{},{:03}", self.date.year.abs() / 1000, self.date.year.abs() % 1000),
            "TZ" => self.zone.clone(),
            "TZH" => self.offset_hours(2),
            _ => match self.offset.abs() / 60 % 60 {
                0 => self.offset_hours(width),
                minutes => format!("{}:{minutes:02}", self.offset_hours(width)),
            },
        }
    }

    fn offset_hours(&self, width: usize) -> String {
        format!("{}{:0width$}", if self.offset < 0 { '-' } else { '+' }, self.offset.abs() / 3600)
    }
}

/// The ending of a number that counts, as in 1ST.
pub fn ordinal(number: &str) -> &'static str {
    let teen = number.len() > 1 && number.as_bytes().get(number.len() - 2) == Some(&b'1');
    match number.as_bytes().last() {
        Some(b'1') if !teen => "ST",
        Some(b'2') if !teen => "ND",
        Some(b'3') if !teen => "RD",
        _ => "TH",
    }
}

impl Case {
    fn apply(self, word: &str) -> String {
        match self {
            Case::Upper => word.to_uppercase(),
            Case::Lower => word.to_lowercase(),
            Case::Capital => word.to_string(),
        }
    }
}
