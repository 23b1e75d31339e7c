use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::batch::{ErrorType, InputFile, RowOrigin, Stage};

const EARLIER: &str = "file,line,byte_offset,stage,sink,column,error_type,error,raw\nof an earlier run";

fn errors(folder: &Path, on_error: OnError, max_errors: u64, max_error_ratio: f64) -> Errors {
    let rejects = Some(folder.join("rejects.csv"));
    Errors { on_error, rejects, keep: 30, max_errors, max_error_ratio, judged_from: 100 }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn reject(record: usize, raw: &[u8]) -> Reject {
    let file = Arc::new(InputFile::new(0, "in.csv"));
    let origin = RowOrigin { file, line: record as u64 + 2, offset: 7, record, raw: raw.to_vec() };
    let (column, message) = (Some("id".to_owned()), "\"x\" is not a bigint".to_owned());
    Reject { origin, stage: Stage::Transform, sink: None, column, error_type: ErrorType::Cast, message }
}

#[test]
fn a_reject_is_one_record_of_nine_fields() {
    let folder = tempfile::tempdir().unwrap();
    let rejects = create(&errors(folder.path(), OnError::Reject, 10, 1.0), false).unwrap();
    let sink = Reject { stage: Stage::Load, sink: Some("shop.db".into()), column: None, ..reject(3, b"4,\xff\\") };
    rejects.pass(3, &[reject(0, b"x,\"a\nb\"")]).unwrap();
    rejects.refused(&[sink]).unwrap();
    let placed = rejects.finish().unwrap();
    assert_eq!(rejects.tally(), Tally::from([("CAST", 2)]));
    let expected = concat!(
        "file,line,byte_offset,stage,sink,column,error_type,error,raw\n",
        "in.csv,2,7,transform,,id,CAST,\"\"\"x\"\" is not a bigint\",\"x,\"\"a\nb\"\"\"\n",
        "in.csv,5,7,load,shop.db,,CAST,\"escaped: \"\"x\"\" is not a bigint\",\"4,\\xFF\\\\\"\n",
    );
    assert_eq!(std::fs::read_to_string(placed.file.unwrap()).unwrap(), expected);
}

#[test]
fn a_clean_run_leaves_no_file_and_a_dry_run_touches_none() {
    let folder = tempfile::tempdir().unwrap();
    let errors = errors(folder.path(), OnError::Reject, 10, 1.0);
    std::fs::write(folder.path().join("rejects.csv"), EARLIER).unwrap();
    let dry = create(&errors, true).unwrap();
    dry.pass(1, &[reject(0, b"x")]).unwrap();
    assert_eq!(dry.finish().unwrap(), Placed::default());
    assert_eq!((dry.tally(), names(folder.path())), (Tally::from([("CAST", 1)]), vec!["rejects.csv".to_owned()]));
    let placed = create(&errors, false).unwrap().finish().unwrap();
    assert_eq!((placed.file, placed.removed.len()), (None, 0));
    assert_eq!(placed.moved.len(), 1);
    assert_eq!(std::fs::read_to_string(&placed.moved[0]).unwrap(), EARLIER);
    assert_eq!(names(folder.path()).len(), 1);
}

#[test]
fn an_abandoned_file_is_whole_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let errors = errors(folder.path(), OnError::Reject, 10, 1.0);
    let rejects = create(&errors, false).unwrap();
    rejects.pass(1, &[reject(0, b"x")]).unwrap();
    drop(rejects);
    assert!(std::fs::read_to_string(folder.path().join("rejects.csv")).unwrap().ends_with(",x\n"));
    drop(create(&errors, false).unwrap());
    assert_eq!(names(folder.path()).len(), 1, "the file of the first run, moved aside by a run without rejects");
}

/// What is written under another run's name until then.
#[test]
fn rejects_show_at_the_end_and_two_runs_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let errors = errors(folder.path(), OnError::Reject, 10, 1.0);
    let (one, other) = (create(&errors, false).unwrap(), create(&errors, false).unwrap());
    one.pass(1, &[reject(0, b"one")]).unwrap();
    other.pass(1, &[reject(0, b"other")]).unwrap();
    let hidden = names(folder.path());
    assert!(hidden.len() == 2 && hidden.iter().all(|name| name.starts_with(".rejects.csv.")), "{hidden:?}");
    assert_eq!(one.finish().unwrap().file, Some(folder.path().join("rejects.csv")));
    let placed = other.finish().unwrap();
    assert_eq!(placed.moved.len(), 1);
    let text = |path: &Path| std::fs::read_to_string(path).unwrap();
    assert!(text(&placed.moved[0]).ends_with(",one\n") && text(&placed.file.unwrap()).ends_with(",other\n"));
    assert_eq!(names(folder.path()).len(), 2);
}

