//! Any file into any sink: no panic, no hang, a documented exit code, and accounts that hold.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use super::table;
use crate::support::{Folder, GRISTMILL};

/// Longer than this is a hang.
const LIMIT: Duration = Duration::from_secs(30);
/// Clean; some rejects; over the budget; bad input; refused.
const EXITS: [i32; 5] = [0, 3, 4, 65, 78];

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn into_csv() {
    // Read again by ourselves: to others a blank line, which is a NULL where there is one column, is nothing.
    check_all("out.csv", |folder| {
        folder.mill(["run", "out.csv", "null:", "--all-text", "--summary", "again.json"]).exits(0);
        loaded(&summary(folder, "again.json"))
    });
}

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn into_jsonl() {
    check_all("out.jsonl", |folder| {
        let bytes = folder.read("out.jsonl");
        let rows = serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>();
        rows.filter(|row| row.as_ref().expect("JSON").is_object()).count()
    });
}

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn into_sqlite() {
    check_all("sqlite:out.db?table=t", |folder| {
        let db = Connection::open(folder.path().join("out.db")).unwrap();
        db.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0)).unwrap() as usize
    });
}

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn into_null() {
    check_all("null:", |folder| loaded(&summary(folder, "summary.json")));
}

/// Runs every file of the corpus as it is into `target`; `count` finds the rows there.
fn check_all(target: &str, count: impl Fn(&Folder) -> usize) {
    for row in table::index() {
        let path = super::folder().join(row.get("path"));
        let folder = Folder::new();
        let code = run(&folder, &path, target).code();
        let told = || format!("{} into {target}: {code:?}: {}", path.display(), folder.text("stderr"));
        assert!(code.is_some_and(|code| EXITS.contains(&code)), "{}", told());
        assert!(!folder.text("stderr").contains("panicked"), "{}", told());
        if matches!(code, Some(0 | 3)) {
            let summary = summary(&folder, "summary.json");
            let rows = |name| count_of(&summary["rows"][name]);
            assert_eq!(summary["balanced"], true, "{}", told());
            assert_eq!(rows("read"), rows("filtered") + rows("rejected") + loaded(&summary), "{}", told());
            assert_eq!(code == Some(3), rows("rejected") > 0, "{}", told());
            assert_eq!(count(&folder), loaded(&summary), "{}", told());
        }
    }
}

/// Runs with everything that is said in the file `stderr`.
#[track_caller]
fn run(folder: &Folder, input: &Path, target: &str) -> ExitStatus {
    let stderr = File::create(folder.path().join("stderr")).unwrap();
    let mut command = Command::new(GRISTMILL);
    command.arg("run").arg(input).args([target, "--summary", "summary.json"]).current_dir(folder.path());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr).spawn().unwrap();
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > LIMIT {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{} into {target} takes longer than {LIMIT:?}", input.display());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn summary(folder: &Folder, name: &str) -> Value {
    serde_json::from_slice(&folder.read(name)).expect("JSON")
}

fn loaded(summary: &Value) -> usize {
    count_of(&summary["sinks"][0]["rows_loaded"])
}

fn count_of(value: &Value) -> usize {
    value.as_u64().expect("a count") as usize
}
