//! All programs write the same bytes, and merge the same rows.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAMS: [&str; 4] = [
    env!("CARGO_BIN_EXE_threads-chunks"),
    env!("CARGO_BIN_EXE_chunks"),
    env!("CARGO_BIN_EXE_threads-lines"),
    env!("CARGO_BIN_EXE_lines"),
];

const WORKERS: [&str; 3] = ["0", "1", "2"];

/// A folder of the test's own, below the target folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn orders(folder: &Path, rows: u32) -> PathBuf {
    let make = Path::new(env!("CARGO_MANIFEST_DIR")).join("../make-orders");
    let made = Command::new(make).args(["--no-newlines", &rows.to_string()]).output().unwrap();
    assert!(made.status.success());
    let path = folder.join("orders.csv");
    fs::write(&path, made.stdout).unwrap();
    path
}

#[test]
fn programs_write_the_same_bytes() {
    let folder = folder("bytes");
    let (orders, out) = (orders(&folder, 30_000), folder.join("out.csv"));
    let outputs =
        [PROGRAMS[0], PROGRAMS[1], PROGRAMS[2], PROGRAMS[3], env!("CARGO_BIN_EXE_loop-lines")].map(|program| {
            let ended = Command::new(program).args([&orders, &out]).current_dir(&folder).output().unwrap();
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(ended.status.success() && said.contains("\"read\":30000,"), "{program}: {said}");
            fs::read_to_string(&out).unwrap()
        });
    assert!(outputs[0].lines().count() > 10_000);
    assert!(outputs.iter().all(|output| *output == outputs[0]), "the programs differ");
}

#[test]
fn tasks_write_the_same_bytes_on_any_number_of_threads() {
    let folder = folder("workers");
    let (orders, out) = (orders(&folder, 10_000), folder.join("out.csv"));
    for program in [env!("CARGO_BIN_EXE_lines"), env!("CARGO_BIN_EXE_chunks")] {
        let outputs = WORKERS.map(|workers| {
            let ended = Command::new(program).args([&orders, &out]).args(["--workers", workers]).output().unwrap();
            assert!(ended.status.success(), "{program}");
            fs::read_to_string(&out).unwrap()
        });
        assert!(outputs[0].len() > 100_000 && outputs.iter().all(|output| *output == outputs[0]), "{program}");
    }
}

#[test]
fn a_transform_that_panics_fails_the_run() {
    let folder = folder("panic");
    let (orders, out) = (orders(&folder, 1_000), folder.join("out.csv"));
    for program in PROGRAMS {
        let ended =
            Command::new(program).args([&orders, &out]).args(["--fail-at", "1"]).current_dir(&folder).output().unwrap();
        assert!(!ended.status.success(), "{program}");
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = folder("errors");
    let orders = orders(&folder, 1_000);
    for program in PROGRAMS {
        let check = |arguments: &[&str], code: i32, words: &str| {
            let ended = Command::new(program).args(arguments).current_dir(&folder).output().unwrap();
            let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
            assert!(ended.status.code() == Some(code) && said.contains(words), "{program} {arguments:?}: {said}");
        };
        check(&["--help"], 0, "usage:");
        check(&["orders.csv"], 2, "usage:");
        check(&["orders.csv", "out.csv", "--wat", "1"], 2, "--wat is no option");
        check(&["nope.csv", "out.csv"], 1, "nope.csv");
        check(&[&orders.to_string_lossy(), "nope/out.csv"], 1, "nope/out.csv");
    }
}

#[test]
fn tasks_and_threads_merge_the_same_rows() {
    const SOURCES: &str = "60";
    let folder = folder("waits");
    let mut server = Command::new(env!("CARGO_BIN_EXE_answers")).stdout(Stdio::piped()).spawn().unwrap();
    let mut port = String::new();
    BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut port).unwrap();
    let merged = [(env!("CARGO_BIN_EXE_waits-tasks"), vec![]), (env!("CARGO_BIN_EXE_waits-threads"), vec!["7"])].map(
        |(program, threads)| {
            let out = folder.join("merged.csv");
            let ended = Command::new(program).args([port.trim(), SOURCES]).arg(&out).args(threads).status().unwrap();
            assert!(ended.success(), "{program}");
            let mut rows: Vec<String> = fs::read_to_string(&out).unwrap().lines().map(str::to_owned).collect();
            rows.sort();
            rows
        },
    );
    // A full disk ends them: nobody waits for room that does not come.
    for program in [env!("CARGO_BIN_EXE_waits-tasks"), env!("CARGO_BIN_EXE_waits-threads")] {
        let ended = Command::new(program).args([port.trim(), "1000", "/dev/full", "64"]).output().unwrap();
        assert!(String::from_utf8_lossy(&ended.stderr).contains("No space left"), "{program}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(merged[0].len(), 600);
    assert_eq!(merged[0], merged[1]);
}
