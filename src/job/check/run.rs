//! `[run]`, and the numbers of other sections.

use std::num::NonZeroUsize;
use std::str::FromStr;
use std::thread;

use crate::batch::{CHUNK_CHARGE, LARGEST_CHUNK};
use crate::job::Run;
use crate::job::file::{RunFile, Size};
use crate::job::problem::Problem;
use crate::job::units;
use crate::nearest::nearest;

/// More threads than any machine has cores would only cost memory.
const MAX_THREADS: usize = 1_024;

pub fn check(file: RunFile, dry_run: bool) -> Result<Run, Problem> {
    let chunk_size = bounded_size("run.chunk_size", file.chunk_size, 1 << 20)?;
    let memory_limit = size("run.memory_limit", file.memory_limit, 256 << 20)?.get();
    let least = chunk_size.get() * CHUNK_CHARGE;
    if memory_limit < least {
        let message = format!("must be at least three times run.chunk_size ({least} bytes), found {memory_limit}");
        return Err(Problem::at("run.memory_limit", message));
    }
    let timezone = timezone(file.timezone.as_deref().unwrap_or("UTC"))?;
    Ok(Run { threads: threads(file.threads.unwrap_or(0))?, memory_limit, chunk_size, timezone, dry_run })
}

fn threads(count: i64) -> Result<NonZeroUsize, Problem> {
    let count: usize = at_least("run.threads", count, 0)?;
    if count > MAX_THREADS {
        return Err(Problem::at("run.threads", format!("must be at most {MAX_THREADS}, found {count}")));
    }
    let every_core = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Ok(NonZeroUsize::new(count).unwrap_or_else(every_core))
}

fn timezone(name: &str) -> Result<chrono_tz::Tz, Problem> {
    chrono_tz::Tz::from_str(name).map_err(|_| {
        let nearest = nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())).unwrap_or("UTC");
        Problem::at(
            "run.timezone",
            format!("must be a time zone such as Europe/Berlin, found {name:?}; the nearest is {nearest}"),
        )
    })
}

/// A whole number of at least `least`.
pub fn at_least<T: TryFrom<i64>>(key: &str, number: i64, least: i64) -> Result<T, Problem> {
    if number < least {
        return Err(Problem::at(key, format!("must be at least {least}, found {number}")));
    }
    T::try_from(number).map_err(|_| Problem::at(key, format!("is too large, found {number}")))
}

/// A size of at least one byte.
pub fn size(key: &str, size: Option<Size>, default: usize) -> Result<NonZeroUsize, Problem> {
    let bytes: usize = match size {
        None => default,
        Some(Size::Bytes(bytes)) => at_least(key, bytes, 1)?,
        Some(Size::Text(text)) => {
            let bytes = units::size(&text).map_err(|predicate| Problem::at(key, predicate))?;
            usize::try_from(bytes).map_err(|_| Problem::at(key, format!("is too large, found {text:?}")))?
        }
    };
    NonZeroUsize::new(bytes).ok_or_else(|| Problem::at(key, "must be at least 1 byte, found 0"))
}

/// A size that 32 bits can address.
pub fn bounded_size(key: &str, given: Option<Size>, default: usize) -> Result<NonZeroUsize, Problem> {
    let bytes = size(key, given, default)?;
    match bytes.get() > LARGEST_CHUNK {
        true => Err(Problem::at(key, format!("must be at most 1GiB, found {bytes} bytes"))),
        false => Ok(bytes),
    }
}
