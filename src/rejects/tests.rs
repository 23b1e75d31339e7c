use std::sync::Arc;

use super::*;
use crate::batch::{ErrorType, InputFile, Origin, Stage};

fn errors(folder: &Path, on_error: OnError, max_errors: u64, max_error_ratio: f64) -> Errors {
    Errors { on_error, rejects: folder.join("rejects.csv"), max_errors, max_error_ratio, judged_from: 100 }
}

fn reject(record: usize, raw: &[u8]) -> Reject {
    let file = Arc::new(InputFile::new(0, "in.csv"));
    let origin = Origin { file, line: record as u64 + 2, offset: 7, record, raw: raw.to_vec() };
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
    assert_eq!(rejects.finish().unwrap(), Tally::from([("CAST", 2)]));
    let expected = concat!(
        "file,line,byte_offset,stage,sink,column,error_type,error,raw\n",
        "in.csv,2,7,transform,,id,CAST,\"\"\"x\"\" is not a bigint\",\"x,\"\"a\nb\"\"\"\n",
        "in.csv,5,7,load,shop.db,,CAST,\"escaped: \"\"x\"\" is not a bigint\",\"4,\\xFF\\\\\"\n",
    );
    assert_eq!(std::fs::read_to_string(rejects.path()).unwrap(), expected);
}

#[test]
fn a_clean_run_leaves_no_file_and_a_dry_run_touches_none() {
    let folder = tempfile::tempdir().unwrap();
    let errors = errors(folder.path(), OnError::Reject, 10, 1.0);
    std::fs::write(&errors.rejects, "file,line,byte_offset,stage,sink,column,error_type,error,raw\nof an earlier run")
        .unwrap();
    let dry = create(&errors, true).unwrap();
    dry.pass(1, &[reject(0, b"x")]).unwrap();
    assert_eq!(dry.finish().unwrap(), Tally::from([("CAST", 1)]));
    assert_eq!(
        std::fs::read_to_string(&errors.rejects).unwrap(),
        "file,line,byte_offset,stage,sink,column,error_type,error,raw\nof an earlier run"
    );
    create(&errors, false).unwrap().finish().unwrap();
    assert!(!errors.rejects.exists());
}

#[test]
fn an_abandoned_file_is_whole_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let errors = errors(folder.path(), OnError::Reject, 10, 1.0);
    let rejects = create(&errors, false).unwrap();
    rejects.pass(1, &[reject(0, b"x")]).unwrap();
    drop(rejects);
    assert!(std::fs::read_to_string(&errors.rejects).unwrap().ends_with(",x\n"));
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
    assert_eq!(rejects.finish().unwrap(), Tally::from([("CAST", 1)]));
}

fn create(errors: &Errors, dry_run: bool) -> Result<Rejects> {
    Rejects::create(errors, dry_run, &AtomicBool::default())
}
