//! Parquet files, written by one run and read by the next.

use std::fs::File;

use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::Folder;

/// One column of every type, with NULLs; `n` times the same five rows.
fn every_type(n: usize) -> String {
    let rows = "1,true,-2147483648,12.50,0.1,naïve,2024-02-29,12:34:56.789012,2024-02-29 23:59:59.5,2024-02-29T12:00:00+02:00\n\
                2,false,2147483647,-9999999999.99,1e300,\"a \"\"b\"\"\",0001-01-01,00:00:00,1969-12-31 23:59:59.999999,1970-01-01 00:00:00Z\n\
                ,,,,,,,,,\n\
                4,true,0,0.00,NaN,\"\",9999-12-31,23:59:59.999999,2024-02-29 00:00:00,2024-02-29 00:00:00-11:30\n\
                5,false,1,1.00,-Infinity,\"line\nend\",1970-01-01,01:00:00,1970-01-01 00:00:00,2024-02-29 12:00:00.000001+00\n";
    format!("id,yes,small,price,ratio,text,day,clock,plain,zoned\n{}", rows.repeat(n))
}

const COLUMNS: &str = "id:bigint,yes:boolean,small:integer,price:decimal(12,2),ratio:double,text:text,day:date,\
                       clock:time,plain:timestamp,zoned:timestamptz";
/// Computed, so that CSV writes values and not the fields as they stand.
const SELECT: &str = "coalesce(id, null) as id, yes is true as yes, small + 0 as small, price + 0.00 as price, \
                      coalesce(ratio, null) as ratio, text, coalesce(day, null) as day, coalesce(clock, null) as clock, \
                      coalesce(plain, null) as plain, coalesce(zoned, null) as zoned";

#[test]
fn every_type_reads_back_as_it_was_written() {
    let folder = Folder::with("in.csv", every_type(1));
    let run = |from: &str, to: &str, more: &[&str]| {
        folder.mill([["run", "-q", from, to].as_slice(), more].concat()).exits(0);
    };
    run("in.csv", "out.parquet", &["--columns", COLUMNS]);
    // Fields and computed values, through the file and not.
    run("in.csv", "direct.csv", &["--columns", COLUMNS, "--select", SELECT]);
    run("out.parquet", "read.csv", &["--select", SELECT]);
    run("in.csv", "computed.parquet", &["--columns", COLUMNS, "--select", SELECT]);
    run("computed.parquet", "computed.csv", &[]);
    assert_eq!(folder.text("read.csv"), folder.text("direct.csv"));
    assert_eq!(folder.text("computed.csv"), folder.text("direct.csv"));
    let file = File::open(folder.path().join("out.parquet")).unwrap();
    let schema = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().schema().clone();
    let types: Vec<&DataType> = schema.fields().iter().map(|field| field.data_type()).collect();
    let micros = |zone: Option<&str>| DataType::Timestamp(TimeUnit::Microsecond, zone.map(Into::into));
    let expected = [
        DataType::Int64,
        DataType::Boolean,
        DataType::Int32,
        DataType::Decimal128(12, 2),
        DataType::Float64,
        DataType::Utf8,
        DataType::Date32,
        DataType::Time64(TimeUnit::Microsecond),
        micros(None),
        micros(Some("UTC")),
    ];
    assert_eq!(types, expected.iter().collect::<Vec<_>>());
    assert!(schema.fields().iter().all(|field| field.is_nullable()));
}

#[test]
fn no_row_one_row_and_more_than_a_group_of_them() {
    let folder = Folder::new();
    for rows in [0, 1, 150_000] {
        let lines: String = (1..=rows).map(|row| format!("{row},name {row}\n")).collect();
        folder.write("in.csv", format!("id,name\n{lines}"));
        let columns = ["--columns", "id:bigint,name:text"];
        folder.mill([["run", "-q", "in.csv", "out.parquet"].as_slice(), &columns].concat()).exits(0);
        folder.mill(["run", "-q", "out.parquet", "out.csv"]).exits(0);
        assert!(folder.read("out.csv") == folder.read("in.csv"), "{rows} rows");
        let file = File::open(folder.path().join("out.parquet")).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let groups = [(0, 0), (1, 1), (150_000, 2)];
        assert!(groups.contains(&(rows, reader.metadata().num_row_groups())), "{rows} rows");
        assert_eq!(*reader.schema().field(0).data_type(), DataType::Int64);
    }
}

#[test]
fn the_same_bytes_whatever_the_threads_and_the_chunk_size() {
    let folder = Folder::with("in.csv", every_type(8000));
    let mill = |threads: &str, chunk_size: &str| {
        let size = format!("run.chunk_size={chunk_size}");
        let run = ["run", "-q", "in.csv", "out.parquet", "--threads", threads, "--set", &size, "--columns", COLUMNS];
        folder.mill([run.as_slice(), &["--where", "id % 5 <> 2"]].concat()).exits(0);
        folder.read("out.parquet")
    };
    let expected = mill("1", "1MiB");
    for (threads, chunk_size) in [("4", "4KiB"), ("2", "100KiB"), ("3", "50MiB")] {
        assert!(mill(threads, chunk_size) == expected, "{threads} {chunk_size}");
    }
}

