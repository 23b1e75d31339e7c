//! The nearest name to a misspelt one, for messages.

/// How alike two names must be, from 0 to 1, for one to be a slip of the other.
const ALIKE: f64 = 0.5;

/// The candidate most like `wanted`, whatever the case; `None` where none is alike.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(&wanted, &candidate.to_lowercase());
    let nearest = candidates.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(nearest) >= ALIKE).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_most_similar_name_wins() {
        let names = ["order_id", "quantity", "note"];
        assert_eq!(nearest("quantitty", names), Some("quantity"));
        assert_eq!(nearest("ORDER", names), Some("order_id"));
        assert_eq!(nearest("x", []), None);
    }
}
