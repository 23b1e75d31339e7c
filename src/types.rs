//! The column types: their SQL names, their Arrow twins, and what an input column is known to be.

mod notation;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::arrow::datatypes::{DataType, IntervalUnit, TimeUnit};

pub use notation::Notation;

/// A type as SQL knows it. `Interval` can be computed with but not selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Boolean,
    /// 32 bits.
    Integer,
    /// 64 bits.
    BigInt,
    Double,
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point, 0 to `precision`.
        scale: u8,
    },
    Text,
    Date,
    /// Microseconds since midnight.
    Time,
    /// Microseconds since 1970 on an unnamed clock.
    Timestamp,
    /// Microseconds since 1970 in UTC.
    TimestampTz,
    /// Values as JSON writes them: the token itself, so that digits, keys and escapes stay.
    Json,
    Interval,
}

/// The widest decimal.
pub const MAX_PRECISION: u8 = 38;

impl Type {
    /// The Arrow type of a column of this type.
    pub fn arrow(self) -> DataType {
        match self {
            Type::Boolean => DataType::Boolean,
            Type::Integer => DataType::Int32,
            Type::BigInt => DataType::Int64,
            Type::Double => DataType::Float64,
            Type::Decimal { precision, scale } => DataType::Decimal128(precision, scale as i8),
            Type::Text | Type::Json => DataType::Utf8,
            Type::Date => DataType::Date32,
            Type::Time => DataType::Time64(TimeUnit::Microsecond),
            Type::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Type::TimestampTz => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Type::Interval => DataType::Interval(IntervalUnit::MonthDayNano),
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Type::Integer | Type::BigInt | Type::Double | Type::Decimal { .. })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Type::Decimal { precision, scale } => return write!(f, "decimal({precision},{scale})"),
            Type::Boolean => "boolean",
            Type::Integer => "integer",
            Type::BigInt => "bigint",
            Type::Double => "double",
            Type::Text => "text",
            Type::Date => "date",
            Type::Time => "time",
            Type::Timestamp => "timestamp",
            Type::TimestampTz => "timestamptz",
            Type::Json => "json",
            Type::Interval => "interval",
        };
        f.write_str(name)
    }
}

/// The type names that a job file and `--columns` take, for messages.
pub const TYPE_NAMES: &str =
    "boolean, integer, bigint, double, decimal(p,s), text, date, time, timestamp, timestamptz, json";

impl FromStr for Type {
    type Err = String;

    /// Reads `bigint`, `decimal(12,2)`, `double precision`, …, in any case.
    fn from_str(text: &str) -> Result<Type, String> {
        let lower = text.trim().to_ascii_lowercase();
        let (name, arguments) = match lower.split_once('(') {
            Some((name, rest)) => (name.trim(), Some(rest)),
            None => (lower.as_str(), None),
        };
        match (name, arguments) {
            ("decimal" | "numeric", Some(arguments)) => decimal(text, arguments),
            ("decimal" | "numeric", None) => {
                Err(format!("type {text:?} needs precision and scale, as in decimal(12,2)"))
            }
            ("text" | "string" | "varchar" | "character varying", None) => Ok(Type::Text),
            ("boolean" | "bool", None) => Ok(Type::Boolean),
            ("integer" | "int" | "int4", None) => Ok(Type::Integer),
            ("bigint" | "int8", None) => Ok(Type::BigInt),
            ("double" | "double precision" | "float8", None) => Ok(Type::Double),
            ("date", None) => Ok(Type::Date),
            ("time" | "time without time zone", None) => Ok(Type::Time),
            ("timestamp" | "timestamp without time zone", None) => Ok(Type::Timestamp),
            ("timestamptz" | "timestamp with time zone", None) => Ok(Type::TimestampTz),
            ("json", None) => Ok(Type::Json),
            ("jsonb", None) => {
                Err("jsonb is not a type here; write json, which keeps the text of each value".to_owned())
            }
            _ => Err(format!("unknown type {text:?}; the types are {TYPE_NAMES}")),
        }
    }
}

fn decimal(text: &str, arguments: &str) -> Result<Type, String> {
    let malformed = || format!("type {text:?} must read decimal(p,s) with 1 <= p <= {MAX_PRECISION} and 0 <= s <= p");
    let inside = arguments.trim_end().strip_suffix(')').ok_or_else(malformed)?;
    let (precision, scale) = inside.split_once(',').unwrap_or((inside, "0"));
    let precision: u8 = precision.trim().parse().map_err(|_| malformed())?;
    let scale: u8 = scale.trim().parse().map_err(|_| malformed())?;
    if precision == 0 || precision > MAX_PRECISION || scale > precision {
        return Err(malformed());
    }
    Ok(Type::Decimal { precision, scale })
}

/// A type together with the pattern its text is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    pub ty: Type,
    /// A strftime pattern such as `%d/%m/%Y`, only for dates and times; checked when the job is checked.
    pub format: Option<Arc<str>>,
    /// How its text writes numbers, whatever the type: a target may take the numbers of a text.
    pub notation: Notation,
    /// Of a guessed double.
    pub spelling: Spelling,
}

impl From<Type> for Typing {
    fn from(ty: Type) -> Typing {
        Typing { ty, format: None, notation: Notation::default(), spelling: Spelling::default() }
    }
}

/// How the numbers of a column's sample are written: whether a column of doubles would give their texts back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// Each is the shortest text of its number.
    pub shortest: bool,
    /// All have so many places behind the point, so that zeros at their end are not missed.
    pub places: Option<usize>,
}

impl Spelling {
    /// Whether doubles give the texts back, but for such zeros.
    pub fn is_kept(self) -> bool {
        self.shortest || self.places.is_some()
    }
}

impl Default for Spelling {
    fn default() -> Spelling {
        Spelling { shortest: true, places: None }
    }
}

/// How the type of an input column is known, which decides when its values are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// By the job: every value of a column that the query reads or writes is checked, before the filter.
    Declared,
    /// From the sample: a value is checked only where an expression needs it.
    Guessed,
    /// The column is no text of the input's but values that an earlier part of the query made.
    Computed,
    /// By the file, which holds values and no text. Those that the type cannot hold are found like declared ones.
    Stored,
    /// The same of values that may have nanoseconds, where the type has microseconds: the text is all of a value, and one
    /// with digits below is found where an expression needs it. In 64 bits they are of few centuries.
    Finer { in_64_bits: bool },
}

impl Known {
    pub fn is_finer(self) -> bool {
        matches!(self, Known::Finer { .. })
    }

    /// Whether a plain copy of the column is the text that was read.
    pub fn is_text(self) -> bool {
        match self {
            Known::Declared | Known::Guessed | Known::Finer { .. } => true,
            Known::Computed | Known::Stored => false,
        }
    }
}

/// One column of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputColumn {
    pub name: String,
    pub typing: Typing,
    pub known: Known,
    /// Its cells are JSON, of which a plain copy keeps the token.
    pub is_json: bool,
}

/// One column of the output, as the sinks see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputColumn {
    pub name: String,
    /// Its type, and for an untouched column the pattern that its text is written in.
    pub typing: Typing,
    /// The input column that it is a plain copy of, or of several that its texts are chosen from the first; `None` where it
    /// is computed.
    pub field: Option<usize>,
    /// `Known::Declared` also where the type follows from an expression.
    pub known: Known,
}

/// What the meaning of an expression depends on besides its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// `run.timezone`, never the machine's.
    pub zone: chrono_tz::Tz,
    /// `now()`: the start of the run, in microseconds since 1970 UTC.
    pub now: i64,
}
