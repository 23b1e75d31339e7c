//! Texts of any length cut to what a person reads of them.

use std::borrow::Cow;

/// Characters of a value, a name or a piece of SQL in a message; longer ones would hide the message.
const LONGEST: usize = 60;
/// Characters of a whole message, half of them from each end: what is wrong stands at one of them.
const LONGEST_MESSAGE: usize = 4000;

/// The beginning of a text that is quoted in a message.
pub fn excerpt(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(text.get(..end).unwrap_or_default().to_owned() + "…"),
    }
}

/// A message, whatever somebody's names and values have made of it.
pub fn message(text: String) -> String {
    const HALF: usize = LONGEST_MESSAGE / 2;
    if text.len() <= LONGEST_MESSAGE {
        return text;
    }
    let head = text.char_indices().nth(HALF).map_or(text.len(), |(at, _)| at);
    let tail = text.char_indices().rev().nth(HALF - 1).map_or(0, |(at, _)| at);
    match (text.get(..head), text.get(tail..)) {
        (Some(first), Some(last)) if head < tail => format!("{first} … {last}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(excerpt(&"é".repeat(61)), "é".repeat(60) + "…");
    }

    #[test]
    fn a_message_keeps_both_its_ends() {
        let long = format!("unknown column {:?}: mend it", "é".repeat(1_000_000));
        let cut = message(long);
        assert!(cut.starts_with("unknown column \"éé") && cut.ends_with("éé\": mend it"), "{cut}");
        assert_eq!(cut.chars().count(), LONGEST_MESSAGE + 3);
        let fits = "é".repeat(LONGEST_MESSAGE);
        assert_eq!(message(fits.clone()), fits);
    }
}
