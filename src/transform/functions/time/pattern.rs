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
    /// Filled to its width with zeros or blanks, which FM and TM leave out.
    pub fill: bool,
    /// The ending of an ordinal follows: 1st.
    pub ordinal: Option<Case>,
}

#[derive(Clone, Copy)]
pub enum Case {
    Upper,
    Lower,
    Capital,
}

/// The longer of two fields with one beginning stands first.
const FIELDS: [&str; 53] = [
    "Y,YYY", "YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "IDDD", "ID", "IW", "I", "MONTH", "MON", "MM", "MI", "MS",
    "DAY", "DDD", "DD", "DY", "D", "HH24", "HH12", "HH", "SSSSS", "SSSS", "SS", "US", "FF1", "FF2", "FF3", "FF4",
    "FF5", "FF6", "A.M.", "P.M.", "AM", "PM", "A.D.", "B.C.", "AD", "BC", "TZH", "TZM", "TZ", "WW", "W", "Q", "CC",
    "J", "RM", "OF",
];

/// Names of months and days come in a third case: Month.
const CAPITALS: [(&str, &str); 4] = [("Month", "MONTH"), ("Mon", "MON"), ("Day", "DAY"), ("Dy", "DY")];

/// Takes a template apart.
pub fn pieces(template: &str) -> Vec<Piece> {
    let (mut pieces, mut rest, mut fill) = (Vec::new(), template, true);
    while let Some(first) = rest.chars().next() {
        if let Some(after) = ["FM", "fm", "TM", "tm"].iter().find_map(|start| rest.strip_prefix(start)) {
            (rest, fill) = (after, false);
        } else if let Some(after) = ["FX", "fx"].iter().find_map(|start| rest.strip_prefix(start)) {
            rest = after;
        } else if let Some((name, case, after)) = field(rest) {
            let (ordinal, after) = ending(after);
            pieces.push(Piece::Field(Field { name, case, fill, ordinal }));
            (rest, fill) = (after, true);
        } else if first == '"' {
            let (text, after) = quoted(rest.get(1..).unwrap_or(""));
            pieces.push(Piece::Literal(text));
            rest = after;
        } else {
            let text = rest.strip_prefix('\\').filter(|after| after.starts_with('"')).unwrap_or(rest);
            let first = text.chars().next().unwrap_or(first);
            pieces.push(Piece::Literal(first.to_string()));
            rest = text.get(first.len_utf8()..).unwrap_or("");
        }
    }
    pieces
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

fn ending(text: &str) -> (Option<Case>, &str) {
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
