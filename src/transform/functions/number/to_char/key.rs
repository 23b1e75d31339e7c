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

/// The longer of two keys with one beginning stands first. Each may also stand in small letters, all of them.
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
];

/// The key that a template begins with, and what follows it.
pub fn key(text: &str) -> Option<(Key, &str)> {
    KEYS.iter().find_map(|(name, key)| match text.strip_prefix(name) {
        Some(rest) => Some((*key, rest)),
        None => Some((key.small(), text.strip_prefix(&*name.to_ascii_lowercase())?)),
    })
}

impl Key {
    /// What it means in small letters.
    fn small(self) -> Key {
        match self {
            Key::Roman { .. } => Key::Roman { capital: false },
            Key::Ordinal { .. } => Key::Ordinal { capital: false },
            key => key,
        }
    }
}
