//! What a call in the query has made of the texts among its arguments: compiled patterns, templates taken apart. It outlives
//! the chunk that it was made for: to compile a large pattern takes longer than to search a chunk for it.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

/// So many are kept of a column of texts, few enough to look through.
const MOST_KEPT: usize = 32;
/// After so many new texts without a known one between them each row seems to have its own: until a known one comes, or the
/// next chunk, each new one takes the place of the one before it.
const PATIENCE: usize = 2 * MOST_KEPT;
/// Bytes of the texts that those are made of which are kept beside the newest: as many regular expressions as are kept, each
/// as long as one of a column may be. What is made of a text is some times as large.
const MOST_WRITTEN: usize = MOST_KEPT * (16 << 10);

/// What the threads of a run share of one call. The last to make something says what is kept, which may lose what another
/// has made; that is made again.
#[derive(Clone, Default)]
pub struct Memo(Arc<Mutex<Option<Arc<dyn Any + Send + Sync>>>>);

/// A text, and another that it is read with: a pattern and its flags.
pub type Texts<'a> = (&'a str, Option<&'a str>);

/// What one thread knows of it while it computes one chunk.
pub struct Kept<'a, T: Send + Sync + 'static> {
    memo: &'a Memo,
    /// The oldest first.
    all: Vec<Marked<T>>,
    /// Where the one stands that was asked for last.
    last: usize,
    /// New texts since the last that was known.
    unknown: usize,
    is_new: bool,
}

/// What was made of texts, with their mark.
type Marked<T> = (u64, Arc<Made<T>>);

/// What was made of texts, or why it could not be.
struct Made<T> {
    text: String,
    other: Option<String>,
    value: Result<T, String>,
}

impl Memo {
    /// What is kept so far. A kernel makes one type of things, and so the calls of one place in the query do.
    pub fn kept<T: Send + Sync + 'static>(&self) -> Kept<'_, T> {
        let shared = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let all = shared.and_then(|shared| shared.downcast::<Vec<Marked<T>>>().ok());
        let all = all.map(|all| all.to_vec()).unwrap_or_default();
        Kept { memo: self, all, last: 0, unknown: 0, is_new: false }
    }
}

impl<T: Send + Sync + 'static> Kept<'_, T> {
    /// Where it stands what these texts are made into, until the next is asked for; it is made where it is not known.
    #[inline]
    pub fn place(&mut self, texts: Texts, make: impl FnOnce() -> Result<T, String>) -> usize {
        if self.all.get(self.last).is_some_and(|(_, last)| last.is_of(texts)) {
            self.unknown = 0;
        } else {
            self.last = self.find(texts, make);
        }
        self.last
    }

    fn find(&mut self, texts: Texts, make: impl FnOnce() -> Result<T, String>) -> usize {
        let wanted = mark(texts);
        let known = self.all.iter().position(|(mark, made)| *mark == wanted && made.is_of(texts));
        self.unknown = if known.is_some() { 0 } else { self.unknown + 1 };
        known.unwrap_or_else(|| self.keep(wanted, Made::of(texts, make())))
    }

    /// What stands at a place.
    pub fn at(&self, place: usize) -> Result<&T, String> {
        self.all[place].1.value.as_ref().map_err(String::clone)
    }

    /// Keeps one more, in the room of the oldest where there is no other, of the newest where patience is out.
    fn keep(&mut self, mark: u64, made: Made<T>) -> usize {
        match self.unknown > PATIENCE {
            true => drop(self.all.pop()),
            false => self.make_room(made.size()),
        }
        self.all.push((mark, Arc::new(made)));
        self.is_new = true;
        self.all.len() - 1
    }

    /// For one more of this size.
    fn make_room(&mut self, size: usize) {
        let mut written = size + self.all.iter().map(|(_, made)| made.size()).sum::<usize>();
        while self.all.len() >= MOST_KEPT || (written > MOST_WRITTEN && !self.all.is_empty()) {
            written -= self.all.remove(0).1.size();
        }
    }
}

/// A number that two texts seldom share, quickly found also of long ones: their lengths and how they begin and end.
fn mark((text, other): Texts) -> u64 {
    let ends = |text: &str, mark: u64| {
        let bytes = text.bytes().take(8).chain(text.bytes().rev().take(8));
        bytes.fold(mark.rotate_left(7) ^ text.len() as u64, |mark, byte| mark.rotate_left(7) ^ u64::from(byte))
    };
    ends(other.unwrap_or_default(), ends(text, 0))
}

impl<T> Made<T> {
    fn of((text, other): Texts, value: Result<T, String>) -> Made<T> {
        Made { text: text.to_owned(), other: other.map(str::to_owned), value }
    }

