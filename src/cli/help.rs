//! `gristmill help`: of the program, of a command, or of a topic that no command's help has room for.

use anyhow::Result;
use clap::CommandFactory;

use crate::cli::Cli;
use crate::exit::{ExitCode, fatal};

/// Topics, and what is printed of each.
const TOPICS: &[(&str, &str)] = &[("keys", KEYS)];

/// A job file with every key that there is, its default and what it does.
const KEYS: &str = include_str!("help/keys.toml");

/// The text for a topic or a command; without one, for the program.
pub fn help(topic: Option<&str>) -> Result<String> {
    let Some(name) = topic else { return Ok(Cli::command().render_long_help().to_string()) };
    if let Some((_, text)) = TOPICS.iter().find(|(topic, _)| *topic == name) {
        return Ok((*text).to_owned());
    }
    let mut program = Cli::command();
    // Only then does a command know that it is called through the program.
    program.build();
    match program.find_subcommand_mut(name) {
        Some(command) => Ok(command.render_long_help().to_string()),
        None => Err(fatal(ExitCode::Usage, unknown(name))),
    }
}

fn unknown(name: &str) -> String {
    let topics: Vec<&str> = TOPICS.iter().map(|(topic, _)| *topic).collect();
    let commands: Vec<String> = Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    format!("there is no help on {name:?}; topics: {}; commands: {}", topics.join(", "), commands.join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use toml::{Table, Value};

    use super::*;
    use crate::job::{KEYS as KNOWN, Key};

    #[test]
    fn the_keys_that_are_printed_are_those_that_are_known() {
        let mut printed = BTreeSet::new();
        note(&Key::root(), &uncommented(), &mut printed);
        let known: BTreeSet<String> = KNOWN.iter().map(|(key, _)| (*key).to_owned()).collect();
        assert_eq!(printed, known);
    }

    #[test]
    fn the_readme_has_the_keys_as_they_are_printed() {
        let readme = fs::read_to_string("README.md").unwrap();
        let block = format!("```toml\n{KEYS}```\n");
        assert!(readme.contains(&block), "put what `gristmill help keys` prints into README.md");
    }

    #[test]
    fn what_is_no_topic_and_no_command_is_told_what_there_is() {
        let message = help(Some("kes")).unwrap_err().to_string();
        assert_eq!(message, "there is no help on \"kes\"; topics: keys; commands: run, validate, functions, help");
    }

    /// With the lines that only show how a key would be written.
    fn uncommented() -> Table {
        let line = |line: &'static str| line.strip_prefix("# ").unwrap_or(line);
        let text: Vec<&str> = KEYS.lines().map(line).collect();
        toml::from_str(&text.join("\n")).unwrap()
    }

    /// Adds the names of all keys in a table, as the vocabulary writes them.
    fn note(section: &Key, table: &Table, names: &mut BTreeSet<String>) {
        for (name, value) in table {
            let key = section.child(name);
            let known = KNOWN.iter().find(|(known, _)| key.is(known));
            match (known, value) {
                (Some((known, _)), _) => drop(names.insert((*known).to_owned())),
                (None, Value::Table(inner)) => note(&key, inner, names),
                (None, Value::Array(sections)) => {
                    sections.iter().filter_map(Value::as_table).for_each(|inner| note(&key, inner, names));
                }
                (None, _) => panic!("{key} is printed and not known"),
            }
        }
    }
}
