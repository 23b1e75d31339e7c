//! Nothing half-done looks done.

use std::process::Command;

use crate::support::{Folder, GRISTMILL};

const INPUT: &str = "id,name\n1,a\n2,b\n";

#[test]
fn a_failed_run_leaves_the_old_target_and_nothing_else() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n2,b,c\n");
    folder.write("out.csv", "old\n");
    folder.mill(["run", "in.csv", "out.csv", "--on-error", "stop"]).exits(65).says("in.csv, line 3");
    assert_eq!(folder.text("out.csv"), "old\n");
    assert_eq!(folder.files(), ["in.csv", "out.csv", "out.csv.rejects.csv"]);
}

#[test]
fn a_finished_run_replaces_the_target() {
    let folder = Folder::with("in.csv", INPUT);
    folder.write("out.csv", "old\n");
    folder.mill(["run", "in.csv", "out.csv"]).exits(0);
    assert_eq!(folder.text("out.csv"), INPUT);
    assert_eq!(folder.files(), ["in.csv", "out.csv"]);
}

/// Standard input is empty here.
#[test]
fn a_file_named_like_standard_input_is_read_where_a_glob_finds_it() {
    let folder = Folder::with("-", INPUT);
    folder.mill(["run", "[-]", "out.csv", "--set", "extract.format=csv"]).exits(0);
    assert_eq!(folder.text("out.csv"), INPUT);
}

#[test]
fn append_adds_rows_and_no_second_header() {
    let folder = Folder::with("in.csv", INPUT);
    folder.mill(["run", "in.csv", "out.csv", "--mode", "append"]).exits(0);
    folder.mill(["run", "in.csv", "out.csv", "--mode", "append"]).exits(0);
    assert_eq!(folder.text("out.csv"), "id,name\n1,a\n2,b\n1,a\n2,b\n");
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n2\n");
    folder.mill(["run", "in.csv", "out.csv", "--dry-run"]).exits(3);
    folder.mill(["run", "in.csv", "sqlite:out.db?table=t", "--dry-run"]).exits(3);
    assert_eq!(folder.files(), ["in.csv"]);
}

#[test]
fn a_closed_pipe_is_a_clean_end() {
    let many: String = (0..200_000).map(|id| format!("{id},name {id}\n")).collect();
    let folder = Folder::with("in.csv", format!("id,name\n{many}"));
    let script = format!("{GRISTMILL} run in.csv - 2>err | head -n 1; printf '%s' \"${{PIPESTATUS[0]}}\" >code");
    let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
    assert_eq!((output.stdout, folder.text("code")), (b"id,name\n".to_vec(), "0".to_owned()));
    assert!(!folder.text("err").contains("roken pipe"), "{}", folder.text("err"));
}

/// Needs root, to mount a small tmpfs.
#[test]
#[ignore = "mounts a small tmpfs, which takes root; scripts/test.sh runs it"]
fn a_full_tmpfs_is_74_and_leaves_no_target() {
    let many: String = (0..200_000).map(|id| format!("{id},name {id}\n")).collect();
    let folder = Folder::with("in.csv", format!("id,name\n{many}"));
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let mount =
        |arguments: &[&str]| Command::new(arguments[0]).args(&arguments[1..]).arg(&disk).status().unwrap().success();
    assert!(mount(&["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs"]), "mounting a tmpfs failed");
    for target in ["disk/out.csv", "disk/out.jsonl", "sqlite:disk/out.db?table=t"] {
        let done = folder.mill(["run", "in.csv", target]);
        let left: Vec<_> = std::fs::read_dir(&disk).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        if !left.is_empty() || done.code != Some(74) {
            mount(&["umount"]);
        }
        done.exits(74).says("disk/out");
        assert!(left.is_empty(), "{target} left {left:?}");
    }
    assert!(mount(&["umount"]));
}

#[test]
fn a_device_that_is_full_is_74() {
    let folder = Folder::with("in.csv", INPUT);
    folder.mill(["run", "in.csv", "/dev/full", "--to-format", "csv"]).exits(74).says("/dev/full");
}

#[test]
fn what_cannot_be_created_is_73_before_a_row_is_read() {
    let folder = Folder::with("in.csv", INPUT);
    folder.write("file", "");
    folder.mill(["run", "in.csv", "missing/out.csv"]).exits(73).says("missing");
    folder.mill(["run", "in.csv", "file/out.csv"]).exits(73).says("file");
    folder.mill(["run", "in.csv", "sqlite:missing/out.db?table=t"]).exits(73).says("missing");
    folder.mill(["run", "in.csv", "out.csv", "--rejects", "missing/rejects.csv"]).exits(73).says("missing");
    assert_eq!(folder.files(), ["file", "in.csv"]);
}
