//! The compiled patterns of one call in the query. They outlive the chunk that they were compiled for: to compile a large
//! pattern takes longer than to search a chunk for it.

use std::sync::{Arc, Mutex, PoisonError};

use regex::Regex;

use super::regex::compiled;
use crate::arrow::array::StringArray;
use crate::transform::function::Arguments;
use crate::transform::functions::rows::{Input, input, optional};

/// What a constant pattern may take compiled, in MiB: enough to count letters of all languages, as in `\w{1,255}`.
pub const MOST_OF_CONSTANT: usize = 16;
/// What one of a column may take: each row can bring a new one, so that compiling it must be quick.
pub const MOST_OF_ROW: usize = 1;
/// So many patterns of a column are kept, few enough to look through.
const MAX_KEPT: usize = 32;

/// A pattern that was compiled, or why it could not be.
struct Kept {
    pattern: String,
    flags: String,
    regex: Result<Regex, String>,
}

/// What the threads of a run share of one call. The last to compile a pattern says what is kept, which may lose another
/// thread's; that one is compiled again.
#[derive(Clone, Default)]
pub struct Shared(Arc<Mutex<Vec<Arc<Kept>>>>);

impl Shared {
    fn load(&self) -> Vec<Arc<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn store(&self, kept: &[Arc<Kept>]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept.to_vec();
    }
}

/// The pattern of each row, its argument 1, with the flags for it.
pub struct Patterns<'a> {
    patterns: Input<'a, StringArray>,
    flags: Option<Input<'a, StringArray>>,
    default_flags: &'a str,
    most: usize,
    shared: &'a Shared,
    kept: Vec<Arc<Kept>>,
}

impl<'a> Patterns<'a> {
    /// With the same flags for every row.
    pub fn with_flags(arguments: &'a Arguments, default_flags: &'a str) -> Result<Patterns<'a>, String> {
        let patterns = input::<StringArray>(arguments, 1)?;
        let most = if patterns.constant { MOST_OF_CONSTANT } else { MOST_OF_ROW };
        let shared = arguments.patterns;
        Ok(Patterns { patterns, flags: None, default_flags, most, shared, kept: shared.load() })
    }

    /// With flags from the argument at `place`, if there is one.
    pub fn with_flags_at(arguments: &'a Arguments, place: usize) -> Result<Patterns<'a>, String> {
        let flags = optional::<StringArray>(arguments, place)?;
        let patterns = Patterns::with_flags(arguments, "")?;
        let most = if flags.as_ref().is_none_or(|flags| flags.constant) { patterns.most } else { MOST_OF_ROW };
        Ok(Patterns { flags, most, ..patterns })
    }

    /// The compiled pattern of a row, and its flags.
    pub fn at(&mut self, row: usize) -> Result<(&Regex, &'a str), String> {
        let pattern = self.patterns.at(row);
        let flags = self.flags.as_ref().map_or(self.default_flags, |flags| flags.at(row));
        let known = self.kept.iter().position(|kept| kept.pattern == pattern && kept.flags == flags);
        let place = known.unwrap_or_else(|| self.keep(pattern, flags));
        let regex = self.kept[place].regex.as_ref().map_err(String::clone)?;
        Ok((regex, flags))
    }

    /// Compiles a pattern, in the room of the oldest where there is no other, and says where it stands.
    fn keep(&mut self, pattern: &str, flags: &str) -> usize {
        if self.kept.len() >= MAX_KEPT {
            self.kept.remove(0);
        }
        let regex = compiled(pattern, flags, self.most);
        self.kept.push(Arc::new(Kept { pattern: pattern.to_string(), flags: flags.to_string(), regex }));
        self.shared.store(&self.kept);
        self.kept.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::function::Value;
    use crate::transform::functions::check::SESSION;
    use crate::types::Type;

    /// The patterns that are kept after a call with these.
    fn kept(shared: &Shared, patterns: &[String]) -> Vec<Arc<Kept>> {
        let column = || Value::Column(Arc::new(StringArray::from_iter_values(patterns)));
        let values = [column(), column()];
        let (rows, result, most_text) = (patterns.len(), Type::Boolean, usize::MAX);
        let call = Arguments { values: &values, rows, result, session: &SESSION, most_text, patterns: shared };
        let mut patterns = Patterns::with_flags(&call, "").unwrap();
        (0..rows).for_each(|row| drop(patterns.at(row)));
        shared.load()
    }

    #[test]
    fn patterns_outlive_the_call_right_or_wrong() {
        let shared = Shared::default();
        let patterns = ["a".to_string(), "(".to_string()];
        let (first, second) = (kept(&shared, &patterns), kept(&shared, &patterns));
        assert_eq!((first.len(), second.len()), (2, 2));
        assert!(first.iter().zip(&second).all(|(one, other)| Arc::ptr_eq(one, other)));
    }

    #[test]
    fn patterns_of_a_column_are_bounded_by_their_count() {
        let many: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        assert_eq!(kept(&Shared::default(), &many).len(), MAX_KEPT);
    }
}
