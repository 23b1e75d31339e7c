//! Parquet files, read as a script would: written here, for no committed file shows what is in it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    TimestampNanosecondArray,
};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::support::{Folder, records};

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>, group_rows: usize) {
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    let table = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group_rows)).build();
    let mut writer = ArrowWriter::try_new(fs::File::create(path).unwrap(), table.schema(), Some(properties)).unwrap();
    writer.write(&table).unwrap();
    writer.close().unwrap();
}

/// Ids from `first` on, names, totals and times.
fn orders(folder: &Folder, name: &str, first: i64, rows: i64) {
    let ids: Int64Array = (first..first + rows).collect();
    let names = (0..rows).map(|row| (row % 10 != 0).then(|| format!("customer \"{}\"", row % 100)));
    let names = StringArray::from_iter(names);
    let totals: Float64Array = (0..rows).map(|row| row as f64 / 4.0).collect();
    let times = TimestampMicrosecondArray::from_iter_values((0..rows).map(|row| row * 1_000_000));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(ids)),
        ("who", Arc::new(names)),
        ("total", Arc::new(totals)),
        ("at", Arc::new(times.with_timezone("UTC"))),
    ];
    write(&folder.path().join(name), columns, 1000);
}

#[test]
fn values_keep_their_types_whatever_is_written() {
    let folder = Folder::new();
    orders(&folder, "orders.parquet", 1, 3);
    let csv = folder.mill(["run", "-q", "orders.parquet", "-"]).exits(0);
    let expected = "id,who,total,at\n1,,0,1970-01-01 00:00:00+00\n2,\"customer \"\"1\"\"\",0.25,1970-01-01 00:00:01+00\n\
                    3,\"customer \"\"2\"\"\",0.5,1970-01-01 00:00:02+00\n";
    assert_eq!(csv.stdout_text(), expected);
    let select = ["--select", "id + 1 as next, who, at, _file, _line", "--where", "who is not null and total < 0.5"];
    let jsonl =
        folder.mill([["run", "-q", "orders.parquet", "-", "--to-format", "jsonl"].as_slice(), &select].concat());
    let line = r#"{"next":3,"who":"customer \"1\"","at":"1970-01-01T00:00:01Z","_file":"orders.parquet","_line":2}"#;
    assert_eq!(jsonl.exits(0).stdout_text(), format!("{line}\n"));
    folder.mill(["run", "-q", "orders.parquet", "sqlite:a.db?table=t"]).exits(0);
    let database = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    let row = |row: &rusqlite::Row| Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?));
    let sums = database.query_row("select sum(id), sum(total) from t", [], row).unwrap();
    assert_eq!(sums, (6, 0.75));
}

#[test]
fn rows_are_grouped_and_sub_selects_read_them() {
    let folder = Folder::new();
    orders(&folder, "orders.parquet", 1, 5000);
    let sql = "select who, count(*) as orders, sum(total) as total, max(at) as last from input \
               where id > 4900 group by who order by who limit 2";
    let done = folder.mill(["run", "-q", "orders.parquet", "-", "--sql", sql]).exits(0);
    let expected = "who,orders,total,last\n\"customer \"\"1\"\"\",1,1225.25,1970-01-01 01:21:41+00\n\
                    \"customer \"\"11\"\"\",1,1227.75,1970-01-01 01:21:51+00\n";
    assert_eq!(done.stdout_text(), expected);
    let sql = "select at, id from (select id, at from input order by id desc limit 2)";
    let done = folder.mill(["run", "-q", "orders.parquet", "-", "--to-format", "jsonl", "--sql", sql]).exits(0);
    let expected = "{\"at\":\"1970-01-01T01:23:19Z\",\"id\":5000}\n{\"at\":\"1970-01-01T01:23:18Z\",\"id\":4999}\n";
    assert_eq!(done.stdout_text(), expected);
}

