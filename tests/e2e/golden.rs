//! Every folder of `tests/cases` that holds a `cmd` is a case: the shell script is run in a copy of the folder, with
//! `gristmill` on its PATH, and each `expected.NAME` must then equal the file NAME. `stdout`, `stderr` and `exit` are made
//! by the run itself; figures of time and memory in `stderr` are blanked. `UPDATE_EXPECT=1` rewrites what is expected.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Folder, GRISTMILL, project};

#[test]
fn every_case_makes_what_it_is_expected_to() {
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() > 10, "only {} cases were found", cases.len());
    for case in cases {
        let made = run(&case);
        for expected in expectations(&case) {
            let name = expected.file_name().unwrap().to_str().unwrap().strip_prefix("expected.").unwrap().to_owned();
            let (is, should) = (made.get(&name).cloned().unwrap_or_default(), fs::read(&expected).unwrap());
            if is == should {
                continue;
            }
            match std::env::var_os("UPDATE_EXPECT") {
                Some(_) => fs::write(&expected, is).unwrap(),
                None => wrong.push(difference(&case, &name, &is, &should)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(project().join("tests/cases")).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = entries.filter(|path| path.join("cmd").exists()).collect();
    cases.sort();
    cases
}

fn expectations(case: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("expected.")).collect()
}

/// Everything that the case made, by name.
fn run(case: &Path) -> BTreeMap<String, Vec<u8>> {
    let folder = Folder::new();
    for entry in fs::read_dir(case).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let bin = Path::new(GRISTMILL).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh").arg("cmd").current_dir(folder.path()).env("PATH", path).output().unwrap();
    let made = folder.files().into_iter().filter(|name| !name.starts_with("expected."));
    let mut made: BTreeMap<_, _> = made.map(|name| (name.clone(), folder.read(&name))).collect();
    made.insert("stdout".into(), output.stdout);
    made.insert("stderr".into(), blank_figures(&String::from_utf8_lossy(&output.stderr)).into_bytes());
    made.insert("exit".into(), format!("{}\n", output.status.code().unwrap_or(-1)).into_bytes());
    made
}

/// Replaces what differs from run to run: times, also those that are parts of names, rates, memory, shares.
fn blank_figures(text: &str) -> String {
    let figures = regex::Regex::new(r" *\d[\d.]*(%|ms|s\b|m\d\ds| MiB| [kMG]?B/s)").expect("a pattern");
    let bottleneck = regex::Regex::new(r" +<- bottleneck: .*").expect("a pattern");
    // As wide as the widest time below.
    let heads = regex::Regex::new(r" +p50 +p99").expect("a pattern");
    let moments = regex::Regex::new(r"\b\d{8}T\d{6}Z(-\d+)?\b").expect("a pattern");
    let text = moments.replace_all(text, "#");
    let text = figures.replace_all(&text, " #");
    let text = heads.replace_all(&text, "  p50  p99");
    bottleneck.replace_all(&text, "").into_owned()
}

fn difference(case: &Path, name: &str, is: &[u8], should: &[u8]) -> String {
    let case = case.file_name().unwrap().to_string_lossy();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("--- {case}: {name} should be\n{}--- but is\n{}", text(should), text(is))
}
