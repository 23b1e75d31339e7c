//! Why rows were rejected: how often for each reason, and which row was the first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::batch::{ErrorType, Reject};
use crate::excerpt::beginning;

/// More kinds than a person would look at; those that come later are not told apart.
const MOST_KINDS: usize = 1_000;

/// Longer messages are cut.
const LONGEST_MESSAGE: usize = 300;

/// All reasons of a run.
#[derive(Default)]
pub struct Reasons {
    kinds: BTreeMap<Kind, Reason>,
}

/// Rows that were rejected for one reason, as far as a person would say so.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    /// `None` where the row was refused before it came to a sink.
    sink: Option<Arc<str>>,
    error_type: ErrorType,
    column: Option<String>,
}

/// How often, and what was said of the first row.
struct Reason {
    count: u64,
    /// Less than that of reasons that came up later.
    number: usize,
    first: String,
}

impl Reasons {
    pub fn add(&mut self, reject: &Reject) {
        let kind = Kind { sink: reject.sink.clone(), error_type: reject.error_type, column: reject.column.clone() };
        let number = self.kinds.len();
        match self.kinds.get_mut(&kind) {
            Some(reason) => reason.count += 1,
            None if number < MOST_KINDS => {
                self.kinds.insert(kind, Reason { count: 1, number, first: described(reject) });
            }
            None => {}
        }
    }

    /// The commonest reason why rows are not in a sink: how many rows, and the first of them.
    pub fn commonest(&self, sink: &str) -> Option<(u64, &str)> {
        let on_the_way = |kind: &Kind| kind.sink.as_deref().is_none_or(|of| of == sink);
        let reasons = self.kinds.iter().filter(|(kind, _)| on_the_way(kind));
        // Of equal ones that which was known before rows came to sinks, whose threads have no common order.
        let commonest =
            reasons.max_by_key(|(kind, reason)| (reason.count, kind.sink.is_none(), Reverse(reason.number)));
        commonest.map(|(_, reason)| (reason.count, reason.first.as_str()))
    }
}

/// What was wrong with a row, and where it stands.
pub fn described(reject: &Reject) -> String {
    let origin = &reject.origin;
    let column = reject.column.as_ref().map(|column| format!(", column {column:?}")).unwrap_or_default();
    let place = match origin.line {
        // A row of a group has no place of its own.
        0 => "a row of a group".to_owned(),
        line => format!("{}, line {line}", origin.file.name),
    };
    format!("{place}{column}: {} ({})", beginning(&reject.message, LONGEST_MESSAGE), reject.error_type.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{InputFile, RowOrigin, Stage};

    fn reject(line: u64, sink: Option<&str>, column: &str, message: &str) -> Reject {
        let file = Arc::new(InputFile::new(0, "in.csv"));
        let origin = RowOrigin { file, line, offset: 0, record: 0, raw: Vec::new() };
        let (sink, column) = (sink.map(Arc::from), Some(column.to_owned()));
        Reject { origin, stage: Stage::Load, sink, column, error_type: ErrorType::Cast, message: message.to_owned() }
    }

    #[test]
    fn the_commonest_with_its_first_row() {
        let mut reasons = Reasons::default();
        assert_eq!(reasons.commonest("t.db"), None);
        reasons.add(&reject(2, None, "a", "once"));
        assert_eq!(reasons.commonest("t.db"), Some((1, "in.csv, line 2, column \"a\": once (CAST)")));
        reasons.add(&reject(3, None, "b", "twice"));
        reasons.add(&reject(4, None, "b", "again"));
        assert_eq!(reasons.commonest("t.db"), Some((2, "in.csv, line 3, column \"b\": twice (CAST)")));
        (5..8).for_each(|line| reasons.add(&reject(line, Some("u.db"), "c", "by one of two")));
        assert_eq!(reasons.commonest("t.db"), Some((2, "in.csv, line 3, column \"b\": twice (CAST)")));
        assert_eq!(reasons.commonest("u.db"), Some((3, "in.csv, line 5, column \"c\": by one of two (CAST)")));
    }

    #[test]
    fn of_equal_ones_the_first_and_what_was_known_before_the_sinks() {
        let mut reasons = Reasons::default();
        reasons.add(&reject(9, Some("t.db"), "a", "by the sink"));
        reasons.add(&reject(3, None, "z", "first"));
        reasons.add(&reject(4, None, "b", "second"));
        assert_eq!(reasons.commonest("t.db"), Some((1, "in.csv, line 3, column \"z\": first (CAST)")));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut reasons = Reasons::default();
        (0..2 * MOST_KINDS as u64).for_each(|n| reasons.add(&reject(n, None, &n.to_string(), &"é".repeat(5_000))));
        assert_eq!(reasons.kinds.len(), MOST_KINDS);
        let (_, first) = reasons.commonest("t.db").unwrap();
        assert_eq!(first, format!("a row of a group, column \"0\": {}… (CAST)", "é".repeat(LONGEST_MESSAGE)));
    }
}