#[test]
fn the_same_bytes_whatever_the_threads_and_the_chunk_size() {
    let folder = Folder::new();
    orders(&folder, "a.parquet", 1, 5000);
    orders(&folder, "b.parquet", 5001, 2500);
    let mill = |threads: &str, chunk_size: &str| {
        let size = format!("run.chunk_size={chunk_size}");
        let run = ["run", "-q", "*.parquet", "-", "--threads", threads, "--set", &size];
        folder.mill([run.as_slice(), &["--where", "id % 3 = 0", "--limit", "2000"]].concat()).exits(0).stdout
    };
    let expected = mill("1", "1MiB");
    let rows = records(&expected);
    assert_eq!((rows.len(), rows[1][0].as_str(), rows[2000][0].as_str()), (2001, "3", "6000"));
    for (threads, chunk_size) in [("4", "1KiB"), ("2", "10KiB"), ("3", "50MiB")] {
        assert_eq!(mill(threads, chunk_size), expected, "{threads} {chunk_size}");
    }
}

#[test]
fn lost_digits_and_bytes_that_are_no_text_cost_their_rows() {
    let folder = Folder::new();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        ("at", Arc::new(TimestampNanosecondArray::from(vec![1_000, 1_001, 0, 0]))),
        ("bytes", Arc::new(BinaryArray::from(vec![Some(b"a".as_slice()), Some(b"b"), Some(b"c\xff"), None]))),
    ];
    write(&folder.path().join("odd.parquet"), columns, 3);
    let select = ["--select", "id, coalesce(at, null) as at, bytes"];
    let run = ["run", "-q", "odd.parquet", "out.csv", "--rejects", "r.csv"];
    let done = folder.mill([run.as_slice(), &select].concat()).exits(3);
    assert_eq!(done.stderr, "gristmill: rejects: 2 in r.csv: CAST 1, INVALID_ENCODING 1\n");
    assert_eq!(folder.text("out.csv"), "id,at,bytes\n1,1970-01-01 00:00:00.000001,a\n4,1970-01-01 00:00:00,\n");
    let rejects = records(&folder.read("r.csv"));
    let told = |index: usize| [1, 3, 5, 6, 8].map(|field| rejects[index][field].as_str());
    assert_eq!(told(1), ["2", "transform", "at", "CAST", "2,1970-01-01 00:00:00.000001001,b"]);
    assert_eq!(told(2), ["3", "extract", "bytes", "INVALID_ENCODING", "3,1970-01-01 00:00:00,c\\xFF"]);
    // What the query does not use is not looked at.
    folder.mill(["run", "-q", "odd.parquet", "ids.csv", "--select", "id"]).exits(0);
    assert_eq!(folder.text("ids.csv"), "id\n1\n2\n3\n4\n");
}

#[test]
fn a_declared_type_is_a_cast() {
    let folder = Folder::new();
    orders(&folder, "orders.parquet", 1, 6);
    let run = ["run", "-q", "orders.parquet", "-", "--select", "id, total"];
    let done = folder.mill([run.as_slice(), &["--columns", "total:bigint,id:text", "--rejects", "r.csv"]].concat());
    assert_eq!(done.exits(3).stdout_text(), "id,total\n1,0\n5,1\n");
    let done = folder.mill([run.as_slice(), &["--all-text", "--to-format", "jsonl", "--limit", "1"]].concat());
    assert_eq!(done.exits(0).stdout_text(), "{\"id\":\"1\",\"total\":\"0\"}\n");
    let pattern = "extract.columns.at={ type = \"date\", format = \"%d.%m.%Y\" }";
    folder.mill(["run", "-q", "orders.parquet", "-", "--set", pattern]).exits(78).says("format is for text");
    folder.mill(["run", "-q", "orders.parquet", "-", "--columns", "idd:text"]).exits(78).says("nearest is \"id\"");
}

#[test]
fn what_a_parquet_file_does_not_have_is_refused() {
    let folder = Folder::new();
    orders(&folder, "orders.parquet", 1, 3);
    let refuses = |arguments: &[&str], code: i32, says: &str| {
        folder.mill([["run", "-q"].as_slice(), arguments].concat()).exits(code).says(says);
    };
    refuses(&["orders.parquet", "-", "--delimiter", ";"], 78, "extract.delimiter is for csv, and extract.format is");
    refuses(&["orders.parquet", "-", "--no-header"], 78, "extract.header is for csv");
    refuses(&["orders.parquet", "-", "--set", "extract.skip=1"], 78, "is for csv, jsonl, text and lines");
    refuses(&["-", "-", "--from-format", "parquet"], 78, "cannot come from a pipe; name a file");
    refuses(&["orders.parquet.gz", "-"], 78, "is compressed within; unpack it first");
    refuses(&["/dev/null", "-", "--from-format", "parquet"], 66, "is no regular file");
    refuses(&["missing.parquet", "-"], 66, "cannot read missing.parquet");
}

