//! Parquet files that differ, read as one input.

use std::fs;
use std::sync::Arc;

use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int32Array,
    Int64Array, ListArray, NullArray, RecordBatch, RecordBatchOptions, StringArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, UInt8Array, UInt32Array, UInt64Array,
};
use arrow_schema::Field;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};

use crate::support::{Done, Folder, records};

fn write_as(folder: &Folder, name: &str, columns: Vec<(&str, ArrayRef)>, properties: WriterPropertiesBuilder) {
    let nullable = |(name, array): (&str, ArrayRef)| {
        let nullable = array.is_nullable();
        (Field::new(name, array.data_type().clone(), nullable), array)
    };
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().map(nullable).unzip();
    let rows = RecordBatchOptions::new().with_row_count(Some(arrays.first().map_or(2, |array| array.len())));
    let schema = Arc::new(arrow_schema::Schema::new(fields));
    let table = RecordBatch::try_new_with_options(schema, arrays, &rows).unwrap();
    let file = fs::File::create(folder.path().join(name)).unwrap();
    let mut writer = ArrowWriter::try_new(file, table.schema(), Some(properties.build())).unwrap();
    writer.write(&table).unwrap();
    writer.close().unwrap();
}

fn write(folder: &Folder, name: &str, columns: Vec<(&str, ArrayRef)>) {
    write_as(folder, name, columns, WriterProperties::builder());
}

fn run(folder: &Folder, more: &[&str]) -> Done {
    folder.mill([&["run", "-q", "*.parquet", "-"], more].concat())
}

fn by_name(folder: &Folder, more: &[&str]) -> Done {
    run(folder, &[&["--union-by-name"], more].concat())
}

/// `id` in 32 and in 64 bits, a column more, another order.
fn differing() -> Folder {
    let folder = Folder::new();
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("Ann"), None]));
    write(&folder, "a.parquet", vec![("id", Arc::new(Int32Array::from(vec![1, 2]))), ("name", names)]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("paid", Arc::new(BooleanArray::from(vec![true]))),
        ("name", Arc::new(StringArray::from(vec!["Bob"]))),
        ("id", Arc::new(Int64Array::from(vec![9_007_199_254_740_993]))),
    ];
    write(&folder, "b.parquet", columns);
    folder
}

#[test]
fn files_that_differ_are_refused_with_the_remedy() {
    let folder = differing();
    let says = "the columns of b.parquet are not those of the first file: column 1 is \"paid\" (Boolean), in the first file \
                \"id\" (Int32); extract.union_by_name = true (--union-by-name) matches columns by name and widens their types";
    run(&folder, &[]).exits(65).says(says);
}

