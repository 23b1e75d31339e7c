//! What the rules ask of the source: its files, and of a file what it imports and how long its functions are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// All below a folder.
pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(rust_files(&path)),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
    files
}

/// The top-level module that a file belongs to.
pub fn module_of(file: &Path) -> String {
    let below = file.strip_prefix("src").unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The top-level modules that a file names through `crate::` (or, in the binary, `gristmill::`), comments left out.
pub fn imports(text: &str) -> BTreeSet<String> {
    let code = code(text).replace("gristmill::", "crate::");
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_names(group)),
            None => found.extend(name(rest)),
        }
    }
    found
}

/// The lines that are no comments.
pub fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules that a file declares for others to look into, with their paths.
pub fn open_modules(file: &Path, text: &str) -> Vec<String> {
    let below = file.strip_prefix("src").unwrap().with_extension("");
    let parents =
        below.iter().map(|part| part.to_string_lossy().into_owned()).filter(|part| part != "mod" && part != "lib");
    let parents: Vec<String> = parents.collect();
    let path = |name: String| parents.iter().cloned().chain([name]).collect::<Vec<_>>().join("::");
    let lines = text.lines().map(str::trim_start).filter(|line| line.starts_with("pub"));
    let names = lines.filter_map(|line| line.split_once(" mod ")).filter_map(|(before, after)| {
        let is_open = before == "pub" || before.starts_with("pub(") && before.ends_with(')');
        name(after).filter(|_| is_open)
    });
    names.map(path).collect()
}

/// Each function with its length in lines, as rustfmt lays it out: the line `fn`, its indented body, and a brace below it.
pub fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let words = line.trim_start();
        let Some((_, signature)) = words.split_once("fn ").filter(|(before, _)| is_before_fn(before)) else { continue };
        let end = line.replace(words, "}");
        let length = lines[at..].iter().position(|line| *line == end).map_or(1, |last| last + 1);
        let is_whole = line.ends_with(['}', ';']);
        found.push((signature, if is_whole { 1 } else { length }));
    }
    found
}

/// Whether only `pub`, `const` and the like stand there.
fn is_before_fn(words: &str) -> bool {
    let known = ["const", "unsafe", "extern", "\"C\"", "pub"];
    words.split_whitespace().all(|word| known.contains(&word) || word.starts_with("pub("))
}

/// The first names in a `{a::b, c}` group, nested groups skipped.
fn group_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut item) = (0, Vec::new(), String::new());
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.extend(name(std::mem::take(&mut item).trim())),
            _ if depth == 0 => item.push(character),
            _ => {}
        }
    }
    names.extend(name(item.trim()));
    names
}

fn name(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}
