//! The corpus' own tables: tab-separated text without quotes, its first line naming the columns.

use std::path::Path;

/// One line, by column.
#[derive(Debug)]
pub struct Row(Vec<(String, String)>);

impl Row {
    #[track_caller]
    pub fn get(&self, column: &str) -> &str {
        let found = self.0.iter().find(|(name, _)| name == column);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("there is no column {column}"))
    }

    #[track_caller]
    pub fn number(&self, column: &str) -> usize {
        self.get(column).parse().unwrap_or_else(|_| panic!("{column} is no number: {self:?}"))
    }
}

pub fn read(path: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned));
    let names: Vec<String> = lines.next().expect("a first line").collect();
    lines.map(|line| Row(names.iter().cloned().zip(line).collect())).collect()
}

/// The table of all files.
pub fn index() -> Vec<Row> {
    let rows = read(&super::folder().join("INDEX.tsv"));
    assert!(rows.len() > 800, "INDEX.tsv has only {} files", rows.len());
    rows
}
