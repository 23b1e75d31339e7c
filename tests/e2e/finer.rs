//! Values of Parquet files that have other digits than our types: nanoseconds, timestamps of 96 bits, short floats.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Float32Array, Int64Array, ListArray, RecordBatch, Time64NanosecondArray, TimestampNanosecondArray,
};
use arrow_schema::{DataType, Field, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::data_type::{Int96, Int96Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::support::{Folder, records};

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    let table = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), table.schema(), None).unwrap();
    writer.write(&table).unwrap();
    writer.close().unwrap();
}

/// The second of three rows has digits below a microsecond.
fn nanoseconds(folder: &Folder) {
    let at = || TimestampNanosecondArray::from(vec![Some(-1_000), Some(1_721_997_123_123_456_789), None]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        ("at", Arc::new(at())),
        ("tz", Arc::new(at().with_timezone("UTC"))),
        ("t", Arc::new(Time64NanosecondArray::from(vec![Some(0), Some(86_399_999_999_999), None]))),
    ];
    write(&folder.path().join("in.parquet"), columns);
}

fn first(folder: &Folder, path: &str) -> RecordBatch {
    let file = File::open(folder.path().join(path)).unwrap();
    ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().next().unwrap().unwrap()
}

#[test]
fn nanoseconds_are_all_written_and_stay_what_they_are() {
    let folder = Folder::new();
    nanoseconds(&folder);
    let text = |more: &[&str]| {
        folder.mill([["run", "-q", "in.parquet", "-"].as_slice(), more].concat()).exits(0).stdout_text().to_owned()
    };
    let rows = "id,at,tz,t\n1,1969-12-31 23:59:59.999999,1969-12-31 23:59:59.999999+00,00:00:00\n\
                2,2024-07-26 12:32:03.123456789,2024-07-26 12:32:03.123456789+00,23:59:59.999999999\n3,,,\n";
    assert_eq!(text(&[]), rows);
    assert_eq!(text(&["--all-text"]), rows);
    let berlin = text(&[
        "--set",
        "run.timezone=Europe/Berlin",
        "--where",
        "id = 2",
        "--select",
        "tz, concat(tz) as c, tz::text as x",
    ]);
    let there = "2024-07-26 14:32:03.123456789+02";
    assert_eq!(berlin, format!("tz,c,x\n{there},{there},{there}\n"));
    let line =
        r#"{"at":"2024-07-26T12:32:03.123456789","tz":"2024-07-26T12:32:03.123456789Z","t":"23:59:59.999999999"}"#;
    let lines = text(&["--to-format", "jsonl", "--where", "id = 2", "--select", "at, tz, t"]);
    assert_eq!(lines, format!("{line}\n"));
    // Through a file, and through rows that are gathered.
    let stays = |to: &str, more: &[&str]| {
        folder.mill([["run", "-q", "in.parquet", to].as_slice(), more].concat()).exits(0);
        let (ours, theirs) = (first(&folder, to), first(&folder, "in.parquet"));
        assert_eq!(ours.columns(), theirs.columns());
        let nanos = DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()));
        assert_eq!(ours.schema().field(2).data_type(), &nanos);
    };
    stays("out.parquet", &[]);
    stays("distinct.parquet", &["--sql", "select distinct * from input"]);
    stays("grouped.parquet", &["--sql", "select max(id) as id, at, tz, t from input group by at, tz, t"]);
    stays("sorted.parquet", &["--sql", "select * from input order by id limit 10"]);
    assert_eq!(
        text(&["--sql", "select count(at) as n, count(*) as all_of_them from input where at is not null"]),
        "n,all_of_them\n2,2\n"
    );
}

#[test]
fn a_type_that_lacks_digits_takes_them_rounded_or_not_at_all() {
    let folder = Folder::new();
    nanoseconds(&folder);
    let run = |to: &str, more: &[&str], code| {
        folder.mill([["run", "-q", "in.parquet", to, "--rejects", "r.csv"].as_slice(), more].concat()).exits(code)
    };
    // Computed with, a value is a timestamp; a cast rounds it.
    let kept = run("-", &["--select", "id, at + interval '1 day' as next"], 3).stdout_text().to_owned();
    assert_eq!(kept, "id,next\n1,1970-01-01 23:59:59.999999\n3,\n");
    let rejects = records(&folder.read("r.csv"));
    assert_eq!([1, 3, 5, 6].map(|field| rejects[1][field].as_str()), ["2", "transform", "at", "CAST"]);
    let why = "2024-07-26 12:32:03.123456789 has digits below a microsecond; write cast(at as timestamp) to round it, or cast(at as text)";
    assert_eq!(rejects[1][7], why);
    // That time rounds up to midnight, which is none.
    let select = "at::timestamp as at, tz::timestamptz as tz, at::date as d, at::time as e, try_cast(t as time) as t";
    let rounded = run("-", &["--select", select, "--where", "id = 2 and at::timestamp > timestamp '2024-01-01'"], 0);
    let expected =
        "at,tz,d,e,t\n2024-07-26 12:32:03.123457,2024-07-26 12:32:03.123457+00,2024-07-26,12:32:03.123457,\n";
    assert_eq!(rounded.stdout_text().to_owned(), expected);
    // A table of timestamps refuses what it would lose; a text takes all of it.
    run("sqlite:a.db?table=t", &["--select", "id, at"], 3);
    let database = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    let ids: i64 = database.query_row("select sum(id) from t", [], |row| row.get(0)).unwrap();
    assert_eq!(ids, 4);
    assert!(folder.text("r.csv").contains("has digits below a microsecond"));
    database.execute_batch("create table texts (at text)").unwrap();
    run("sqlite:a.db?table=texts", &["--select", "at", "--where", "id = 2"], 0);
    let text: String = database.query_row("select at from texts", [], |row| row.get(0)).unwrap();
    assert_eq!(text, "2024-07-26 12:32:03.123456789");
}