#[test]
fn a_cell_that_is_not_of_its_columns_type_is_a_reject() {
    let folder = Folder::with("in.csv", "id,day\n1,2024-01-01\nx,2024-01-02\n3,2024-01-32\n4,2024-01-04\n");
    let columns = ["--columns", "id:bigint,day:date", "--rejects", "r.csv"];
    folder.mill([["run", "-q", "in.csv", "out.parquet"].as_slice(), &columns].concat()).exits(3);
    folder.mill(["run", "-q", "out.parquet", "out.csv"]).exits(0);
    assert_eq!(folder.text("out.csv"), "id,day\n1,2024-01-01\n4,2024-01-04\n");
    assert_eq!(folder.text("r.csv").lines().count(), 3);
    // A guess that did not hold is found where the value is needed: here.
    let lines: String = (1..=50_000).map(|row| format!("{row}\n")).collect();
    folder.write("late.csv", format!("id\n{lines}none\n"));
    folder.mill(["run", "-q", "late.csv", "late.parquet", "--rejects", "late.rejects.csv"]).exits(3);
    assert!(folder.text("late.rejects.csv").contains("was guessed from the sample"));
}

#[test]
fn targets_that_cannot_be() {
    let folder = Folder::with("in.csv", "id\n1\n");
    let refuses = |arguments: &[&str], code: i32, says: &str| {
        folder.mill([["run", "-q", "in.csv"].as_slice(), arguments].concat()).exits(code).says(says);
    };
    refuses(&["out.parquet", "--mode", "append"], 78, "load.mode must be replace for a Parquet file");
    refuses(&["-", "--to-format", "parquet"], 78, "cannot be parquet for standard output; name a file");
    refuses(&["out.csv", "--set", "load.compression=zstd"], 78, "load.compression is only for a Parquet file");
    refuses(&["/dev/null", "--to-format", "parquet"], 73, "a Parquet file is a regular file; name one");
    assert_eq!(folder.files(), ["in.csv"]);
    folder.mill(["run", "-q", "in.csv", "out.parquet", "--dry-run"]).exits(0);
    assert_eq!(folder.files(), ["in.csv"]);
    folder.mill(["run", "-q", "in.csv", "out.data", "--to-format", "parquet"]).exits(0);
    folder.mill(["run", "-q", "out.data", "-", "--from-format", "parquet"]).exits(0);
}

/// The names and rows of a folder's parts.
fn parts(folder: &Folder, name: &str) -> Vec<(String, i64)> {
    let mut names: Vec<String> = std::fs::read_dir(folder.path().join(name))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let rows = |part: &str| {
        let file = File::open(folder.path().join(name).join(part)).unwrap();
        ParquetRecordBatchReaderBuilder::try_new(file).unwrap().metadata().file_metadata().num_rows()
    };
    names.into_iter().map(|part| (part.clone(), rows(&part))).collect()
}

fn part(index: usize, rows: i64) -> (String, i64) {
    (format!("part-{index:05}.parquet"), rows)
}

fn numbers(rows: i64) -> String {
    format!("id\n{}", (1..=rows).map(|row| format!("{row}\n")).collect::<String>())
}

#[test]
fn a_folder_has_parts_of_so_many_rows() {
    let folder = Folder::new();
    let mill = |arguments: &[&str]| {
        let columns = ["run", "-q", "in.csv", "out/", "--columns", "id:bigint"];
        folder.mill([columns.as_slice(), arguments].concat()).exits(0);
        parts(&folder, "out")
    };
    for (rows, expected) in [
        (45_000, vec![part(0, 20_000), part(1, 20_000), part(2, 5000)]),
        // Parts of the longer run are gone.
        (40_000, vec![part(0, 20_000), part(1, 20_000)]),
        (1, vec![part(0, 1)]),
        (0, vec![part(0, 0)]),
    ] {
        folder.write("in.csv", numbers(rows));
        assert_eq!(mill(&["--set", "load.max_rows=20000"]), expected);
        folder.mill(["run", "-q", "out/*.parquet", "back.csv"]).exits(0);
        assert!(folder.read("back.csv") == folder.read("in.csv"), "{rows}");
        assert_eq!(folder.files(), ["back.csv", "in.csv", "out"]);
    }
}

