//! Names that somebody else has planted in a folder that others can write: nothing there is believed, followed or published.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::process::Command;

use crate::support::Folder;

const ROWS: &str = "id,name\n1,a\n2,b\n";
const OLD_SUMMARY: &str = "{\"job\":\"old\",\"exit_code\":9,\"balanced\":true}\n";
/// Any user but root.
const SOMEBODY: u32 = 65_534;

/// Whether files can be given away.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn set_mode(folder: &Folder, name: &str, mode: u32) {
    fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
}

fn found(folder: &Folder, name: &str) -> fs::Metadata {
    fs::symlink_metadata(folder.path().join(name)).unwrap()
}

#[test]
fn a_linked_work_folder_takes_nobodys_parts() {
    let folder = Folder::with("in.csv", ROWS);
    fs::create_dir(folder.path().join("victim")).unwrap();
    folder.write("victim/part-00000.parquet", "mine");
    symlink("victim", folder.path().join(".out.partial")).unwrap();
    folder.mill(["run", "-q", "in.csv", "out/", "--set", "load.max_rows=1"]).exits(0);
    assert_eq!(folder.text("victim/part-00000.parquet"), "mine");
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 2);
    assert_eq!(folder.files(), ["in.csv", "out", "victim"]);
}

/// Each kind of work file, planted with a second name and so that all may write it.
#[test]
fn a_planted_work_file_is_not_published() {
    let targets = [
        (".out.csv.partial", "out.csv", &[][..]),
        (".out.parquet.partial", "out.parquet", &[]),
        (".out.csv.partial", "out.csv", &["--mode", "append"]),
        (".s.json.partial", "out.csv", &["--summary", "s.json"]),
        (".t.db-t.lock", "sqlite:t.db?table=t", &[]),
        (".out.lock", "out/", &["--set", "load.max_rows=1"]),
    ];
    for (planted, target, more) in targets {
        for second in [false, true] {
            let folder = Folder::with("in.csv", ROWS);
            folder.write(planted, "planted");
            if second {
                fs::hard_link(folder.path().join(planted), folder.path().join("second")).unwrap();
            } else {
                set_mode(&folder, planted, 0o666);
            }
            folder.mill([&["run", "-q", "in.csv", target], more].concat()).exits(0);
            assert!(!folder.files().contains(&planted.to_owned()), "{:?}", folder.files());
            if second {
                assert_eq!(folder.text("second"), "planted", "{planted}");
            }
            for name in folder.files().iter().filter(|name| name.contains("out.") || name.contains("s.json")) {
                assert_eq!((found(&folder, name).nlink(), found(&folder, name).mode() & 0o022), (1, 0), "{name}");
            }
        }
    }
}

#[test]
fn a_work_file_of_another_user_is_refused_and_stays() {
    if !is_root() {
        return;
    }
    let targets = [
        (".out.csv.partial", "out.csv", &[][..]),
        (".t.db-t.lock", "sqlite:t.db?table=t", &[]),
        (".out.partial", "out/", &["--set", "load.max_rows=1"]),
    ];
    for (planted, target, more) in targets {
        let folder = Folder::with("in.csv", ROWS);
        if target == "out/" {
            fs::create_dir(folder.path().join(planted)).unwrap();
        } else {
            folder.write(planted, "planted");
        }
        chown(folder.path().join(planted), Some(SOMEBODY), None).unwrap();
        let done = folder.mill([&["run", "in.csv", target], more].concat()).exits(73);
        done.says(&format!("{planted} stands in its way and is "));
        assert_eq!(found(&folder, planted).uid(), SOMEBODY);
        assert_eq!(folder.files(), [planted, "in.csv"]);
    }
}

#[test]
fn a_summary_takes_nothing_that_it_is_linked_to() {
    let folder = Folder::with("in.csv", ROWS);
    folder.write("old.json", OLD_SUMMARY);
    symlink("old.json", folder.path().join("link.json")).unwrap();
    folder.mill(["run", "-q", "in.csv", "out.csv", "--summary", "link.json"]).exits(0);
    assert!(found(&folder, "link.json").is_symlink());
    assert!(folder.text("old.json").contains("\"exit_code\":0"));
    folder.write("precious", "mine");
    symlink("precious", folder.path().join(".s.json.partial")).unwrap();
    folder.mill(["run", "-q", "in.csv", "out.csv", "--summary", "s.json"]).exits(0);
    assert_eq!(folder.text("precious"), "mine");
    assert!(!found(&folder, "s.json").is_symlink());
}

/// It stands whole until the new one does.
#[test]
fn a_summary_replaces_the_old_one_at_the_end() {
    let folder = Folder::with("in.csv", ROWS);
    folder.write("s.json", OLD_SUMMARY);
    set_mode(&folder, "s.json", 0o640);
    let child = folder.start(["run", "-", "out.csv", "--all-text", "--summary", "s.json"]);
    while !folder.files().contains(&".s.json.partial".to_owned()) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(folder.text("s.json"), OLD_SUMMARY);
    std::io::Write::write_all(&mut child.stdin.as_ref().unwrap(), ROWS.as_bytes()).unwrap();
    crate::support::Done::wait(child).exits(0);
    assert!(folder.text("s.json").contains("\"exit_code\":0"));
    assert_eq!(found(&folder, "s.json").mode() & 0o777, 0o640);
    assert_eq!(folder.files(), ["in.csv", "out.csv", "s.json"]);
}

#[test]
fn a_set_user_id_bit_goes_with_what_it_was_given_to() {
    let folder = Folder::with("in.csv", ROWS);
    for name in ["out.csv", "out.parquet", "s.json"] {
        folder.write(name, "");
        set_mode(&folder, name, 0o6755);
        folder
            .mill(["run", "-q", "in.csv", if name == "s.json" { "x.csv" } else { name }, "--summary", "s.json"])
            .exits(0);
        assert_eq!(found(&folder, name).mode() & 0o7777, 0o755, "{name}");
    }
}

#[test]
fn the_owner_of_a_target_stays_its_owner() {
    if !is_root() {
        return;
    }
    let folder = Folder::with("in.csv", ROWS);
    for mode in ["replace", "append"] {
        folder.write("out.csv", "id,name\n");
        chown(folder.path().join("out.csv"), Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        set_mode(&folder, "out.csv", 0o640);
        folder.mill(["run", "-q", "in.csv", "out.csv", "--mode", mode]).exits(0);
        let now = found(&folder, "out.csv");
        assert_eq!((now.uid(), now.gid(), now.mode() & 0o7777), (SOMEBODY, SOMEBODY, 0o640), "{mode}");
    }
}
