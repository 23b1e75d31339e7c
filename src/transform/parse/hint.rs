//! What to do where the parser met a word that it did not expect.

use crate::nearest::nearest;

/// Words that begin a clause behind the select list.
const CLAUSES: [&str; 11] =
    ["from", "join", "left", "where", "group", "having", "window", "union", "order", "limit", "offset"];

const ORDER: &str = "; clauses stand in this order: select, from, join, where, group by, having, order by, limit";

/// What follows the parser's message: `word` is the one that it did not expect.
pub fn unexpected(message: &str, word: &str) -> String {
    let word = word.to_lowercase();
    if message.starts_with("expected an SQL statement") {
        return "; a query begins with select or with".to_owned();
    }
    if !message.starts_with("expected end of statement") {
        return String::new();
    }
    match word.as_str() {
        "exclude" => "; write * except (a, b)".to_owned(),
        "sets" => "; grouping sets are not supported; run once for each grouping".to_owned(),
        clause if is_clause(clause) => ORDER.to_owned(),
        _ => nearest(&word, CLAUSES).map(|near| format!("; nearest is {near}")).unwrap_or_default(),
    }
}

/// Whether a word begins a clause, which no part of a query can have.
pub fn is_clause(word: &str) -> bool {
    CLAUSES.contains(&word.to_lowercase().as_str())
}
