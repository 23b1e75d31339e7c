//! Keys whose value is one of a few words.

use crate::job::problem::Problem;

/// The meaning of `value`, or of `default` where the key is left out.
pub fn of<T: Copy>(key: &str, value: Option<&str>, default: &str, choices: &[(&str, T)]) -> Result<T, Problem> {
    let value = value.unwrap_or(default);
    let chosen = choices.iter().find(|(word, _)| *word == value);
    chosen
        .map(|(_, meaning)| *meaning)
        .ok_or_else(|| Problem::at(key, format!("must be {}, found {value:?}", listed(choices))))
}

/// `a, b or c`
fn listed<T>(choices: &[(&str, T)]) -> String {
    let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