#[test]
fn columns_are_matched_by_name_and_widened() {
    let folder = differing();
    let expected = "id,name,paid\n1,Ann,\n2,,\n9007199254740993,Bob,true\n";
    assert_eq!(by_name(&folder, &[]).exits(0).stdout_text(), expected);
    let select = ["--select", "_file, _line, id + 1 as next, paid", "--where", "id <> 2", "--to-format", "jsonl"];
    let lines = "{\"_file\":\"a.parquet\",\"_line\":1,\"next\":2,\"paid\":null}\n\
                 {\"_file\":\"b.parquet\",\"_line\":1,\"next\":9007199254740994,\"paid\":true}\n";
    assert_eq!(by_name(&folder, &select).exits(0).stdout_text(), lines);
    let sql = "select paid, count(*) as n, max(name) as last from input group by paid order by n";
    assert_eq!(by_name(&folder, &["--sql", sql]).exits(0).stdout_text(), "paid,n,last\ntrue,1,Bob\n,2,Ann\n");
    // The other way round the first file has them all.
    folder.write(
        "job.toml",
        "[extract]\npath = [\"b.parquet\", \"a.parquet\"]\nunion_by_name = true\n[[load]]\nto = \"-\"\n",
    );
    let turned = folder.mill(["run", "-q", "job.toml"]).exits(0);
    assert_eq!(turned.stdout_text(), "paid,name,id\ntrue,Bob,9007199254740993\n,Ann,1\n,,2\n");
    let typed = ["run", "-q", "*.parquet", "sqlite:a.db?table=t", "--union-by-name"];
    folder.mill(typed).exits(0);
    let database = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    let sum = database.query_row("select sum(id) from t", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(sum, 9_007_199_254_740_996);
    // What is written of them is one file of the wide types.
    folder.mill(["run", "-q", "*.parquet", "all.pq", "--union-by-name", "--to-format", "parquet"]).exits(0);
    let again = folder.mill(["run", "-q", "all.pq", "-", "--from-format", "parquet"]).exits(0);
    assert_eq!(again.stdout_text(), expected);
}

fn decimals(digits: i128, precision: u8, scale: i8) -> ArrayRef {
    Arc::new(Decimal128Array::from(vec![digits]).with_precision_and_scale(precision, scale).unwrap())
}

/// What a column of two files comes to: the values of both, or what is said.
fn pair(one: ArrayRef, other: ArrayRef, more: &[&str]) -> Result<Vec<String>, String> {
    let folder = Folder::new();
    write(&folder, "a.parquet", vec![("c", one)]);
    write(&folder, "b.parquet", vec![("c", other)]);
    let done = by_name(&folder, more);
    match done.code {
        Some(0) => Ok(done.stdout_text().lines().skip(1).map(str::to_owned).collect()),
        _ => Err(done.exits(65).stderr),
    }
}

#[test]
fn values_are_widened_only_where_all_are_kept() {
    let check = |one: ArrayRef, other: ArrayRef, [first, second]: [&str; 2]| {
        assert_eq!(pair(one.clone(), other.clone(), &[]), Ok(vec![first.to_owned(), second.to_owned()]));
        assert_eq!(pair(other, one, &[]), Ok(vec![second.to_owned(), first.to_owned()]));
    };
    let int = |value: i32| -> ArrayRef { Arc::new(Int32Array::from(vec![value])) };
    let big = |value: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![value])) };
    check(Arc::new(UInt8Array::from(vec![255])), int(i32::MIN), ["255", "-2147483648"]);
    check(Arc::new(UInt32Array::from(vec![u32::MAX])), int(-1), ["4294967295", "-1"]);
    check(Arc::new(UInt64Array::from(vec![u64::MAX])), big(i64::MIN), ["18446744073709551615", "-9223372036854775808"]);
    check(int(i32::MIN), decimals(12_345, 5, 2), ["-2147483648.00", "123.45"]);
    check(big(i64::MAX), decimals(-5, 3, 3), ["9223372036854775807.000", "-0.005"]);
    check(decimals(99_999, 5, 0), decimals(12_345, 5, 4), ["99999.0000", "1.2345"]);
    check(int(i32::MAX), Arc::new(Float64Array::from(vec![0.5])), ["2147483647", "0.5"]);
    check(Arc::new(Float32Array::from(vec![19.99])), Arc::new(Float64Array::from(vec![1e300])), ["19.99", "1e+300"]);
    let micros: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1]));
    check(Arc::new(Date32Array::from(vec![1])), micros.clone(), ["1970-01-02 00:00:00", "1970-01-01 00:00:00.000001"]);
    let millis: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![253_402_300_800_000]));
    let nanos: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![1]));
    check(millis, nanos.clone(), ["10000-01-01 00:00:00", "1970-01-01 00:00:00.000000001"]);
    check(Arc::new(Date32Array::from(vec![0])), nanos, ["1970-01-01 00:00:00", "1970-01-01 00:00:00.000000001"]);
    let list = |items: Vec<Option<i32>>| ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(items)]);
    let wide = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1_i64 << 60)])]);
    check(Arc::new(list(vec![Some(1), None])), Arc::new(wide), ["\"[1,null]\"", "[1152921504606846976]"]);
    // Nothing but NULL is any type.
    check(Arc::new(NullArray::new(1)), big(7), ["", "7"]);
}