#[test]
fn a_damaged_file_is_named_and_nothing_is_published() {
    let folder = Folder::new();
    orders(&folder, "orders.parquet", 1, 20_000);
    let bytes = folder.read("orders.parquet");
    folder.write("cut.parquet", &bytes[..bytes.len() / 2]);
    folder.mill(["run", "-q", "cut.parquet", "out.csv"]).exits(65).says("cut.parquet is damaged in its end");
    folder.write("text.parquet", "id,name\n1,a\n");
    folder.mill(["run", "-q", "text.parquet", "out.csv"]).exits(65).says("text.parquet is no parquet file");
    // The footer is sound, and pages of the middle are not.
    let mut damaged = bytes.clone();
    let middle = bytes.len() / 3;
    damaged[middle..middle + 5000].fill(0xAA);
    folder.write("pages.parquet", damaged);
    folder.mill(["validate", "job.toml"]).exits(66);
    folder.write("job.toml", "extract.path = 'pages.parquet'\n[[load]]\nto = 'out.csv'\n");
    folder.mill(["validate", "job.toml"]).exits(0).says("ok, 4 columns in, 4 columns out");
    folder.mill(["run", "-q", "job.toml"]).exits(65).says("pages.parquet is damaged in row group");
    assert!(!folder.files().contains(&"out.csv".to_owned()));
}

/// One row group of 200 MB, from a file of a few.
#[test]
fn a_row_group_may_be_larger_than_what_is_held() {
    let folder = Folder::new();
    let schema = Schema::new(vec![Field::new("id", DataType::Int64, false), Field::new("note", DataType::Utf8, false)]);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(None)
        .build();
    let file = fs::File::create(folder.path().join("large.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, Arc::new(schema), Some(properties)).unwrap();
    for batch in 0..100_i64 {
        let ids: ArrayRef = Arc::new((batch * 1000..batch * 1000 + 1000).collect::<Int64Array>());
        let notes: ArrayRef =
            Arc::new(StringArray::from_iter_values((0..1000).map(|row| format!("{row} ").repeat(500))));
        writer.write(&RecordBatch::try_from_iter([("id", ids), ("note", notes)]).unwrap()).unwrap();
    }
    assert_eq!(writer.close().unwrap().num_row_groups(), 1);
    let run = ["run", "-q", "large.parquet", "null:", "--where", "note like '99%'", "--summary", "summary.json"];
    folder.mill(run).exits(0);
    let summary: serde_json::Value = serde_json::from_slice(&folder.read("summary.json")).unwrap();
    let peak = summary["peak_rss_bytes"].as_u64().unwrap() >> 20;
    assert!(peak < 100, "{peak} MiB");
    assert_eq!((&summary["rows"]["read"], &summary["balanced"]), (&100_000.into(), &true.into()));
}

/// Under a name that does not say so, and from a pipe.
#[test]
fn a_parquet_file_that_is_read_as_text_is_named() {
    let folder = Folder::with("in.csv", "id\n1\n");
    folder.mill(["run", "-q", "in.csv", "x.parquet"]).exits(0);
    let bytes = folder.read("x.parquet");
    folder.write("x.csv", &bytes);
    let said = "x.csv is a Parquet file; say extract.format = \"parquet\" (--from-format parquet)";
    folder.mill(["run", "-q", "x.csv", "out.csv"]).exits(65).says(said);
    let piped = folder.mill_on(&bytes, ["run", "-q", "-", "out.csv"]).exits(65);
    piped.says("standard input is a Parquet file; ").says("run --from-format parquet ");
    folder.mill(["run", "-q", "x.csv", "out.csv", "--set", "extract.format=parquet"]).exits(0);
    folder.write("text.csv", "PAR1,x\n1,2\n");
    assert_eq!(folder.mill(["run", "-q", "text.csv", "-"]).exits(0).stdout_text(), "PAR1,x\n1,2\n");
}