    fn is_of(&self, (text, other): Texts) -> bool {
        self.text == text && self.other.as_deref() == other
    }

    fn size(&self) -> usize {
        self.text.len() + self.other.as_ref().map_or(0, String::len)
    }
}

impl<T: Send + Sync + 'static> Drop for Kept<'_, T> {
    fn drop(&mut self) {
        if self.is_new {
            let all = Arc::new(std::mem::take(&mut self.all));
            *self.memo.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for the lengths of texts, those over 1000 being wrong, and says how many had to be made.
    fn ask(memo: &Memo, texts: &[Texts]) -> usize {
        let (mut kept, mut made) = (memo.kept(), 0);
        for (text, other) in texts {
            let length = text.len() + other.map_or(0, str::len);
            let make = || {
                made += 1;
                if length > 1000 { Err("too long".to_owned()) } else { Ok(length) }
            };
            let place = kept.place((text, *other), make);
            assert_eq!(kept.at(place).ok(), Some(&length).filter(|length| **length <= 1000));
        }
        made
    }

    fn distinct(count: usize) -> Vec<String> {
        (0..count).map(|number| number.to_string()).collect()
    }

    #[test]
    fn what_is_made_outlives_the_chunk_right_or_wrong() {
        let (memo, long) = (Memo::default(), "x".repeat(1001));
        let texts: [Texts; 5] = [("a", None), (&long, None), ("a", Some("")), ("a", Some("g")), ("a", None)];
        assert_eq!(ask(&memo, &texts), 4);
        assert_eq!(ask(&memo.clone(), &texts), 0);
    }

    #[test]
    fn what_is_kept_is_bounded_by_count_and_size() {
        let memo = Memo::default();
        let many = distinct(PATIENCE);
        let many: Vec<Texts> = many.iter().map(|text| (text.as_str(), None)).collect();
        assert_eq!(ask(&memo, &many), PATIENCE);
        assert_eq!(ask(&memo, &many[PATIENCE - MOST_KEPT..]), 0);
        assert_eq!(ask(&memo, &many[..1]), 1);
        let large = "x".repeat(MOST_WRITTEN);
        assert_eq!(ask(&memo, &[(&large, None), (&large, None)]), 1);
        assert_eq!(memo.kept::<usize>().all.len(), 1);
        assert_eq!(ask(&memo, &[("a", None), (&large, None)]), 2);
    }

    #[test]
    fn patterns_as_long_as_may_be_are_kept_though_they_are_used_in_turn() {
        let memo = Memo::default();
        let rules: Vec<String> = (0..8).map(|number| format!("{}{number}", "x".repeat(9 << 10))).collect();
        let rows: Vec<Texts> = rules.iter().cycle().take(80).map(|rule| (rule.as_str(), None)).collect();
        assert_eq!(ask(&memo, &rows), 8);
    }

    #[test]
    fn where_each_row_has_its_own_text_the_new_ones_do_not_drive_out_what_is_kept() {
        let memo = Memo::default();
        let many = distinct(PATIENCE + 10);
        let mut many: Vec<Texts> = many.iter().map(|text| (text.as_str(), None)).collect();
        many.extend([many[PATIENCE + 9], many[PATIENCE - 2], many[PATIENCE - MOST_KEPT], many[PATIENCE - 1]]);
        assert_eq!(ask(&memo, &many), PATIENCE + 11);
        assert_eq!(memo.kept::<usize>().all.len(), MOST_KEPT);
    }

    #[test]
    fn a_text_that_comes_twice_is_a_known_one() {
        let memo = Memo::default();
        let many = distinct(2 * PATIENCE);
        let many: Vec<Texts> = many.iter().flat_map(|text| [(text.as_str(), None); 2]).collect();
        assert_eq!(ask(&memo, &many), 2 * PATIENCE);
        assert_eq!(ask(&memo, &many[many.len() - 2 * MOST_KEPT..]), 0);
    }

    #[test]
    fn texts_of_one_mark_are_told_apart() {
        let (one, other) = (format!("{:0>8}a{:0>8}", "", ""), format!("{:0>8}b{:0>8}", "", ""));
        assert_eq!(mark((&one, None)), mark((&other, None)));
        assert_eq!(ask(&Memo::default(), &[(&one, None), (&other, None), (&one, None)]), 2);
    }

    #[test]
    fn threads_share_what_they_make() {
        let memo = Memo::default();
        std::thread::scope(|scope| {
            (0..4).for_each(|_| drop(scope.spawn(|| assert!(ask(&memo, &[("a", None), ("b", None)]) <= 2))));
        });
        assert_eq!(ask(&memo, &[("b", None), ("a", None)]), 0);
    }
}