#[test]
fn values_that_no_type_keeps_are_refused_in_words() {
    let big = |value: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![value])) };
    let check = |one: ArrayRef, other: ArrayRef, types: [&str; 2]| {
        let [first, second] = types;
        let said = pair(one.clone(), other.clone(), &[]).unwrap_err();
        let expected = format!(
            "gristmill: b.parquet: column \"c\" is {second}, in a.parquet {first}, and no type holds the values of both as \
             they are; declare which is meant, as in extract.columns.c = \"text\", or leave it out, as in select * except (c)\n"
        );
        assert_eq!(said, expected);
        assert!(pair(one, other, &["--columns", "c:text"]).is_ok());
    };
    check(big(1), Arc::new(Float64Array::from(vec![0.5])), ["bigint", "double"]);
    check(decimals(1, 5, 2), Arc::new(Float64Array::from(vec![0.5])), ["decimal(5,2)", "double"]);
    check(decimals(1, 38, 0), decimals(1, 38, 38), ["decimal(38,0)", "decimal(38,38)"]);
    check(big(1), Arc::new(StringArray::from(vec!["x"])), ["bigint", "text"]);
    check(Arc::new(BooleanArray::from(vec![true])), big(1), ["boolean", "bigint"]);
    let moments = TimestampMicrosecondArray::from(vec![1]).with_timezone("UTC");
    check(Arc::new(TimestampMicrosecondArray::from(vec![1])), Arc::new(moments), ["timestamp", "timestamptz"]);
    // What is declared is read from each text.
    let told = pair(big(1 << 60), Arc::new(Float64Array::from(vec![0.5])), &["--columns", "c:decimal(20,1)"]);
    assert_eq!(told, Ok(vec!["1152921504606846976.0".to_owned(), "0.5".to_owned()]));
    let texts = pair(big(7), Arc::new(StringArray::from(vec!["x"])), &["--all-text"]);
    assert_eq!(texts, Ok(vec!["7".to_owned(), "x".to_owned()]));
}

#[test]
fn a_column_of_two_types_is_refused_only_where_it_is_used() {
    let folder = Folder::new();
    let ids = |first: i32| -> ArrayRef { Arc::new(Int32Array::from(vec![first])) };
    write(&folder, "a.parquet", vec![("id", ids(1)), ("c", Arc::new(BooleanArray::from(vec![true])))]);
    write(&folder, "b.parquet", vec![("c", Arc::new(StringArray::from(vec!["x"]))), ("id", ids(2))]);
    assert_eq!(by_name(&folder, &["--select", "id"]).exits(0).stdout_text(), "id\n1\n2\n");
    by_name(&folder, &[]).exits(65).says("column \"c\" is text, in a.parquet boolean");
}

/// Ids from `first` on, NULLs among them if the file says that there may be, and texts.
fn rows(folder: &Folder, name: &str, first: i64, rows: i64, properties: WriterPropertiesBuilder, narrow: bool) {
    let ids = first..first + rows;
    let id: ArrayRef = match narrow {
        true => Arc::new(Int32Array::from_iter_values(ids.clone().map(|id| id as i32))),
        false => Arc::new(Int64Array::from_iter(ids.clone().map(|id| (id % 11 != 0).then_some(id)))),
    };
    let words: ArrayRef = Arc::new(StringArray::from_iter_values(ids.clone().map(|id| format!("word {}", id % 20))));
    let own: ArrayRef = Arc::new(Float64Array::from_iter_values(ids.map(|id| id as f64 / 8.0)));
    let mut columns = vec![("id", id), ("word", words), (if narrow { "own" } else { "other" }, own)];
    columns.rotate_left(usize::from(narrow));
    write_as(folder, name, columns, properties);
}

#[test]
fn groups_dictionaries_threads_and_chunk_sizes_change_nothing() {
    let folder = Folder::new();
    let groups = |rows: usize| WriterProperties::builder().set_max_row_group_row_count(Some(rows));
    rows(&folder, "a.parquet", 1, 3000, groups(700), false);
    rows(&folder, "b.parquet", 3001, 2000, groups(5000).set_dictionary_enabled(false), true);
    rows(&folder, "c.parquet", 5001, 0, groups(10), true);
    rows(&folder, "d.parquet", 5001, 1000, groups(33), false);
    let mill = |threads: &str, size: &str, more: &[&str]| {
        let size = format!("run.chunk_size={size}");
        by_name(&folder, &[&["--threads", threads, "--set", &size], more].concat()).exits(0).stdout
    };
    let expected = mill("1", "1MiB", &[]);
    let told = records(&expected);
    assert_eq!((told.len(), told[0].join(",").as_str()), (6001, "id,word,other,own"));
    assert_eq!([told[11].join(","), told[3001].join(",")], [",word 11,1.375,", "3001,word 1,,375.125"]);
    assert_eq!(told[6000].join(","), "6000,word 0,750,");
    for (threads, size) in [("4", "1KiB"), ("2", "10KiB"), ("3", "50MiB")] {
        assert_eq!(mill(threads, size, &[]), expected, "{threads} {size}");
    }
    let sums =
        mill("3", "2KiB", &["--select", "sum(own) as own, sum(other) as other, count(id) as ids, count(*) as rows"]);
    assert_eq!(String::from_utf8_lossy(&sums), "own,other,ids,rows\n1000125,1250250,5637,6000\n");
}