#[test]
fn what_a_killed_run_has_rejected_is_moved_aside_once_it_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let errors = errors(folder.path(), OnError::Reject, 10, 1.0);
    let left = |id: &str, text: &str| std::fs::write(folder.path().join(format!(".rejects.csv.{id}.partial")), text);
    left("0123456789abcdef", EARLIER).unwrap();
    left("00000000000000ab", EARLIER.lines().next().unwrap()).unwrap();
    left("00000000000000ff", "").unwrap();
    left("notofours", EARLIER).unwrap();
    let at_work = create(&errors, false).unwrap();
    assert_eq!(names(folder.path()).len(), 3, "{:?}", names(folder.path()));
    let placed = at_work.finish().unwrap();
    assert_eq!((placed.file, placed.moved.len(), placed.remarks.len()), (None, 1, 1));
    assert_eq!(std::fs::read_to_string(&placed.moved[0]).unwrap(), EARLIER);
}

#[test]
fn earlier_files_are_told_by_their_time_and_the_oldest_go() {
    let folder = tempfile::tempdir().unwrap();
    let errors = Errors { keep: 2, ..errors(folder.path(), OnError::Reject, 10, 1.0) };
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("rejects.20261129T030000Z.csv", EARLIER);
    write("rejects.20261129T030000Z-2.csv", EARLIER);
    write("rejects.20261129T030000Z-10.csv", EARLIER);
    write("rejects.20261128T030000Z.csv", "of another kind");
    write("rejects.2026.csv", EARLIER);
    write("other.20261129T030000Z.csv", EARLIER);
    write("rejects.csv", EARLIER);
    // 2026-11-29 03:00:00 UTC.
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_795_921_200);
    std::fs::File::options().write(true).open(folder.path().join("rejects.csv")).unwrap().set_modified(time).unwrap();
    let rejects = create(&errors, false).unwrap();
    rejects.pass(1, &[reject(0, b"x")]).unwrap();
    let placed = rejects.finish().unwrap();
    assert_eq!(placed.moved, [folder.path().join("rejects.20261129T030000Z-11.csv")]);
    let removed = ["rejects.20261129T030000Z.csv", "rejects.20261129T030000Z-2.csv"];
    assert_eq!(placed.removed, removed.map(|name| folder.path().join(name)));
    let left = [
        "other.20261129T030000Z.csv",
        "rejects.2026.csv",
        "rejects.20261128T030000Z.csv",
        "rejects.20261129T030000Z-10.csv",
        "rejects.20261129T030000Z-11.csv",
        "rejects.csv",
    ];
    assert_eq!(names(folder.path()), left);
}

/// Of one second too, and though the file that is moved is older than all.
#[test]
fn the_newest_of_the_earlier_files_stay() {
    let folder = tempfile::tempdir().unwrap();
    let errors = Errors { keep: 2, ..errors(folder.path(), OnError::Reject, 10, 1.0) };
    let earlier = || {
        let mut texts: Vec<_> = (names(folder.path()).iter().filter(|name| *name != "rejects.csv"))
            .map(|name| std::fs::read_to_string(folder.path().join(name)).unwrap())
            .map(|text| text.trim_end().rsplit(',').next().unwrap().to_owned())
            .collect();
        texts.sort();
        texts
    };
    let run = |number: u64, seconds: u64| {
        let rejects = create(&errors, false).unwrap();
        rejects.pass(1, &[reject(0, number.to_string().as_bytes())]).unwrap();
        rejects.finish().unwrap();
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let file = std::fs::File::options().write(true).open(folder.path().join("rejects.csv")).unwrap();
        file.set_modified(time).unwrap();
    };
    (1..=8).for_each(|number| run(number, 1_795_921_200));
    assert_eq!(earlier(), ["6", "7"]);
    run(9, 1);
    run(10, 1_795_921_300);
    assert_eq!(earlier(), ["8", "9"]);
}

#[test]
fn what_others_put_there_meanwhile_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let errors = errors(folder.path(), OnError::Reject, 10, 1.0);
    let rejects = create(&errors, false).unwrap();
    rejects.pass(1, &[reject(0, b"x")]).unwrap();
    std::fs::write(folder.path().join("rejects.csv"), "precious").unwrap();
    let placed = rejects.finish().unwrap();
    assert_eq!(std::fs::read_to_string(folder.path().join("rejects.csv")).unwrap(), "precious");
    let file = placed.file.unwrap();
    assert!(std::fs::read_to_string(&file).unwrap().ends_with(",x\n"));
    assert!(placed.remarks[0].ends_with(&format!("the rejects are in {}", file.display())), "{:?}", placed.remarks);
    let error = create(&errors, false).err().unwrap();
    assert!(error.to_string().contains("is not a rejects file"), "{error}");
}

