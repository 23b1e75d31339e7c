//! JSON that stays what it is: from JSONL, CSV and Parquet into every kind of target.

use std::fs::File;

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::{Folder, records};

/// Values of every kind, each of which a parser would write in another way.
const LINES: &str = r#"{"id":1,"p":{"a": [1, 2.50], "b":"\u00e4", "b":2},"m":5,"n":12345678901234567890.10,"s":"b\u00f6"}
{"id":2,"p":"str","m":"5","n":1e400,"s":"z\/"}
{"id":3,"p":null,"m":true,"n":0.10,"s":null}
{"id":4,"p":[ ],"m":[1],"n":-0,"s":"\u0000"}
"#;

fn jsonl(folder: &Folder, from: &str, more: &[&str]) -> String {
    folder
        .mill([["run", "-q", from, "-", "--to-format", "jsonl"].as_slice(), more].concat())
        .exits(0)
        .stdout_text()
        .to_owned()
}

#[test]
fn an_untouched_value_is_its_own_token_again() {
    let folder = Folder::with("in.jsonl", LINES.repeat(400));
    let expected = LINES.repeat(400);
    for (threads, chunk_size) in [("1", "run.chunk_size=1MiB"), ("3", "run.chunk_size=1KiB")] {
        assert_eq!(jsonl(&folder, "in.jsonl", &["--threads", threads, "--set", chunk_size]), expected);
    }
    let line = |index: usize| LINES.lines().nth(index).unwrap().to_owned() + "\n";
    assert_eq!(jsonl(&folder, "in.jsonl", &["--where", "m is not null and id = 2", "--limit", "1"]), line(1));
    // Nobody said that it is a text, also where nothing is guessed.
    assert_eq!(jsonl(&folder, "in.jsonl", &["--all-text", "--limit", "1"]), line(0));
    // Other kinds of values than the job declares are made what it does.
    let declared = jsonl(&folder, "in.jsonl", &["--columns", "id:text,m:text,n:text,s:text", "--limit", "1"]);
    assert_eq!(declared, "{\"id\":\"1\",\"m\":\"5\",\"n\":\"12345678901234567890.10\",\"s\":\"b\\u00f6\"}\n");
}

