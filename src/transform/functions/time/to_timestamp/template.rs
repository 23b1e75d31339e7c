//! PostgreSQL's templates for dates and times, `DD.MM.YYYY HH24:MI`, taken apart.

/// One piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    Key(Key),
    /// Blank or punctuation: fits any of them, or nothing.
    Separator,
    /// Any other character, which stands for one character of the text.
    Literal,
}

/// What a text is read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A year of 4 digits, or of 1 to 3, which is near 2020.
    Year(u8),
    Month,
    MonthName,
    MonthShort,
    Day,
    DayOfYear,
    DayOfWeek,
    /// Read over: a name of a day follows from the date.
    DayName,
    DayShort,
    Hour24,
    Hour12,
    Minute,
    Second,
    SecondOfDay,
    Milliseconds,
    Microseconds,
    /// Microseconds, of which so many digits are kept.
    Fraction(u8),
    Meridiem,
    Era,
    ZoneHour,
    ZoneMinute,
    Julian,
    /// Known to PostgreSQL and refused here: it would change what the rest means.
    Unsupported,
}

/// The longer of two keys with one beginning stands first.
const KEYS: [(&str, Key); 52] = [
    ("Y,YYY", Key::Unsupported),
    ("YYYY", Key::Year(4)),
    ("YYY", Key::Year(3)),
    ("YY", Key::Year(2)),
    ("Y", Key::Year(1)),
    ("MONTH", Key::MonthName),
    ("MON", Key::MonthShort),
    ("MM", Key::Month),
    ("MI", Key::Minute),
    ("MS", Key::Milliseconds),
    ("DDD", Key::DayOfYear),
    ("DD", Key::Day),
    ("DAY", Key::DayName),
    ("DY", Key::DayShort),
    ("D", Key::DayOfWeek),
    ("HH24", Key::Hour24),
    ("HH12", Key::Hour12),
    ("HH", Key::Hour12),
    ("SSSSS", Key::SecondOfDay),
    ("SSSS", Key::SecondOfDay),
    ("SS", Key::Second),
    ("US", Key::Microseconds),
    ("FF1", Key::Fraction(1)),
    ("FF2", Key::Fraction(2)),
    ("FF3", Key::Fraction(3)),
    ("FF4", Key::Fraction(4)),
    ("FF5", Key::Fraction(5)),
    ("FF6", Key::Fraction(6)),
    ("A.M.", Key::Meridiem),
    ("P.M.", Key::Meridiem),
    ("AM", Key::Meridiem),
    ("PM", Key::Meridiem),
    ("B.C.", Key::Era),
    ("A.D.", Key::Era),
    ("BC", Key::Era),
    ("AD", Key::Era),
    ("TZH", Key::ZoneHour),
    ("TZM", Key::ZoneMinute),
    ("J", Key::Julian),
    ("IYYY", Key::Unsupported),
    ("IYY", Key::Unsupported),
    ("IY", Key::Unsupported),
    ("IDDD", Key::Unsupported),
    ("ID", Key::Unsupported),
    ("IW", Key::Unsupported),
    ("I", Key::Unsupported),
    ("WW", Key::Unsupported),
    ("W", Key::Unsupported),
    ("CC", Key::Unsupported),
    ("RM", Key::Unsupported),
    ("TZ", Key::Unsupported),
    ("OF", Key::Unsupported),
];

/// Takes a template apart; keys count in any case, text in double quotes is literal.
pub fn pieces(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = prefix(rest, "FM").or_else(|| prefix(rest, "FX")) {
            rest = after;
        } else if let Some(after) = ordinal(&pieces, rest) {
            pieces.extend([Piece::Literal; 2]);
            rest = after;
        } else if let Some((name, key, after)) =
            KEYS.iter().find_map(|(name, key)| Some((name, key, prefix(rest, name)?)))
        {
            if *key == Key::Unsupported {
                return Err(format!(
                    "template field {name} is not supported; where it is text, write \"{name}\" in quotes"
                ));
            }
            pieces.push(Piece::Key(*key));
            rest = after;
        } else if first == '"' {
            let (length, after) = quoted(rest.get(1..).unwrap_or(""));
            pieces.extend((0..length).map(|_| Piece::Literal));
            rest = after;
        } else {
            pieces.push(if first.is_alphanumeric() { Piece::Literal } else { Piece::Separator });
            rest = rest.get(first.len_utf8()..).unwrap_or("");
        }
    }
    Ok(pieces)
}

/// How many characters stand before the closing quote, and what follows it. One behind a backslash stands for itself.
fn quoted(text: &str) -> (usize, &str) {
    let mut characters = text.chars();
    let mut length = 0;
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' if !characters.as_str().is_empty() => drop(characters.next()),
            _ => {}
        }
        length += 1;
    }
    (length, characters.as_str())
}

/// `DDth`: the ending after a key, two characters that are read over.
fn ordinal<'t>(pieces: &[Piece], rest: &'t str) -> Option<&'t str> {
    matches!(pieces.last(), Some(Piece::Key(_)))
        .then(|| prefix(rest, "TH"))
        .flatten()
        .filter(|_| prefix(rest, "THH").is_none())
}

fn prefix<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

impl Key {
    /// Digits of a number that another number follows at once.
    pub fn width(self) -> usize {
        match self {
            Key::Year(digits) | Key::Fraction(digits) => usize::from(digits),
            Key::DayOfYear | Key::Milliseconds => 3,
            Key::Microseconds => 6,
            Key::SecondOfDay => 5,
            Key::Julian => 7,
            Key::DayOfWeek => 1,
            _ => 2,
        }
    }

    pub fn is_number(self) -> bool {
        use Key::*;
        !matches!(self, MonthName | MonthShort | DayName | DayShort | Meridiem | Era)
    }
}