/// The mode of the rejects of an input of this mode, over a rejects file of another one.
fn mode(input: u32, standing: Option<u32>) -> u32 {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, mode: u32| {
        std::fs::write(folder.path().join(name), EARLIER).unwrap();
        std::fs::set_permissions(folder.path().join(name), Permissions::from_mode(mode)).unwrap();
    };
    file("in.csv", input);
    standing.into_iter().for_each(|mode| file("rejects.csv", mode));
    let errors = errors(folder.path(), OnError::Reject, 10, 1.0);
    let inputs = Inputs::of([std::fs::metadata(folder.path().join("in.csv")).unwrap()]);
    let rejects = Rejects::create(&errors, inputs, false, &AtomicBool::default()).unwrap();
    rejects.pass(1, &[reject(0, b"x")]).unwrap();
    let placed = rejects.finish().unwrap();
    std::fs::metadata(placed.file.unwrap()).unwrap().permissions().mode() & 0o7777
}

#[test]
fn nobody_reads_in_the_rejects_what_he_may_not_read_in_the_input() {
    assert_eq!(mode(0o600, None), 0o600);
    assert_eq!(mode(0o600, Some(0o644)), 0o600);
    assert_eq!(mode(0o400, None), 0o600);
    assert_eq!(mode(0o640, Some(0o666)), 0o640);
    assert_eq!(mode(0o666, Some(0o640)), 0o640);
    assert_eq!(mode(0o666, Some(0o4666)), 0o666);
}

/// Passes chunks of `(rows, rejects)` until the budget is exceeded; the message, if it was, and all rejects counted.
fn judged(max_errors: u64, ratio: f64, chunks: &[(u64, &[usize])]) -> (Option<String>, u64) {
    let folder = tempfile::tempdir().unwrap();
    let rejects = create(&errors(folder.path(), OnError::Reject, max_errors, ratio), true).unwrap();
    let pass = |(rows, bad): &(u64, &[usize])| {
        rejects.pass(*rows, &bad.iter().map(|row| reject(*row, b"x")).collect::<Vec<_>>())
    };
    let error = chunks.iter().try_for_each(pass).err();
    assert!(error.as_ref().is_none_or(|error| ExitCode::of(error) == ExitCode::Budget));
    (error.map(|error| error.to_string()), rejects.total())
}

#[test]
fn rejects_are_counted_up_to_the_first_too_many() {
    assert_eq!(judged(2, 1.0, &[(5, &[0, 4]), (5, &[])]), (None, 2));
    let (error, total) = judged(2, 1.0, &[(5, &[0, 4]), (5, &[2, 3, 4])]);
    assert_eq!(total, 3);
    assert_eq!(error.unwrap(), "the count of rejects, 3, is over errors.max_errors = 2; raise it to go on past them");
}

#[test]
fn the_ratio_is_judged_at_10_000_rows_and_at_each_reject_after() {
    let all: Vec<usize> = (0..9_999).collect();
    assert_eq!(judged(20_000, 0.1, &[(9_999, &all)]), (None, 9_999));
    let (error, total) = judged(20_000, 0.1, &[(9_999, &all), (1, &[])]);
    assert_eq!(total, 9_999);
    assert_eq!(
        error.unwrap(),
        "the share of rejects, 9999 of 10000 rows, is over errors.max_error_ratio = 0.1; raise it to go on past them"
    );
    assert_eq!(judged(20_000, 0.1, &[(10_000, &all[..1_000])]), (None, 1_000));
    assert_eq!(judged(20_000, 0.1, &[(10_000, &all[..1_001])]).1, 1_001);
    assert_eq!(judged(20_000, 0.1, &[(20_000, &all[..1_000]), (1_000, &all[..1_000])]), (None, 2_000));
}

#[test]
fn at_the_end_the_ratio_is_judged_from_fewer_rows_on() {
    let folder = tempfile::tempdir().unwrap();
    let ends = |rows: u64, bad: usize, judged_from: u64| {
        let errors = Errors { judged_from, ..errors(folder.path(), OnError::Reject, 10_000, 0.1) };
        let rejects = create(&errors, true).unwrap();
        rejects.pass(rows, &(0..bad).map(|row| reject(row, b"x")).collect::<Vec<_>>()).unwrap();
        rejects.judge().is_ok()
    };
    assert!(ends(99, 99, 100) && ends(100, 10, 100) && ends(10, 1, 0) && ends(0, 0, 0));
    assert!(!ends(100, 11, 100) && !ends(1, 1, 0) && !ends(99, 10, 0));
}

#[test]
fn on_error_stop_names_the_first_reject_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let rejects = create(&errors(folder.path(), OnError::Stop, 10, 1.0), false).unwrap();
    let error = rejects.pass(2, &[reject(1, b"x"), reject(2, b"y")]).unwrap_err();
    assert_eq!(ExitCode::of(&error), ExitCode::Data);
    assert_eq!(
        error.to_string(),
        "in.csv, line 3, column \"id\": \"x\" is not a bigint (CAST); errors.on_error = \"reject\" would go on without this row"
    );
    assert_eq!(rejects.tally(), Tally::from([("CAST", 1)]));
}

fn create(errors: &Errors, dry_run: bool) -> Result<Rejects> {
    Rejects::create(errors, Inputs::default(), dry_run, &AtomicBool::default())
}
