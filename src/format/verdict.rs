//! What can be said of the begin of a file, of which not all may have come.

/// A verdict other than `Open` stays, whatever bytes come behind: it depends on those of the file, never on how they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<T> {
    /// Too few bytes have come.
    Open,
    No,
    Is(T),
}

impl<T> Verdict<T> {
    /// Where bytes agree with what is looked for as far as both go.
    pub fn agreeing(ended: bool) -> Verdict<T> {
        if ended { Verdict::No } else { Verdict::Open }
    }

    /// This one, or else another.
    pub fn or(self, other: impl FnOnce() -> Verdict<T>) -> Verdict<T> {
        match (self, other) {
            (Verdict::Is(found), _) => Verdict::Is(found),
            (Verdict::No, other) => other(),
            (Verdict::Open, other) => match other() {
                Verdict::Is(found) => Verdict::Is(found),
                Verdict::Open | Verdict::No => Verdict::Open,
            },
        }
    }

    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Verdict<U> {
        match self {
            Verdict::Open => Verdict::Open,
            Verdict::No => Verdict::No,
            Verdict::Is(found) => Verdict::Is(with(found)),
        }
    }

    pub fn is_open(&self) -> bool {
        matches!(self, Verdict::Open)
    }
}

/// Whether `bytes` begin with all of `magic`.
pub fn begins(bytes: &[u8], magic: &[u8], ended: bool) -> Verdict<()> {
    match bytes.get(..magic.len()) {
        Some(begin) if begin == magic => Verdict::Is(()),
        None if magic.starts_with(bytes) => Verdict::agreeing(ended),
        _ => Verdict::No,
    }
}

/// Of a text that may stand by itself, all prefixes: their verdicts must be open up to one that stays.
#[cfg(test)]
pub fn check_prefixes<T: Copy + std::fmt::Debug + PartialEq>(text: &[u8], judge: impl Fn(&[u8], bool) -> Verdict<T>) {
    let last = judge(text, true);
    assert_ne!(last, Verdict::Open, "{text:?}");
    for end in 0..=text.len() {
        let verdict = judge(&text[..end], false);
        assert!(verdict == Verdict::Open || verdict == last, "{verdict:?} of {:?}, {last:?} of all", &text[..end]);
    }
}