/// Through every gathering that keeps whole rows, and beside what is computed of the value's text.
#[test]
fn a_plain_copy_stays_its_token_through_order_limit_and_distinct_on() {
    let lines = "{\"k\":3,\"v\":5}\n{\"k\":1,\"v\":\"5\"}\n{\"k\":2,\"v\":\"\\u00e4\"}\n{\"k\":4,\"v\":true}\n{\"k\":5,\"v\":null}\n{\"k\":6,\"v\":5.0}\n";
    // What the sample shows is not what follows it: a string among numbers, an object among texts.
    let late = (0..10_000).map(|id| format!("{{\"k\":{id},\"v\":{id},\"t\":\"x\"}}\n")).collect::<String>()
        + "{\"k\":-1,\"v\":\"7\",\"t\":{\"a\": [1.0]}}\n";
    let folder = Folder::with("in.jsonl", lines);
    folder.write("late.jsonl", late);
    let ordered = r#"{"v":"5"} {"v":"\u00e4"} {"v":5} {"v":true} {"v":null} {"v":5.0}"#;
    let check = |from: &str, query: &str, expected: &str| {
        for threads in ["1", "3"] {
            let more = ["--sql", query, "--threads", threads, "--set", "run.chunk_size=1KiB"];
            let found = jsonl(&folder, from, &more);
            assert_eq!(found.lines().collect::<Vec<_>>().join(" "), expected, "{query}");
        }
    };
    check("in.jsonl", "select v from input order by k limit 9", ordered);
    check("in.jsonl", "select v from (select * from (select * from input limit 6) i order by k limit 7) o", ordered);
    check(
        "in.jsonl",
        "select distinct on (v) k, v from input where k in (1, 3, 4)",
        r#"{"k":3,"v":5} {"k":4,"v":true}"#,
    );
    let computed = "select v, v || 'x' as x, v = '5' as is5 from (select * from input order by k limit 3) o";
    let expected = r#"{"v":"5","x":"5x","is5":true} {"v":"\u00e4","x":"äx","is5":false} {"v":5,"x":"5x","is5":true}"#;
    check("in.jsonl", computed, expected);
    let grouped = "select v, count(*) as n from (select * from input order by k limit 3) o group by v";
    check("in.jsonl", grouped, r#"{"v":"5","n":2} {"v":"ä","n":1}"#);
    let late = r#"{"v":"7","t":{"a": [1.0]},"w":8} {"v":0,"t":"x","w":1}"#;
    check("late.jsonl", "select v, t, v + 1 as w from (select * from input order by k limit 2) o", late);
    // What the job declares is that.
    let declared = ["--columns", "k:bigint,v:text", "--sql", "select v from input order by k desc limit 2"];
    assert_eq!(jsonl(&folder, "in.jsonl", &declared), "{\"v\":\"5.0\"}\n{\"v\":null}\n");
    let csv = ["run", "-q", "in.jsonl", "-", "--sql", "select v from input order by k limit 9"];
    assert_eq!(folder.mill(csv).exits(0).stdout_text(), "v\n5\nä\n5\ntrue\n\n5.0\n");
}

#[test]
fn nested_json_is_json_and_parts_of_it_are() {
    let folder = Folder::with("in.jsonl", LINES);
    let select = "p -> 'a' as a, p -> 'a' -> 1 as d, p ->> 'b' as b, json_typeof(p) as k, (p -> 'a' -> 1)::decimal(9,3) as n, \
                  p::text as t, concat(p, '!') as c";
    let expected = r#"{"a":[1, 2.50],"d":2.50,"b":"2","k":"object","n":2.500,"t":"{\"a\": [1, 2.50], \"b\":\"\\u00e4\", \"b\":2}","c":"{\"a\": [1, 2.50], \"b\":\"\\u00e4\", \"b\":2}!"}
{"a":null,"d":null,"b":null,"k":"string","n":null,"t":"str","c":"str!"}
{"a":null,"d":null,"b":null,"k":null,"n":null,"t":null,"c":"!"}
{"a":null,"d":null,"b":null,"k":"array","n":null,"t":"[ ]","c":"[ ]!"}
"#;
    assert_eq!(jsonl(&folder, "in.jsonl", &["--select", select]), expected);
    let csv = folder.mill(["run", "-q", "in.jsonl", "-", "--select", "p, p -> 'b' as b"]).exits(0).stdout;
    let cells: Vec<Vec<String>> = records(&csv);
    assert_eq!(cells[1], [r#"{"a": [1, 2.50], "b":"\u00e4", "b":2}"#, "2"]);
    assert_eq!((cells[2][0].as_str(), cells[3][0].as_str(), cells[4][0].as_str()), ("str", "", "[ ]"));
}

#[test]
fn json_is_told_apart_by_its_text_and_has_no_order() {
    let lines =
        "{\"p\":{\"a\":1}}\n{\"p\":\"5\"}\n{\"p\":5}\n{\"p\":{\"a\":1}}\n{\"p\":{\"a\": 1}}\n{}\n{\"p\":null}\n";
    let folder = Folder::with("in.jsonl", lines);
    let groups = jsonl(&folder, "in.jsonl", &["--sql", "select p, count(*) as n from input group by p"]);
    let expected = "{\"p\":{\"a\":1},\"n\":2}\n{\"p\":\"5\",\"n\":1}\n{\"p\":5,\"n\":1}\n{\"p\":{\"a\": 1},\"n\":1}\n{\"p\":null,\"n\":2}\n";
    assert_eq!(groups, expected);
    assert_eq!(jsonl(&folder, "in.jsonl", &["--where", "p = '{\"a\": 1}'"]), "{\"p\":{\"a\": 1}}\n");
    let distinct = jsonl(&folder, "in.jsonl", &["--sql", "select distinct on (p) p from input limit 2"]);
    assert_eq!(distinct, "{\"p\":{\"a\":1}}\n{\"p\":\"5\"}\n");
    for sql in [
        "select * from input where p < '1'",
        "select * from input where p between '1' and '2'",
        "select max(p) from input",
        "select greatest(p, p) from input",
        "select * from input order by p limit 1",
        "select string_agg(p::text, ',' order by p) from input",
    ] {
        let refused = folder.mill(["run", "-q", "in.jsonl", "-", "--sql", sql]).exits(78);
        refused.says("json has no order; write cast(p as text), or take a value of it: p ->> 'key'");
    }
    folder.mill(["run", "-q", "in.jsonl", "-", "--select", "upper(p)"]).exits(78).says("write cast(p as text)");
    folder.mill(["run", "-q", "in.jsonl", "-", "--select", "p::date"]).exits(78).says("json cannot be cast to date");
    folder
        .mill(["run", "-q", "in.jsonl", "-", "--select", "p::jsonb"])
        .exits(78)
        .says("jsonb is not a type here; write json");
}

#[test]
fn declared_json_of_a_csv_file_is_checked_and_stays() {
    let rows = "id,p\n1,\"{\"\"a\"\": 1,\n\"\"b\"\":2}\"\n2,{x}\n3,\"\"\"s\"\"\"\n4,0.10\n5,\n6,\"[\"\"\\ud800\"\"]\"\n7, null\n";
    let folder = Folder::with("in.csv", rows);
    let run = |to: &str, more: &[&str]| {
        let run = ["run", "-q", "in.csv", to, "--columns", "p:json", "--rejects", "r.csv"];
        folder.mill([run.as_slice(), more].concat()).exits(3)
    };
    let kept = run("-", &[]).stdout_text().to_owned();
    assert_eq!(kept, "id,p\n1,\"{\"\"a\"\": 1,\n\"\"b\"\":2}\"\n3,\"\"\"s\"\"\"\n4,0.10\n5,\n7, null\n");
    let rejects = records(&folder.read("r.csv"));
    let told: Vec<(&str, &str)> =
        rejects.iter().skip(1).map(|reject| (reject[1].as_str(), reject[7].as_str())).collect();
    let expected = [
        ("4", "\"{x}\" is not json: byte 2: a key in double quotes is expected"),
        ("8", "\"[\\\"\\\\ud800\\\"]\" is not json: byte 3: half a character, one \\u of a pair, stands alone"),
    ];
    assert_eq!(told, expected);
    let lines = run("-", &["--to-format", "jsonl"]).stdout_text().to_owned();
    let expected = "{\"id\":1,\"p\":{\"a\": 1, \"b\":2}}\n{\"id\":3,\"p\":\"s\"}\n{\"id\":4,\"p\":0.10}\n{\"id\":5,\"p\":null}\n{\"id\":7,\"p\":null}\n";
    assert_eq!(lines, expected);
}

#[test]
fn parquet_keeps_json_and_sqlite_its_text() {
    let folder = Folder::with("in.jsonl", LINES);
    folder.mill(["run", "-q", "in.jsonl", "a.parquet", "--select", "id, p"]).exits(0);
    let file = File::open(folder.path().join("a.parquet")).unwrap();
    let schema = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let json = schema.parquet_schema().column(1);
    assert_eq!(json.logical_type_ref(), Some(&parquet::basic::LogicalType::Json));
    let expected: String = LINES.lines().map(|line| line.split(",\"m\"").next().unwrap().to_owned() + "}\n").collect();
    assert_eq!(jsonl(&folder, "a.parquet", &[]), expected);
    folder.mill(["run", "-q", "a.parquet", "sqlite:a.db?table=t"]).exits(0);
    let database = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    let text =
        |id: i64| database.query_row("select p from t where id = ?", [id], |row| row.get::<_, Option<String>>(0));
    assert_eq!(text(1).unwrap().as_deref(), Some(r#"{"a": [1, 2.50], "b":"\u00e4", "b":2}"#));
    assert_eq!((text(2).unwrap().as_deref(), text(3).unwrap()), (Some("str"), None));
}

#[test]
fn a_lookups_json_is_json_where_it_holds_no_strings() {
    let folder = Folder::with("in.csv", "id\n1\n2\n");
    folder.write(
        "l.jsonl",
        "{\"id\":1,\"p\":{\"a\":1.0},\"q\":[1],\"r\":\"x\"}\n{\"id\":2,\"p\":2.50,\"q\":\"5\",\"r\":5}\n",
    );
    let job = "[extract]\npath = 'in.csv'\n[lookup.l]\npath = 'l.jsonl'\ncolumns = { id = 'bigint', r = 'json' }\n\
               [transform]\nsql = 'select i.id, l.p, l.q, l.r from input i join l on i.id = l.id'\n[[load]]\nto = 'out.jsonl'\n";
    folder.write("job.toml", job.replace(", r = 'json' }", ", p = 'json', q = 'json', r = 'json' }"));
    folder.mill(["run", "-q", "job.toml"]).exits(0);
    let expected = "{\"id\":1,\"p\":{\"a\":1.0},\"q\":[1],\"r\":\"x\"}\n{\"id\":2,\"p\":2.50,\"q\":\"5\",\"r\":5}\n";
    assert_eq!(folder.text("out.jsonl"), expected);
    folder.write("job.toml", job.replace("columns = { id = 'bigint', r = 'json' }\n", ""));
    folder.mill(["run", "-q", "job.toml"]).exits(0);
    let expected =
        "{\"id\":1,\"p\":{\"a\":1.0},\"q\":\"[1]\",\"r\":\"x\"}\n{\"id\":2,\"p\":2.50,\"q\":\"5\",\"r\":\"5\"}\n";
    assert_eq!(folder.text("out.jsonl"), expected);
}