/// Days of the Julian calendar, from noon to noon, and nanoseconds of the day.
fn int96(julian: u32, nanos: u64) -> Int96 {
    let mut value = Int96::new();
    value.set_data(nanos as u32, (nanos >> 32) as u32, julian);
    value
}

#[test]
fn timestamps_of_96_bits_are_exact_in_every_year() {
    let folder = Folder::new();
    let schema =
        "message m { required int96 at; optional group l (LIST) { repeated group list { required int96 element; } } }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let values = [
        int96(1_721_426, 1),                  // 0001-01-01
        int96(2_299_161, 0),                  // 1582-10-15
        int96(2_440_588, 86_399_999_999_999), // 1970-01-01
        int96(5_373_484, 86_399_999_999_000), // 9999-12-31
    ];
    let file = File::create(folder.path().join("old.parquet")).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Default::default()).unwrap();
    for pair in values.chunks(2) {
        let mut group = writer.next_row_group().unwrap();
        for (definitions, repetitions) in [(None, None), (Some([2_i16, 2]), Some([0_i16, 0]))] {
            let mut column = group.next_column().unwrap().unwrap();
            let (definitions, repetitions) = (definitions.as_ref(), repetitions.as_ref());
            let levels = (definitions.map(|levels| levels.as_slice()), repetitions.map(|levels| levels.as_slice()));
            column.typed::<Int96Type>().write_batch(pair, levels.0, levels.1).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    let csv = "at,l\n0001-01-01 00:00:00.000000001,\"[\"\"0001-01-01T00:00:00.000000001\"\"]\"\n\
               1582-10-15 00:00:00,\"[\"\"1582-10-15T00:00:00\"\"]\"\n\
               1970-01-01 23:59:59.999999999,\"[\"\"1970-01-01T23:59:59.999999999\"\"]\"\n\
               9999-12-31 23:59:59.999999,\"[\"\"9999-12-31T23:59:59.999999\"\"]\"\n";
    for chunk_size in ["run.chunk_size=1MiB", "run.chunk_size=1KiB"] {
        let done = folder.mill(["run", "-q", "old.parquet", "-", "--set", chunk_size]).exits(0);
        assert_eq!(done.stdout_text().to_owned(), csv);
    }
    // Their years are more than 64 bits of nanoseconds have, so they go on in microseconds.
    folder.mill(["run", "-q", "old.parquet", "out.parquet", "--select", "at", "--rejects", "r.csv"]).exits(3);
    assert_eq!(
        first(&folder, "out.parquet").schema().field(0).data_type(),
        &DataType::Timestamp(TimeUnit::Microsecond, None)
    );
    let told = records(&folder.read("r.csv"));
    let lines: Vec<&str> = told.iter().skip(1).map(|reject| reject[1].as_str()).collect();
    assert_eq!(lines, ["1", "3"]);
    assert!(told[1][7].contains("0001-01-01 00:00:00.000000001 has digits below a microsecond"), "{}", told[1][7]);
    let rounded =
        folder.mill(["run", "-q", "old.parquet", "-", "--select", "at::timestamp as at", "--limit", "1"]).exits(0);
    assert_eq!(rounded.stdout_text().to_owned(), "at\n0001-01-01 00:00:00\n");
}

#[test]
fn a_short_float_keeps_its_own_digits() {
    let folder = Folder::new();
    let singles = Float32Array::from(vec![19.99, 0.1, 16_777_216.0]);
    let lists = ListArray::new(
        Arc::new(Field::new("item", DataType::Float32, true)),
        arrow_buffer::OffsetBuffer::from_lengths([1, 1, 1]),
        Arc::new(singles.clone()),
        None,
    );
    write(
        &folder.path().join("in.parquet"),
        vec![("f", Arc::new(singles) as ArrayRef), ("l", Arc::new(lists) as ArrayRef)],
    );
    let text = |more: &[&str]| {
        folder.mill([["run", "-q", "in.parquet", "-"].as_slice(), more].concat()).exits(0).stdout_text().to_owned()
    };
    assert_eq!(text(&[]), "f,l\n19.99,[19.99]\n0.1,[0.1]\n16777216,[16777216]\n");
    assert_eq!(text(&["--columns", "f:decimal(12,2)", "--select", "f", "--limit", "2"]), "f\n19.99\n0.10\n");
    let jsonl =
        text(&["--to-format", "jsonl", "--select", "f, f::decimal(9,2) as d, f * 2 as twice", "--where", "f = 19.99"]);
    assert_eq!(jsonl, "{\"f\":19.99,\"d\":19.99,\"twice\":39.98}\n");
    folder.mill(["run", "-q", "in.parquet", "sqlite:a.db?table=t", "--select", "f"]).exits(0);
    let database = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    let found: f64 = database.query_row("select max(f) from t where f < 1000", [], |row| row.get(0)).unwrap();
    assert_eq!(found, 19.99);
    assert!(fs::metadata(folder.path().join("in.parquet")).is_ok());
}
