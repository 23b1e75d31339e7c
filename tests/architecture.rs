//! The structure, checked: who may import whom, and what may never be in the dependency tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "architecture/source.rs"]
mod source;

use source::{code, functions, imports, module_of, open_modules, rust_files};

/// Each module and those it imports. `prepare` puts together what `pipeline` runs, and both may import all that a row meets;
/// `main` and `cli` use the public API.
const MAY_IMPORT: [(&str, &[&str]); 28] = [
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
    ("metrics", &["batch", "console", "exit", "partial", "pipe", "paths"]),
    ("format", &["arrow", "types", "batch", "unique"]),
    ("job", &["nearest", "types", "exit", "paths", "batch", "format"]),
    ("stop", &["exit"]),
    ("rejects", &["cancel", "excerpt", "batch", "exit", "format", "lock", "partial", "pipe", "paths", "job"]),
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
            "excerpt",
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
    // Of whole jobs; they are in no build.
    (
        "tests",
        &[
            "arrow", "batch", "cli", "exit", "extract", "job", "load", "metrics", "pipeline", "prepare", "rejects",
            "stop",
        ],
    ),
    ("main", &["cli", "exit", "job", "keep_flat", "metrics", "pipeline", "prepare", "reference", "say", "stop"]),
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

/// The modules that others may look into, each because its name is part of what its items are called: `calendar::days`,
/// `sniff::judge`, `csv::Layout`. All others are private, so that the compiler finds dead code.
const OPEN: [&str; 32] = [
    // Arrow, as the arrow crate divides it.
    "arrow::array",
    "arrow::buffer",
    "arrow::compute",
    "arrow::datatypes",
    "arrow::row",
    // The library's own doors: for other programs, and for `main`.
    "cli",
    "exit",
    "job",
    "metrics",
    "parts",
    "pipeline",
    "pipeline::stage",
    "prepare",
    "stop",
    "format::csv",
    "format::csv::header",
    "format::csv::sniff",
    "format::encoding",
    "format::json",
    "format::json::part",
    "format::json::token",
    "format::jsonl",
    "format::parquet",
    "format::text",
    "format::union",
    "format::value",
    "format::value::calendar",
    "format::value::nanos",
    "format::value::zone",
    "job::columns",
    "job::units",
    "transform::lookup",
];

/// There are never more of them.
const MOST_OPEN: usize = 39;

/// What `transform` gathers rows in: there are several kinds of each, and only `transform` may ask which.
const KINDS: [&str; 4] = ["Gather", "Gatherer", "Held", "Part"];

/// No function has more lines.
const LONGEST_FUNCTION: usize = 60;

/// As many as a reader of the wiring can keep in mind.
const MOST_FILES_OF_PIPELINE: usize = 20;

#[test]
fn modules_import_only_what_stands_below_them() {
    let mut wrong = Vec::new();
    for (file, text) in source() {
        let module = module_of(&file);
        let allowed = MAY_IMPORT.iter().find(|(name, _)| *name == module);
        let Some((_, allowed)) = allowed else {
            assert_eq!(module, "lib", "src/{module} has no line in MAY_IMPORT");
            continue;
        };
        for imported in imports(&text) {
            if imported != module && !allowed.contains(&imported.as_str()) {
                wrong.push(format!("{} imports {imported}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "forbidden imports:\n{}", wrong.join("\n"));
}

#[test]
fn nothing_is_allowed_that_is_not_used() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in source() {
        used.entry(module_of(&file)).or_default().extend(imports(&text));
    }
    let unused = |(module, allowed): &(&str, &'static [&str])| {
        let used = used.get(*module).cloned().unwrap_or_default();
        let idle = allowed.iter().filter(move |name| !used.contains(**name));
        idle.map(|name| format!("{module}: {name}")).collect::<Vec<_>>()
    };
    let unused: Vec<String> = MAY_IMPORT.iter().flat_map(unused).collect();
    assert!(unused.is_empty(), "MAY_IMPORT is to lose what is no longer imported:\n{}", unused.join("\n"));
}

#[test]
fn modules_are_private() {
    let mut open: Vec<String> = source().flat_map(|(file, text)| open_modules(&file, &text)).collect();
    open.sort();
    let mut known: Vec<&str> = OPEN.to_vec();
    known.sort();
    assert!(OPEN.len() <= MOST_OPEN, "OPEN has {} modules; close one before opening another", OPEN.len());
    assert_eq!(
        open, known,
        "write `mod x;` and in its parent `pub use x::Name;` for what is needed outside; a module whose name is part of \
         what its items are called may be open, and then stands in OPEN"
    );
}

#[test]
fn the_reader_of_open_modules_sees_every_form() {
    let text = "mod a;\npub mod b;\n    pub(crate) mod c {\n// pub mod d;\npub mode: u8,";
    assert_eq!(open_modules(Path::new("src/x/mod.rs"), text), ["x::b", "x::c"]);
    assert_eq!(open_modules(Path::new("src/lib.rs"), "pub mod x;"), ["x"]);
}

#[test]
fn pipeline_and_prepare_ask_what_is_gathered_by_methods() {
    let mut wrong = Vec::new();
    for (file, text) in source().filter(|(file, _)| ["pipeline", "prepare"].contains(&module_of(file).as_str())) {
        for word in code(&text).split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':') {
            let kind = word.rsplit_once("::").and_then(|(path, kind)| Some((path.rsplit("::").next()?, kind)));
            let is_kind = |kind: &str| kind.is_empty() || kind.starts_with(char::is_uppercase);
            if kind.is_some_and(|(noun, kind)| KINDS.contains(&noun) && is_kind(kind)) {
                wrong.push(format!("{} says {word}; let transform's type answer by a method", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "kinds that only transform knows:\n{}", wrong.join("\n"));
}

#[test]
fn format_knows_no_files_threads_or_clocks() {
    let outside = ["std::fs", "std::net", "std::process", "std::thread", "crossbeam_channel", "Instant", "SystemTime"];
    let is_pure = |file: &Path| module_of(file) == "format" && !file.to_string_lossy().contains("tests");
    for (file, text) in source().filter(|(file, _)| is_pure(file)) {
        let found: Vec<_> = outside.iter().filter(|word| code(&text).contains(**word)).collect();
        assert!(found.is_empty(), "{} uses {found:?}; format makes bytes into columns and back", file.display());
    }
}

#[test]
fn the_wiring_fits_a_readers_head() {
    let files = rust_files(Path::new("src/pipeline"));
    let count =
        files.iter().filter(|path| !path.starts_with("src/pipeline/tests") && !path.ends_with("tests.rs")).count();
    assert!(count <= MOST_FILES_OF_PIPELINE, "src/pipeline has {count} files; what is no wiring belongs elsewhere");
}

#[test]
fn no_function_is_long() {
    let mut long = Vec::new();
    for (file, text) in source() {
        let found = functions(&text).into_iter().filter(|(_, lines)| *lines > LONGEST_FUNCTION);
        long.extend(found.map(|(name, lines)| format!("{}: {lines} lines: {name}", file.display())));
    }
    assert!(long.is_empty(), "functions of more than {LONGEST_FUNCTION} lines:\n{}", long.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let text = "use crate::load::Sink;\nuse crate::{batch::Chunk, job};\nlet x = crate::extract::cut::Cutter::new();\n// crate::no";
    let expected = ["load", "batch", "job", "extract"].map(str::to_owned);
    assert_eq!(imports(text), BTreeSet::from(expected));
}

#[test]
fn the_reader_of_functions_counts_their_lines() {
    let text =
        "fn a() {}\nimpl B {\n    pub(super) fn c(\n        d: u8,\n    ) {\n        e();\n    }\n}\nlet f = |fn_| 1;";
    assert_eq!(functions(text), [("a() {}", 1), ("c(", 5)]);
}

#[test]
fn the_map_names_files_that_are_there() {
    let map = fs::read_to_string("src/lib.rs").unwrap();
    let quoted =
        map.lines().filter(|line| line.starts_with("//! |")).flat_map(|line| line.split('`').skip(1).step_by(2));
    // `load/mod.rs::open` names a function in a file.
    let paths: BTreeSet<&str> =
        quoted.filter(|name| name.contains('/')).filter_map(|name| name.split("::").next()).collect();
    assert!(paths.len() > 20, "src/lib.rs has no map");
    let missing: Vec<_> = paths.into_iter().filter(|path| !Path::new("src").join(path).exists()).collect();
    assert!(missing.is_empty(), "the map in src/lib.rs names what is not there: {missing:?}");
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

/// Each file of the source with its text.
fn source() -> impl Iterator<Item = (PathBuf, String)> {
    rust_files(Path::new("src")).into_iter().map(|file| {
        let text = fs::read_to_string(&file).unwrap();
        (file, text)
    })
}