#[test]
fn parts_of_so_many_bytes_are_within_them_but_for_one_row_group() {
    let folder = Folder::with("in.csv", numbers(1_000_000));
    let mill = |max_bytes: &str, threads: &str, chunk_size: &str| {
        let (bytes, chunk) = (format!("load.max_bytes={max_bytes}"), format!("run.chunk_size={chunk_size}"));
        let columns = ["run", "-q", "in.csv", "out/", "--columns", "id:bigint", "--set", &bytes];
        folder.mill([columns.as_slice(), &["--threads", threads, "--set", &chunk]].concat()).exits(0);
        let parts = parts(&folder, "out");
        parts.into_iter().map(|(name, rows)| (rows, folder.read(&format!("out/{name}")))).collect::<Vec<_>>()
    };
    let whole = mill("1GB", "1", "1MiB");
    assert_eq!(whole.len(), 1);
    let most = whole[0].1.len() / 2;
    let some = mill(&most.to_string(), "1", "1MiB");
    assert!(some.len() == 3 && some.iter().all(|(_, bytes)| bytes.len() < most + most / 10), "{}", some.len());
    assert_eq!(some.iter().map(|(rows, _)| rows).sum::<i64>(), 1_000_000);
    assert!(some == mill(&most.to_string(), "3", "77KiB"), "the same bytes");
    // Never less than a row group.
    assert!(mill("1", "2", "1MiB").iter().map(|(rows, _)| *rows).eq([[131_072; 7].as_slice(), &[82_496]].concat()));
}

#[test]
fn a_folder_is_replaced_as_a_whole_or_not_at_all() {
    let folder = Folder::with("in.csv", numbers(10));
    let run = |arguments: &[&str]| {
        let all = ["run", "-q", "in.csv", "out/", "--set", "load.max_rows=4"];
        folder.mill([all.as_slice(), arguments].concat())
    };
    run(&["--dry-run"]).exits(0);
    assert_eq!(folder.files(), ["in.csv"]);
    run(&[]).exits(0);
    // A run that fails leaves the old parts; its own and those of a killed run go.
    folder.write("in.csv", format!("{}x\n", numbers(5)));
    std::fs::create_dir(folder.path().join(".out.partial")).unwrap();
    folder.write(".out.partial/part-00007.parquet", "half");
    run(&["--columns", "id:bigint", "--set", "errors.on_error=stop"]).exits(65);
    let three = [part(0, 4), part(1, 4), part(2, 2)];
    assert_eq!(
        (parts(&folder, "out"), folder.files()),
        (three.to_vec(), vec!["in.csv".into(), "out".into(), "out.rejects.csv".into()])
    );
    // What is no part is nothing to be lost.
    folder.write("out/notes.txt", "mine");
    run(&[]).exits(78).says("cannot replace out: it holds \"notes.txt\", which is no part; name a folder of its own");
    assert_eq!(folder.text("out/notes.txt"), "mine");
    folder.write("file", "mine");
    let to = ["run", "-q", "in.csv", "file", "--to-format", "parquet", "--set", "load.max_rows=4"];
    folder.mill(to).exits(73).says("cannot create file: it is a file, and load.max_rows");
    let own = ["run", "-q", "out/*.parquet", "out/", "--set", "load.max_rows=4"];
    folder.mill(own).exits(78).says("load.to: out holds an input; write to another folder");
}

/// Under the name of a part: nothing but a Parquet file is a part of an earlier run, which may go.
#[test]
fn what_only_has_the_name_of_a_part_is_not_replaced() {
    let folder = Folder::with("in.csv", numbers(3));
    let run = || folder.mill(["run", "-q", "in.csv", "out/", "--set", "load.max_rows=2"]);
    run().exits(0);
    let parts_before = parts(&folder, "out");
    let planted = folder.path().join("out/part-00002.parquet");
    let refused = |what: &str| {
        let said = format!("cannot replace out: it holds \"part-00002.parquet\", {what}; name a folder of its own");
        run().exits(78).says(&said);
        assert_eq!(folder.files(), ["in.csv", "out"]);
    };
    std::fs::create_dir(&planted).unwrap();
    folder.write("out/part-00002.parquet/x", "precious");
    refused("which is a folder and no part");
    assert_eq!(folder.text("out/part-00002.parquet/x"), "precious");
    std::fs::remove_dir_all(&planted).unwrap();
    std::os::unix::fs::symlink("part-00000.parquet", &planted).unwrap();
    refused("which is a symbolic link and no part");
    std::fs::remove_file(&planted).unwrap();
    for text in ["precious", "PAR", ""] {
        folder.write("out/part-00002.parquet", text);
        refused("which is no Parquet file");
        assert_eq!(folder.text("out/part-00002.parquet"), text);
    }
    std::fs::remove_file(&planted).unwrap();
    assert_eq!(parts(&folder, "out"), parts_before);
    run().exits(0);
}

/// It would bar the folder to every later run.
#[test]
fn a_summary_inside_the_folder_of_parts_is_refused_at_once() {
    let folder = Folder::with("in.csv", numbers(3));
    let run = |more: &[&str]| {
        let all = ["run", "-q", "in.csv", "out/", "--set", "load.max_rows=2"];
        folder.mill([all.as_slice(), more].concat())
    };
    run(&[]).exits(0);
    run(&["--summary", "out/s.json"]).exits(78).says("--summary: out holds another output, out/s.json");
    run(&["--summary", "out/../out/./s.json"]).exits(78).says("--summary: out holds another output");
    assert_eq!(parts(&folder, "out"), [part(0, 2), part(1, 1)]);
    run(&["--summary", "s.json"]).exits(0);
}
