//! Texts of any length cut to what a person reads of them.

use std::borrow::Cow;

/// Characters of a value, a name or a piece of SQL in a message; longer ones would hide the message.
const LONGEST: usize = 60;
/// Bytes of a whole message.
const LONGEST_MESSAGE: usize = 4096;
/// So many stay of the end of a longer one, for the remedy stands there, and of its begin; what says that the middle is left
/// out finds room beside them.
const TAIL: usize = 1024;
const HEAD: usize = LONGEST_MESSAGE - TAIL - 128;

/// The beginning of a text that is quoted in a message.
pub fn excerpt(text: &str) -> Cow<'_, str> {
    beginning(text, LONGEST)
}

/// So many characters of a text.
pub fn beginning(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(text.get(..end).unwrap_or_default().to_owned() + "…"),
    }
}

/// A message, whatever somebody's names and values have made of it.
pub fn message(text: String) -> String {
    if let Cow::Owned(cut) = ends(&text) {
        return cut;
    }
    text
}

/// Both ends of a message that is longer than a person reads.
pub fn ends(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST_MESSAGE {
        return Cow::Borrowed(text);
    }
    let boundary = |from: usize| (from..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let (head, tail) = (boundary(HEAD), boundary(text.len() - TAIL));
    let (first, last) = (text.get(..head).unwrap_or_default(), text.get(tail..).unwrap_or_default());
    Cow::Owned(format!("{first} … ({} bytes left out) … {last}", tail - head))
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
        assert!(cut.contains("bytes left out") && cut.len() <= LONGEST_MESSAGE, "{}", cut.len());
        let fits = "é".repeat(LONGEST_MESSAGE / 2);
        assert_eq!(message(fits.clone()), fits);
        // What is cut once is not cut again, whoever says it.
        let said = format!("gristmill: warning: {cut}");
        assert_eq!(message(said.clone()), said);
    }
}
