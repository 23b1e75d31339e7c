//! The keys of a template for numbers.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Nine,
    Zero,
    /// `.` and `D`, which are one without a locale.
    Point,
    Comma,
    Group,
    Blank,
    Fill,
    Currency,
    Minus,
    Plus,
    Bracket,
    Sign,
    EitherSign,
    Roman {
        capital: bool,
    },
    Ordinal {
        capital: bool,
    },
    Shift,
    Scientific,
    /// Known to PostgreSQL, which writes nothing for it.
    Nothing,
}

/// The longer of two keys with one beginning stands first. Each is all capitals or all small letters.
const KEYS: &[(&str, Key)] = &[
    (",", Key::Comma),
    (".", Key::Point),
    ("0", Key::Zero),
    ("9", Key::Nine),
    ("B", Key::Blank),
    ("C", Key::Nothing),
    ("D", Key::Point),
    ("EEEE", Key::Scientific),
    ("FM", Key::Fill),
    ("G", Key::Group),
    ("L", Key::Currency),
    ("MI", Key::Minus),
    ("PL", Key::Plus),
    ("PR", Key::Bracket),
    ("RN", Key::Roman { capital: true }),
    ("SG", Key::EitherSign),
    ("SP", Key::Nothing),
    ("S", Key::Sign),
    ("TH", Key::Ordinal { capital: true }),
    ("V", Key::Shift),
    ("b", Key::Blank),
    ("c", Key::Nothing),
    ("d", Key::Point),
    ("eeee", Key::Scientific),
    ("fm", Key::Fill),
    ("g", Key::Group),
    ("l", Key::Currency),
    ("mi", Key::Minus),
    ("pl", Key::Plus),
    ("pr", Key::Bracket),
    ("rn", Key::Roman { capital: false }),
    ("sg", Key::EitherSign),
    ("sp", Key::Nothing),
    ("s", Key::Sign),
    ("th", Key::Ordinal { capital: false }),
    ("v", Key::Shift),
];

/// The key that a template begins with, and what follows it.
pub fn key(text: &str) -> Option<(Key, &str)> {
    KEYS.iter().find_map(|(name, key)| Some((*key, text.strip_prefix(name)?)))
}
