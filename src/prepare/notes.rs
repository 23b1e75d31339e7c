//! What there is to say before the first row: warnings, and what was guessed.

use crate::extract::Head;
use crate::format::csv::sniff;
use crate::types::{InputColumn, Known, Type};

/// Guessed types that one line of output has room for.
const GUESSES_IN_A_LINE: usize = 6;

/// Of an input, a lookup, a target, or of all of them.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    pub warnings: Vec<String>,
    /// Warnings that the data may be misread, which nobody may miss.
    pub alarms: Vec<String>,
    /// Delimiters that were guessed.
    pub delimiters: Vec<String>,
    /// Columns whose types were guessed.
    pub types: Vec<String>,
    /// What became of guesses in targets that are made.
    pub made: Vec<String>,
}

impl Notes {
    /// What the input's beginning has come to; of its columns, `warnings` are there already.
    pub fn of_input(head: &mut Head, columns: &[InputColumn], mut warnings: Vec<String>) -> Notes {
        warnings.append(&mut head.warnings);
        let typed = |column: &&InputColumn| column.known == Known::Guessed && column.typing.ty != Type::Text;
        let types = columns.iter().filter(typed).map(|column| format!("{} {}", column.name, column.typing.ty));
        Notes {
            warnings,
            alarms: std::mem::take(&mut head.alarms),
            delimiters: head.delimiter.iter().map(|byte| format!("delimiter {}", sniff::name(*byte))).collect(),
            types: types.collect(),
            made: Vec::new(),
        }
    }

    /// These and those of what comes after it.
    pub fn extend(&mut self, later: Notes) {
        self.warnings.extend(later.warnings);
        self.alarms.extend(later.alarms);
        self.delimiters.extend(later.delimiters);
        self.types.extend(later.types);
        self.made.extend(later.made);
    }

    /// All warnings, those first that nobody may miss.
    pub fn warned(&self) -> impl Iterator<Item = &String> {
        self.alarms.iter().chain(&self.warnings)
    }

    /// What was guessed, for the person: a line for all, or with `verbose` one for each column.
    pub fn guessed(&self, verbose: bool) -> Vec<String> {
        let mut lines = if verbose { self.each() } else { self.at_once() };
        lines.extend(self.made.iter().map(|made| format!("guessed, {made}")));
        lines
    }

    fn each(&self) -> Vec<String> {
        self.delimiters.iter().chain(&self.types).map(|guess| format!("guessed {guess}")).collect()
    }

    fn at_once(&self) -> Vec<String> {
        let types = match self.types.len().checked_sub(GUESSES_IN_A_LINE) {
            Some(more @ 1..) => format!("{}, and {more} more (-v)", self.types[..GUESSES_IN_A_LINE].join(", ")),
            _ => self.types.join(", "),
        };
        let told: Vec<&str> = self.delimiters.iter().map(String::as_str).chain([types.as_str()]).collect();
        let told: Vec<&str> = told.into_iter().filter(|guess| !guess.is_empty()).collect();
        if told.is_empty() { Vec::new() } else { vec![format!("guessed {}", told.join(" and "))] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(types: usize) -> Notes {
        let types = (1..=types).map(|n| format!("c{n} bigint")).collect();
        Notes { delimiters: vec!["delimiter ;".into()], types, made: vec!["so that".into()], ..Notes::default() }
    }

    #[test]
    fn one_line_tells_the_first_guesses_and_how_many_more_there_are() {
        assert_eq!(notes(1).guessed(false), ["guessed delimiter ; and c1 bigint", "guessed, so that"]);
        let six = "guessed delimiter ; and c1 bigint, c2 bigint, c3 bigint, c4 bigint, c5 bigint, c6 bigint";
        assert_eq!(notes(6).guessed(false)[0], six);
        assert_eq!(notes(8).guessed(false)[0], format!("{six}, and 2 more (-v)"));
        assert_eq!(notes(8).guessed(true).len(), 10);
        assert!(Notes::default().guessed(false).is_empty());
    }
}
