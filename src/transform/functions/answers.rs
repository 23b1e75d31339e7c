//! The function table against the answers that tests/e2e/functions.rs holds it to: none is left out.

use super::all;

/// The expressions: those that PostgreSQL has answered, and what it does not have.
const ANSWERED: [&str; 2] = [
    include_str!("../../../tests/cases/functions.tsv"),
    include_str!("../../../tests/cases/functions-beyond-postgresql.tsv"),
];

/// By each of its names.
#[test]
fn every_function_is_held_against_postgresql() {
    let lines = ANSWERED.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#'));
    let items: Vec<_> = lines.filter_map(|line| line.split('\t').next()).collect();
    let missing = all()
        .flat_map(|function| function.names().map(move |name| (function.bare, name)))
        .filter(|(bare, name)| !items.iter().any(|item| calls(item, name, *bare)))
        .map(|(_, name)| name);
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0], "not in functions.tsv");
}

/// Whether the expression has the call `name(`, the word where it is written bare, or the operator between or before blanks.
fn calls(item: &str, name: &str, bare: bool) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if !name.starts_with(is_word) {
        return item.starts_with(&format!("{name} ")) || item.contains(&format!(" {name} "));
    }
    let pieces: Vec<&str> = item.split(name).collect();
    pieces.windows(2).any(|around| {
        let (before, after) = (around[0], around[1]);
        let operator = after.starts_with(' ') && before.ends_with(' ') || bare && !after.starts_with(is_word);
        !before.ends_with(is_word) && (after.starts_with('(') || operator)
    })
}
