//! CSV: bytes to fields and back. Pure: no files, no threads, no clock.

mod delimiter;
mod dialect;
mod line;
mod quote;
mod step;
mod heading;
mod repeats;
mod scan;
mod find;
mod escape;
mod layout;
mod decode;
mod records;
mod remedy;
mod read;
pub mod header;
mod encode;
mod separator;
pub mod sniff;

pub use delimiter::Delimiter;
pub use dialect::{Dialect, is_space};
pub use encode::{CsvEncoder, record};
#[cfg(any(test, fuzzing))]
pub use escape::resolve;
pub use find::{Fields, Shape};
pub use heading::heading;
pub use layout::{Layout, NullWords};
pub use line::{Ending, Line, count_line_ends, line_end, rest_of_line};
pub use quote::closing_quote;
pub use read::{Found, Judged, TRAILING_DELIMITER, read, read_lines};
pub use records::{CsvRecords, QUOTED_NULL};
pub use remedy::{begins_with_blank_and_quote, blank_before_quote};
pub use repeats::Repeats;
pub use separator::{FirstLine, first_line};
pub use step::{Progress, Steps, Stop, Within};

#[cfg(any(test, fuzzing))]
pub use find::find;
