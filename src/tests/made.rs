//! The places of jobs that are made to be difficult.

use std::fs;
use std::path::Path;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tempfile::TempDir;

use super::continued::{Verdict, check};
use super::observed::{Cut, Ran, run};
use crate::job::{Changes, Job, Setting};

/// Places that are tried of each run.
const MOST: usize = 12;

/// A folder, and what a job reads from and writes to in it.
struct Bench(TempDir);

impl Bench {
    fn new(files: &[(&str, &[u8])]) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        files.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
        Bench(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn job(&self, source: &str, target: &str, changes: Changes) -> Job {
        let target = target.replace("sqlite:", &format!("sqlite:{}/", self.0.path().display()));
        let target = if target.contains(':') { target } else { self.path(&target) };
        dry(Job::from_arguments(&self.path(source), &target, changes).unwrap())
    }
}

fn dry(mut job: Job) -> Job {
    job.run.dry_run = true;
    job
}

fn sql(query: &str) -> Changes {
    Changes { sql: Some(query.to_owned()), ..Changes::default() }
}

fn set(settings: &[&str]) -> Changes {
    let settings = settings.iter().map(|text| Setting::parse(text).unwrap()).collect();
    Changes { settings, ..Changes::default() }
}

/// Tries the job, which must tell of places, and returns what comes of it as a whole.
#[track_caller]
fn goes_on(job: &Job) -> Ran {
    let verdict = check(job, MOST);
    assert!(matches!(verdict, Verdict::Told(places) if places >= 5), "{verdict:?}");
    run(job, Cut { chunk_size: 64, threads: 2, flush: 2, period: Duration::from_secs(3600) }, None).unwrap()
}

/// `id,word,n` and so many rows; each tenth is broken, and each seventh has a word for its number.
fn table(rows: usize) -> Vec<u8> {
    let row = |row: usize| match row {
        _ if row % 10 == 9 => format!("{row},\"bad\"x\n"),
        _ if row % 7 == 3 => format!("{row},w{row},many\n"),
        _ => format!("{row},\"w\n{row}\",{}\n", row * 3),
    };
    let rows: String = (0..rows).map(row).collect();
    format!("id,word,n\n{rows}").into_bytes()
}

#[test]
fn rows_refused_on_the_way_are_no_output_rows() {
    let bench = Bench::new(&[("in.csv", &table(60))]);
    let changes = Changes { filter: Some("id % 3 <> 1".to_owned()), ..set(&["extract.columns.n=\"bigint\""]) };
    let ran = goes_on(&bench.job("in.csv", "out.csv", changes));
    let accounts = ran.accounts;
    assert!(accounts.broken > 0 && accounts.refused > 0 && accounts.filtered > 0 && accounts.output > 20);
}

#[test]
fn a_filter_that_keeps_a_row_here_and_there_or_none() {
    let bench = Bench::new(&[("in.csv", &table(80))]);
    for (filter, rows) in [("id in (17, 40, 41, 77)", 4), ("id < 0", 0)] {
        let changes = Changes { filter: Some(filter.to_owned()), ..Changes::default() };
        let ran = goes_on(&bench.job("in.csv", "out.csv", changes));
        assert_eq!(ran.sinks[0].rows.len(), rows);
        let (_, last) = ran.sinks[0].told.last().unwrap();
        assert_eq!(last.begin.offset as usize, table(80).len(), "{filter}");
    }
}

#[test]
fn a_limit_among_rejects() {
    let bench = Bench::new(&[("in.csv", &table(60))]);
    for limit in [1, 9, 25] {
        let changes = Changes { limit: Some(limit), ..set(&["extract.columns.n=\"bigint\""]) };
        let ran = goes_on(&bench.job("in.csv", "out.csv", changes));
        assert_eq!(ran.sinks[0].rows.len() as u64, limit);
    }
}

#[test]
fn rows_that_an_encoder_refuses() {
    let bench = Bench::new(&[("in.csv", &table(60))]);
    let database = rusqlite::Connection::open(bench.path("t.db")).unwrap();
    database.execute_batch("create table t (id text, word text, n integer)").unwrap();
    drop(database);
    let all_text = || Changes { all_text: true, ..Changes::default() };
    let ran = goes_on(&bench.job("in.csv", "sqlite:t.db?table=t", all_text()));
    assert!(!ran.rejects[1].is_empty() && ran.accounts.refused == 0);

    let [input, out, more] = ["in.csv", "out.csv", "out.jsonl"].map(|name| bench.path(name));
    let targets = [out, format!("sqlite:{}?table=t", bench.path("t.db")), more];
    let loads: String = targets.iter().map(|target| format!("[[load]]\nto = {target:?}\n")).collect();
    fs::write(bench.path("job.toml"), format!("[extract]\npath = {input:?}\n{loads}")).unwrap();
    let job = dry(Job::load(Path::new(&bench.path("job.toml")), all_text()).unwrap());
    let ran = goes_on(&job);
    let [csv, sqlite, jsonl] = [0, 1, 2].map(|sink| ran.sinks[sink].rows.len());
    assert!(csv == jsonl && csv == sqlite + ran.rejects[1].len() && csv > sqlite);
}

#[test]
fn lines_that_are_passed_over_in_pieces() {
    let (long, comment) = ("x".repeat(900), format!("#{}\n", "note ".repeat(200)));
    let text = format!("a,b\n1,x\n2,{long}\n{comment}3,\"y\nz\"\n4,\"{long}\n5,z\n{comment}6,u\n7,v\n");
    let bench = Bench::new(&[("in.csv", text.as_bytes())]);
    let settings = ["extract.max_record_size=\"100B\"", "extract.comment=\"#\""];
    let changes = Changes { select: Some("_line, a, b".to_owned()), ..set(&settings) };
    let ran = goes_on(&bench.job("in.csv", "out.csv", changes));
    assert!(ran.accounts.broken >= 2 && ran.accounts.output >= 5, "{:?}", ran.accounts);
}

#[test]
fn files_of_every_kind_together() {
    let utf16: Vec<u8> =
        "\u{feff}id,word,n\n1,é😀,2\n\"3\",\"x\ny\",4\n5\n6,z,7\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &table(40)).unwrap();
    let gzip = gzip.finish().unwrap();
    let bench = Bench::new(&[
        ("1.csv", &table(15)),
        ("2.csv", &utf16),
        ("3.csv", &gzip),
        ("4.csv", b"id,word,n\n"),
        ("5.csv", &table(9)),
    ]);
    let select = || Changes { select: Some("_file, _line, *".to_owned()), ..Changes::default() };
    let ran = goes_on(&bench.job("*.csv", "out.csv", select()));
    assert!(ran.accounts.output > 50 && ran.accounts.broken > 4, "{:?}", ran.accounts);
}

#[test]
fn columns_matched_by_name() {
    let files: [(&str, &[u8]); 3] =
        [("1.csv", b"a,b\n1,x\n2,y\n3\n"), ("2.csv", b"b,c\nu,7\nv,8\nw,9\n"), ("3.csv", b"c\n5\n6\n")];
    let bench = Bench::new(&files);
    let ran = goes_on(&bench.job("*.csv", "out.jsonl", set(&["extract.union_by_name=true"])));
    assert_eq!((ran.accounts.output, ran.accounts.broken), (7, 1));
}

#[test]
fn lines_of_json() {
    let row = |row: usize| match row % 9 {
        4 => format!("{{\"id\":{row},\"n\":\"x\"}}\n"),
        7 => "{\"id\":\n".to_owned(),
        _ => format!("{{\"id\":{row},\"n\":{}}}\n", row * 2),
    };
    let text: String = (0..50).map(row).collect();
    let bench = Bench::new(&[("in.jsonl", text.as_bytes())]);
    let changes = Changes {
        select: Some("id, n + 1 as n".to_owned()),
        ..set(&["extract.columns.id=\"bigint\"", "extract.columns.n=\"bigint\""])
    };
    let ran = goes_on(&bench.job("in.jsonl", "out.jsonl", changes));
    assert!(ran.accounts.broken > 3 && ran.accounts.refused > 3);
}

#[test]
fn row_groups() {
    use crate::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    let bench = Bench::new(&[]);
    for (name, rows) in [("1.parquet", 700), ("2.parquet", 90)] {
        let numbers: ArrayRef = std::sync::Arc::new(Int64Array::from_iter_values(0..rows));
        let words: ArrayRef =
            std::sync::Arc::new(StringArray::from_iter_values((0..rows).map(|row| format!("w{}", row % 50))));
        let table = RecordBatch::try_from_iter([("n", numbers), ("word", words)]).unwrap();
        let properties =
            parquet::file::properties::WriterProperties::builder().set_max_row_group_row_count(Some(150)).build();
        let file = fs::File::create(bench.path(name)).unwrap();
        let mut writer = parquet::arrow::ArrowWriter::try_new(file, table.schema(), Some(properties)).unwrap();
        writer.write(&table).unwrap();
        writer.close().unwrap();
    }
    let query =
        "select _file, _line, n, right(word, 1)::bigint + n as m from input where n % 5 <> 2 and 10 / (n - 333) < 9";
    let ran = goes_on(&bench.job("*.parquet", "out.csv", sql(query)));
    assert!(ran.accounts.output > 500 && ran.accounts.refused == 1, "{:?}", ran.accounts);
}

#[test]
fn a_chunk_that_is_milled_in_parts() {
    let bench = Bench::new(&[("in.csv", &table(40))]);
    let query = "select id, rpad(word, 300000) as long from input where id % 4 <> 1";
    let settings = set(&["run.memory_limit=\"32MiB\""]);
    let job = bench.job("in.csv", "out.csv", Changes { sql: Some(query.to_owned()), ..settings });
    assert!(matches!(check(&job, 1), Verdict::Told(_)));
    // More than a job of the pool may hold, all of it in one chunk.
    let whole = Cut { chunk_size: 1 << 20, threads: 2, flush: 1, period: Duration::from_secs(3600) };
    let ran = run(&job, whole, None).unwrap();
    let within = ran.sinks[0].told.iter().filter(|(_, place)| place.rows > 0 && place.begin.line == 2).count();
    assert_eq!(within, ran.sinks[0].rows.len() - 1);
}

#[test]
fn what_is_gathered_tells_of_no_place() {
    let bench = Bench::new(&[("in.csv", &table(30))]);
    for query in [
        "select word, count(*) from input group by word",
        "select distinct word from input",
        "select * from input order by id desc limit 3",
        "select count(*) from input",
    ] {
        assert_eq!(check(&bench.job("in.csv", "out.csv", sql(query)), MOST), Verdict::None, "{query}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_lines_go_on(
        pieces in vec(select(vec!["1,", "2", "x", ",", "\n", "\n", "\r\n", "\r", "\r\r\n", "\"", "\"a\nb\"", "é", "0"]), 0..150),
        end in select(vec!["\n", "\r\n", "\r"]),
        filter in select(vec!["true", "a > '1'", "b is not null", "10 / length(a) > 4"]),
    ) {
        let bench = Bench::new(&[("in.csv", format!("a,b{end}{}", pieces.concat()).as_bytes())]);
        let changes = Changes { filter: Some(filter.to_owned()), all_text: true, ..Changes::default() };
        let verdict = check(&bench.job("in.csv", "out.csv", changes), 3);
        prop_assert!(verdict == Verdict::Refused || matches!(verdict, Verdict::Told(_)), "{:?}", verdict);
    }
}
