use std::fs;

use super::*;

/// All that the parts make of a text, in the order of its chunks, and how many chunks there were.
fn milled(text: &str, query: &str, settings: &[&str]) -> (String, Vec<ErrorType>, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    fs::write(&path, text).unwrap();
    let Parts { input, mill, header } = Parts::open(path.to_str().unwrap(), query, settings).unwrap();
    let (mut out, mut rejects, mut chunks) = (header, Vec::new(), 0);
    let (mut read, mut count) = (0, 0);
    let take = |chunk| {
        let rows = mill.mill(chunk);
        assert_eq!(rows.sequence, chunks);
        chunks += 1;
        (read, count) = (read + rows.read, count + rows.count);
        out.extend(rows.text);
        rejects.extend(rows.rejects.into_iter().map(|reject| reject.error_type));
        Some(rows.buffer)
    };
    input.each(&Stop::default(), take).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!((read, count), (text.lines().count() - 1, out.lines().count() - 1));
    (out, rejects, chunks)
}

#[test]
fn rows_and_rejects_come_in_order() {
    let text: String = (0..20_000).map(|n| format!("{n},{}\n", if n % 1_000 == 7 { "x" } else { "2" })).collect();
    let text = format!("id,quantity\n{text}");
    let query = "select id, quantity * 2 as double from input where id <> 5";
    let settings = ["extract.columns={quantity = \"integer\"}", "run.chunk_size=16KiB"];
    let (out, rejects, chunks) = milled(&text, query, &settings);
    let kept = (0..20_000).filter(|n| n % 1_000 != 7 && *n != 5);
    let expected: String = kept.map(|n| format!("{n},4\n")).collect();
    assert_eq!(out, format!("id,double\n{expected}"));
    assert_eq!((rejects, chunks > 5), (vec![ErrorType::Cast; 20], true));
}

#[test]
fn what_cannot_be_taken_apart_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    fs::write(&path, "a\n1\n").unwrap();
    let refused = |query, settings: &[&str]| {
        Parts::open(path.to_str().unwrap(), query, settings)
            .err()
            .map(|error| (ExitCode::of(&error), error.to_string()))
    };
    for query in
        ["select a, count(*) from input group by a", "select a from input limit 1", "select distinct a from input"]
    {
        let (code, message) = refused(query, &[]).unwrap();
        assert!(code == ExitCode::Config && message.contains("cannot be taken apart"), "{query}: {message}");
    }
    assert_eq!(refused("select a from input", &["chunk_size"]).unwrap().0, ExitCode::Usage);
    for target in ["out.parquet", "null:", "sqlite:a.db?table=t"] {
        let (code, message) = refused("select a from input", &[&format!("load.to={target}")]).unwrap();
        assert_eq!((code, message.contains("leave out load.to")), (ExitCode::Config, true), "{target}: {message}");
    }
    assert_eq!(refused("select b from input", &[]).unwrap().0, ExitCode::Config);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn reading_ends_when_asked() {
    let Parts { input, mill, .. } =
        Parts::open("data/orders.csv", "select order_id from input", &["run.chunk_size=64KiB"]).unwrap();
    let (stop, mut chunks) = (Stop::default(), 0);
    let take = |chunk: Chunk| {
        chunks += 1;
        if chunk.sequence() == 1 {
            stop.ask(ExitCode::Interrupt);
        }
        Some(mill.mill(chunk).buffer)
    };
    input.each(&stop, take).unwrap();
    assert_eq!(chunks, 2);
}