#[test]
fn only_what_the_query_needs_is_read() {
    let folder = Folder::new();
    rows(&folder, "a.parquet", 1, 3000, WriterProperties::builder(), false);
    rows(&folder, "b.parquet", 3001, 2000, WriterProperties::builder(), true);
    let read = |select: &str| {
        by_name(&folder, &["--select", select, "--summary", "s.json"]).exits(0);
        let summary: serde_json::Value = serde_json::from_slice(&folder.read("s.json")).unwrap();
        summary["bytes_read"].as_u64().unwrap()
    };
    let (one, all) = (read("own"), read("*"));
    assert!(one > 0 && one * 2 < all, "{one} of {all}");
}

#[test]
fn files_without_rows_still_have_columns() {
    let folder = Folder::new();
    write(&folder, "a.parquet", vec![("id", Arc::new(Int32Array::from(Vec::<i32>::new())))]);
    let columns: Vec<(&str, ArrayRef)> =
        vec![("id", Arc::new(Int64Array::from(vec![5]))), ("n", Arc::new(Int32Array::from(vec![6])))];
    write(&folder, "b.parquet", columns);
    assert_eq!(by_name(&folder, &[]).exits(0).stdout_text(), "id,n\n5,6\n");
    assert_eq!(by_name(&folder, &["--where", "n is null"]).exits(0).stdout_text(), "id,n\n");
    let one = folder.mill(["run", "-q", "a.parquet", "-", "--union-by-name"]).exits(0);
    assert_eq!(one.stdout_text(), "id\n");
    write(&folder, "c.parquet", Vec::new());
    by_name(&folder, &[]).exits(65).says("c.parquet has no columns");
}

#[test]
fn a_value_that_is_lost_costs_its_row_and_names_its_file() {
    let folder = Folder::new();
    let ids = |id: i32| -> ArrayRef { Arc::new(Int32Array::from(vec![id, id + 1])) };
    let days: ArrayRef = Arc::new(Date32Array::from(vec![1, 200_000_000]));
    write(&folder, "a.parquet", vec![("id", ids(1)), ("at", days)]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("bytes", Arc::new(BinaryArray::from(vec![b"\xff".as_slice(), b"b"]))),
        ("at", Arc::new(TimestampMicrosecondArray::from(vec![3, 4]))),
        ("id", ids(3)),
    ];
    write(&folder, "b.parquet", columns);
    let done = by_name(&folder, &["--rejects", "r.csv"]).exits(3);
    let expected = "id,at,bytes\n1,1970-01-02 00:00:00,\n4,1970-01-01 00:00:00.000004,b\n";
    assert_eq!(done.stdout_text(), expected);
    let rejects = records(&folder.read("r.csv"));
    let told: Vec<String> =
        rejects.iter().skip(1).map(|row| [0, 1, 5, 6, 8].map(|field| row[field].as_str()).join(" ")).collect();
    assert_eq!(
        told,
        ["a.parquet 2 at CAST 2,,", "b.parquet 1 bytes INVALID_ENCODING 3,1970-01-01 00:00:00.000003,\\xFF"]
    );
}

#[test]
fn columns_of_one_name_in_a_file_keep_their_order() {
    let folder = Folder::new();
    let ids = |id: i32| -> ArrayRef { Arc::new(Int32Array::from(vec![id])) };
    write(&folder, "a.parquet", vec![("c", ids(1)), ("c", ids(2))]);
    write(&folder, "b.parquet", vec![("d", ids(3)), ("c", ids(4)), ("c", ids(5))]);
    assert_eq!(by_name(&folder, &[]).exits(0).stdout_text(), "c,c_2,d\n1,2,\n4,5,3\n");
}
