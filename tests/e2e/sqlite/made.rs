//! A database that is made by the load: it is there with its table, or not at all.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{rows, start};
use crate::support::Folder;

const MODES: [&[&str]; 4] = [
    &["--mode", "append"],
    &["--mode", "truncate"],
    &["--mode", "replace"],
    &["--mode", "upsert", "--set", "load.key=[\"id\"]"],
];

fn files(folder: &Folder) -> Vec<String> {
    folder.files().into_iter().filter(|name| !name.contains(".rejects.")).collect()
}

#[test]
fn a_run_that_fails_or_loads_nothing_leaves_no_database() {
    // The last row is too short; then no row is good.
    for (input, arguments, code) in [
        ("id,name\n1,a\n2\n", &["--on-error", "stop"][..], 65),
        ("id,name\nx,a\ny,b\n", &["--columns", "id:bigint"], 4),
    ] {
        for mode in MODES {
            let folder = Folder::with("in.csv", input);
            let run = [&["run", "in.csv", "sqlite:t.db?table=t", "-q"], mode, arguments].concat();
            folder.mill(&run).exits(code);
            assert_eq!(files(&folder), ["in.csv"], "{mode:?} {code}");
            // A file without a byte is a database without a table, and stays one.
            folder.write("t.db", "");
            folder.mill(&run).exits(code);
            assert_eq!(
                (files(&folder), folder.read("t.db").len()),
                (vec!["in.csv".into(), "t.db".into()], 0),
                "{mode:?}"
            );
        }
    }
}

#[test]
fn an_empty_input_makes_the_table() {
    for mode in MODES {
        let folder = Folder::with("in.csv", "id,name\n");
        folder.mill([&["run", "in.csv", "sqlite:t.db?table=t", "-q"], mode].concat()).exits(0);
        assert_eq!(rows(&folder, "select name from sqlite_schema where type = 'table'"), "t:t", "{mode:?}");
    }
}

/// Waits until the path exists.
fn until_there(path: &Path) {
    let begun = Instant::now();
    while !path.exists() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_killed_run_leaves_no_database_and_nothing_that_the_next_one_does_not_take_away() {
    for mode in ["append", "truncate", "replace"] {
        let folder = Folder::with("in.csv", "id\n1\n");
        let mut child = start(&folder, "sqlite:t.db?table=t", mode);
        child.stdin.as_mut().unwrap().write_all(b"id\n1\n2\n3\n").unwrap();
        // The first rows are in the file, or on their way.
        until_there(&folder.path().join(".t.db-t.partial"));
        std::thread::sleep(Duration::from_millis(1500));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!folder.path().join("t.db").exists(), "{mode}");
        folder.mill(["run", "in.csv", "sqlite:t.db?table=t", "-q", "--mode", mode]).exits(0);
        assert_eq!(
            (rows(&folder, "select * from t"), files(&folder)),
            ("i:1".into(), vec!["in.csv".into(), "t.db".into()])
        );
    }
}

#[test]
fn a_planted_link_is_not_followed() {
    let folder = Folder::with("in.csv", "id\n1\n");
    folder.write("mine", "dear to me");
    for name in [".t.db-t.partial", ".t.db-t.partial-journal"] {
        std::os::unix::fs::symlink("mine", folder.path().join(name)).unwrap();
    }
    folder.mill(["run", "in.csv", "sqlite:t.db?table=t", "-q"]).exits(0);
    assert_eq!((folder.text("mine"), rows(&folder, "select * from t")), ("dear to me".into(), "i:1".into()));
    assert_eq!(folder.files(), ["in.csv", "mine", "t.db"]);
}
