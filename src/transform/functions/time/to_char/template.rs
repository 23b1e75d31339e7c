//! The template of `to_char`, taken apart: fields with their modifiers, and text that stays.

/// One piece of a template.
pub enum Piece {
    Literal(String),
    Field(Field),
}

/// A field and how it is written.
pub struct Field {
    /// In capitals.
    pub name: &'static str,
    pub case: Case,
    pub prefix: Prefix,
    /// The ending of an ordinal follows: 1st.
    pub ordinal: Option<Case>,
}

/// What stands before a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    None,
    /// FM: not filled to its width with zeros or blanks.
    Compact,
    /// TM: a name in the language of the locale, not filled.
    Local,
}

#[derive(Clone, Copy)]
pub enum Case {
    Upper,
    Lower,
    Capital,
}

/// The longer of two fields with one beginning stands first.
const FIELDS: [&str; 54] = [
    "Y,YYY", "YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "IDDD", "ID", "IW", "I", "MONTH", "MON", "MM", "MI", "MS",
    "DAY", "DDD", "DD", "DY", "D", "HH24", "HH12", "HH", "SSSSS", "SSSS", "SS", "US", "FF1", "FF2", "FF3", "FF4",
    "FF5", "FF6", "A.M.", "P.M.", "AM", "PM", "A.D.", "B.C.", "AD", "BC", "TZH", "TZM", "TZ", "WW", "W", "Q", "CC",
    "J", "RM", "OF", "FX",
];

/// Names of months and days come in a third case: Month.
const CAPITALS: [(&str, &str); 4] = [("Month", "MONTH"), ("Mon", "MON"), ("Day", "DAY"), ("Dy", "DY")];

/// Takes a template apart. Only a field right behind FM or TM is told by it.
pub fn pieces(template: &str) -> Vec<Piece> {
    let (mut pieces, mut rest) = (Vec::new(), template);
    while !rest.is_empty() {
        let (prefix, after) = prefix(rest);
        if let Some((name, case, after)) = field(after) {
            let (ordinal, after) = ending(after);
            pieces.push(Piece::Field(Field { name, case, prefix, ordinal }));
            rest = after;
        } else if let Some(text) = after.strip_prefix('"') {
            let (text, after) = quoted(text);
            pieces.push(Piece::Literal(text));
            rest = after;
        } else {
            let text = after.strip_prefix('\\').filter(|after| after.starts_with('"')).unwrap_or(after);
            let first = text.chars().next().map_or(0, char::len_utf8);
            let (first, after) = text.split_at_checked(first).unwrap_or((text, ""));
            pieces.push(Piece::Literal(first.to_string()));
            rest = after;
        }
    }
    pieces
}

fn prefix(text: &str) -> (Prefix, &str) {
    let after = |starts: [&str; 2]| starts.iter().find_map(|start| text.strip_prefix(start));
    match (after(["FM", "fm"]), after(["TM", "tm"])) {
        (Some(after), _) => (Prefix::Compact, after),
        (_, Some(after)) => (Prefix::Local, after),
        _ => (Prefix::None, text),
    }
}

fn field(text: &str) -> Option<(&'static str, Case, &str)> {
    let capital = CAPITALS.iter().find_map(|(start, name)| Some((*name, Case::Capital, text.strip_prefix(start)?)));
    capital.or_else(|| {
        FIELDS.iter().find_map(|name| {
            let (head, after) = text.split_at_checked(name.len())?;
            let lower = head == name.to_lowercase();
            let case = if lower && head != *name { Case::Lower } else { Case::Upper };
            (head == *name || lower).then_some((*name, case, after))
        })
    })
}

/// `SP`, which would spell a number, PostgreSQL reads over.
fn ending(text: &str) -> (Option<Case>, &str) {
    if let Some(after) = text.strip_prefix("SP") {
        return (None, after);
    }
    match (text.strip_prefix("TH"), text.strip_prefix("th")) {
        (Some(after), _) => (Some(Case::Upper), after),
        (_, Some(after)) => (Some(Case::Lower), after),
        _ => (None, text),
    }
}

/// The text before the closing quote, and what follows it. A backslash lets the next character stand for itself.
fn quoted(text: &str) -> (String, &str) {
    let mut characters = text.chars();
    let mut found = String::new();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => found.extend(characters.next()),
            other => found.push(other),
        }
    }
    (found, characters.as_str())
}
