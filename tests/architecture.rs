//! The structure, checked: who may import whom, and what may never be in the dependency tree.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each module and those it may import. `prepare` puts together what `pipeline` runs, and both may import all that a row meets; `main` and `cli` use the public API.
const MAY_IMPORT: [(&str, &[&str]); 27] = [
    ("arrow", &[]),
    ("memory", &[]),
    ("cancel", &[]),
    ("excerpt", &[]),
    ("types", &["arrow"]),
    ("nearest", &[]),
    ("unique", &[]),
    ("console", &["excerpt"]),
    ("exit", &["excerpt"]),
    ("lock", &["exit"]),
    ("partial", &["exit", "lock", "paths"]),
    ("pipe", &["exit", "paths", "stop"]),
    ("paths", &["exit"]),
    ("batch", &["arrow", "types"]),
    ("metrics", &["types", "console", "batch", "exit", "partial", "pipe", "paths", "stop"]),
    ("format", &["arrow", "cancel", "types", "batch", "unique"]),
    ("job", &["nearest", "types", "exit", "paths", "batch", "format"]),
    ("stop", &["exit"]),
    ("rejects", &["cancel", "excerpt", "batch", "exit", "format", "lock", "partial", "pipe", "paths", "stop", "job"]),
    (
        "extract",
        &["arrow", "excerpt", "nearest", "types", "exit", "paths", "batch", "format", "job", "metrics", "stop"],
    ),
    ("transform", &["arrow", "cancel", "excerpt", "nearest", "unique", "types", "exit", "batch", "format", "job"]),
    (
        "load",
        &[
            "arrow", "cancel", "excerpt", "nearest", "unique", "console", "types", "exit", "lock", "partial", "pipe",
            "paths", "batch", "format", "job", "metrics", "stop",
        ],
    ),
    (
        "pipeline",
        &[
            "cancel",
            "excerpt",
            "exit",
            "batch",
            "format",
            "job",
            "metrics",
            "stop",
            "rejects",
            "extract",
            "transform",
            "load",
        ],
    ),
    (
        "prepare",
        &[
            "batch",
            "cancel",
            "nearest",
            "types",
            "exit",
            "format",
            "job",
            "metrics",
            "stop",
            "rejects",
            "extract",
            "transform",
            "load",
            "pipeline",
        ],
    ),
    ("cli", &["console", "exit", "job", "types"]),
    ("parts", &["batch", "exit", "extract", "job", "load", "metrics", "pipeline", "prepare", "stop"]),
    ("main", &["cli"]),
];

/// Runtimes, and crates that hide one.
const BANNED: [&str; 12] = [
    "tokio",
    "async-std",
    "smol",
    "async-executor",
    "async-global-executor",
    "futures-executor",
    "futures",
    "postgres",
    "tokio-postgres",
    "reqwest",
    "sqlx",
    "object_store",
];

#[test]
fn modules_import_only_what_stands_below_them() {
    let mut wrong = Vec::new();
    for file in rust_files(Path::new("src")) {
        let module = module_of(&file);
        let allowed = MAY_IMPORT.iter().find(|(name, _)| *name == module);
        let Some((_, allowed)) = allowed else {
            assert_eq!(module, "lib", "src/{module} has no line in MAY_IMPORT");
            continue;
        };
        for imported in imports(&fs::read_to_string(&file).unwrap()) {
            if imported != module && !allowed.contains(&imported.as_str()) {
                wrong.push(format!("{} imports {imported}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "forbidden imports:\n{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let text = "use crate::load::Sink;\nuse crate::{batch::Chunk, job};\nlet x = crate::extract::cut::Cutter::new();\n// crate::no";
    let expected = ["load", "batch", "job", "extract"].map(str::to_owned);
    assert_eq!(imports(text), BTreeSet::from(expected));
}

#[test]
fn no_async_runtime_is_in_the_tree() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8_lossy(&output.stdout);
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(
        crates.contains("crossbeam-channel"),
        "cargo tree said nothing: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let found: Vec<_> = BANNED.iter().filter(|name| crates.contains(*name)).collect();
    assert!(found.is_empty(), "an async runtime crept in: {found:?}");
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
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
fn module_of(file: &Path) -> String {
    let below = file.strip_prefix("src").unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The top-level modules that a file names through `crate::` (or, in the binary, `gristmill::`), comments left out.
fn imports(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_names(group)),
            None => found.extend(name(rest)),
        }
    }
    found
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
