//! The nearest name to a misspelt one, for messages.

/// How alike two names must be, from 0 to 1, for one to be a slip of the other.
const ALIKE: f64 = 0.5;

/// What is longer is no name that somebody has mistyped; comparing takes the product of two lengths.
pub const MOST_LETTERS: usize = 100;

/// The candidate most like `wanted`, whatever the case; `None` where none is alike.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = count(wanted)?;
    let wanted = wanted.to_lowercase();
    let mut best = None;
    for candidate in candidates {
        // A name of another length is another name, however it is spelt.
        let may_be = count(candidate).is_some_and(|count| 2 * count.min(letters) >= count.max(letters));
        let likeness = match may_be {
            true => strsim::normalized_damerau_levenshtein(&wanted, &candidate.to_lowercase()),
            false => continue,
        };
        if likeness >= best.map_or(ALIKE, |(likeness, _)| likeness) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// How many letters a name has; `None` where they are too many for a name.
fn count(name: &str) -> Option<usize> {
    let count = name.chars().take(MOST_LETTERS + 1).count();
    (count <= MOST_LETTERS).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::{MOST_LETTERS, nearest};

    #[test]
    fn the_most_similar_name_wins() {
        let names = ["order_id", "quantity", "note"];
        assert_eq!(nearest("quantitty", names), Some("quantity"));
        assert_eq!(nearest("ORDER", names), Some("order_id"));
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn what_is_too_long_for_a_name_is_compared_with_none() {
        let longest = "a".repeat(MOST_LETTERS);
        assert_eq!(nearest(&longest, [longest.as_str()]), Some(longest.as_str()));
        let longer = "a".repeat(MOST_LETTERS + 1);
        assert_eq!(nearest(&longer, [longer.as_str(), longest.as_str()]), None);
        assert_eq!(nearest(&longest, [longer.as_str()]), None);
    }
}
