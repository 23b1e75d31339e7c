//! What odd inputs may cost: memory asserted with a wide margin, and runs that would take hours if they were not bounded.

use std::time::Duration;

use crate::support::{Done, Folder};

/// Peak memory of a run in MiB, from its summary.
fn peak_of(folder: &Folder, arguments: &[&str], code: i32) -> u64 {
    let arguments = [arguments, &["--summary", "summary.json"]].concat();
    folder.mill(arguments).exits(code);
    let summary: serde_json::Value = serde_json::from_slice(&folder.read("summary.json")).unwrap();
    summary["peak_rss_bytes"].as_u64().unwrap() >> 20
}

#[test]
fn padded_rows_of_a_wide_header_fit_in_memory() {
    let names: Vec<String> = (0..8000).map(|column| format!("c{column}")).collect();
    let folder = Folder::with("in.csv", format!("{}\n{}", names.join(","), "1\n".repeat(40_000)));
    let run = ["run", "in.csv", "null:", "--set", "extract.ragged=pad", "--select", "c0", "--all-text"];
    let peak = peak_of(&folder, &run, 0);
    assert!(peak < 150, "{peak} MiB");
}

#[test]
fn a_line_without_end_is_not_held() {
    let folder = Folder::with("in.csv", vec![b'x'; 200 << 20]);
    folder.mill(["run", "in.csv", "null:"]).exits(65).says("the header is broken");
    folder.write("in.csv", [b"a,b\n1,2\n", vec![b'x'; 200 << 20].as_slice(), b"\n3,4\n"].concat());
    let peak = peak_of(&folder, &["run", "in.csv", "null:"], 3);
    assert!(peak < 120, "{peak} MiB");
}

#[test]
fn more_columns_than_any_table_has_are_refused() {
    let folder = Folder::with("in.csv", ",".repeat(2 << 20));
    folder.mill(["run", "in.csv", "null:"]).exits(65).says("columns");
    folder.mill(["run", "in.csv", "null:", "--no-header"]).exits(65).says("columns");
}

/// Every line opens a quote that closes nowhere: read to the end for each, these would be hours.
#[test]
fn quotes_that_lead_nowhere_do_not_hold_up_budget_or_signals() {
    let any = ["--max-errors", "10000000", "--set", "errors.max_error_ratio=1"];
    let run = |arguments: &[&'static str]| {
        ["run", "in.csv", "null:"].into_iter().chain(arguments.iter().copied()).collect::<Vec<_>>()
    };
    let folder = Folder::with("in.csv", format!("a,b\n1,2\n{}", "x\",\"\n".repeat(100_000)));
    folder.mill(run(&["--on-error", "stop"])).exits(65).says("line 3");
    folder.mill(run(&any)).exits(3).says("100,001 rows read").says("UNCLOSED_QUOTE 100,000");
    folder.write("in.csv", format!("a,b\n1,2\n{}", "x\",\",\n".repeat(4_000_000)));
    let child = folder.start(run(&any));
    std::thread::sleep(Duration::from_millis(500));
    assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    Done::wait(child).exits(130);
}

/// Fifty texts of a column, each a million times as long, beside a row for which they are nothing.
#[test]
fn texts_of_a_row_are_counted_before_they_are_made() {
    let folder = Folder::with("in.csv", "id,name\n1,abcdefghij\n2,\"\"\n3,bc\n");
    let fifty = |text: &str| vec![text; 50].join(", ");
    let long = fifty("repeat(name, 1600000)");
    let columns = (0..50).map(|column| format!("repeat(name, 1600000) as c{column}")).collect::<Vec<_>>().join(", ");
    let queries = [
        format!("select length(concat({long})) as n from input"),
        format!("select concat_ws(',', {long}) as n from input"),
        format!("select {columns} from input"),
        format!("select id from input where length(format('{}', {long})) >= 0", "%s".repeat(50)),
        "select length(regexp_replace(repeat(name, 200000), 'b', repeat(name, 100000), 'g')) as n from input"
            .to_owned(),
        format!("select case when id > 0 then concat({long}) else '' end as n, count(*) as m from input group by 1"),
        format!("select id from input order by concat({long}) limit 2"),
    ];
    for query in queries {
        let run = ["run", "in.csv", "out.csv", "--rejects", "rejects.csv", "--sql", &query, "--threads", "2"];
        let peak = peak_of(&folder, &run, 3);
        assert!(peak < 200, "{peak} MiB: {query}");
        let rejects = folder.text("rejects.csv");
        assert!(rejects.contains("EXPRESSION") && rejects.contains("long"), "{query}: {rejects}");
        folder.remove(&["rejects.csv"]);
    }
}

/// Where there is little memory a text of twelve megabytes is made alone, and else among others.
#[test]
fn a_long_text_is_the_same_whatever_the_memory() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n2,b\n3,c\n");
    let query = "select id, length(repeat(name, case id when 2 then 12000000 else 1 end)) as n from input";
    for memory in ["40MiB", "256MiB"] {
        folder.mill(["run", "in.csv", "out.csv", "--sql", query, "--memory-limit", memory]).exits(0);
        assert_eq!(folder.text("out.csv"), "id,n\n1,1\n2,12000000\n3,1\n", "{memory}");
    }
}

#[test]
fn constants_of_a_query_and_keys_of_a_lookup_are_counted() {
    let folder = Folder::with("in.csv", "id,name\n1,abcdefghij\n");
    let long = vec!["repeat('x', 16000000)"; 50].join(", ");
    let refused = |query: &str, words: &str| {
        let arguments = ["run", "in.csv", "null:", "--set", "lookup.l.path=l.csv", "--summary", "summary.json"];
        folder.mill(arguments.iter().chain(&["--sql", query])).exits(78).says(words);
    };
    let rows = (0..2000).map(|id| format!("{id},{id}\n")).collect::<String>();
    folder.write("l.csv", format!("id,name\n{rows}"));
    let constants = "the constants of the query are together longer than 32 MiB";
    refused(&format!("select length(concat({long})) as n from input"), constants);
    let keys = "lookup l: the keys computed of its rows take more than 256 MiB";
    refused("select i.id from input i join l on i.name = repeat(l.name, 200000)", keys);
    let long = vec!["repeat(l.name, case l.id when 7 then 16000000 else 1 end)"; 20].join(", ");
    let query = &format!("select i.id from input i join l on i.name = concat({long})");
    let one = "lookup l: l.csv, line 9: the key cannot be computed: the resulting text is too long";
    folder.mill(["run", "in.csv", "null:", "--set", "lookup.l.path=l.csv", "--sql", query]).exits(65).says(one);
}

/// Ten megabytes of a pattern or of a name are not compiled, and not said again.
#[test]
fn patterns_and_messages_are_short() {
    let folder = Folder::with("in.csv", "id,name\n1,abcdefghij\n");
    let refused = |query: String, words: &str| {
        folder.write("query.sql", query);
        let done =
            folder.mill(["run", "in.csv", "null:", "--set", "transform.sql_file=query.sql"]).exits(78).says(words);
        assert!(done.stderr.len() < 6000, "{} bytes are said", done.stderr.len());
    };
    refused(format!("select id from input where name ~ '{}'", "a|b".repeat(1 << 20)), "it is longer than 256 KiB");
    refused(
        format!("select id from input where name like '{}'", "a_%".repeat(1 << 20)),
        "like pattern is longer than 256 KiB",
    );
    refused(format!("select to_char(id, '{}') as x from input", "9".repeat(1 << 20)), "invalid template \"999");
    refused(format!("select {} from input", "a".repeat(1 << 16)), "unknown column");
    let pattern =
        format!("[extract]\npath = \"in.csv\"\nformat = \"text\"\npattern = '(?<a>{})'\n", "x".repeat(1 << 20));
    folder.write("job.toml", pattern + "[[load]]\nto = \"null:\"\n");
    let done = folder.mill(["run", "job.toml"]).exits(78).says("it is longer than 256 KiB");
    assert!(done.stderr.len() < 6000, "{} bytes are said", done.stderr.len());
}

#[test]
fn parquet_of_more_columns_than_fit_in_memory_is_refused() {
    let names: Vec<String> = (0..20_000).map(|column| format!("c{column}")).collect();
    let folder = Folder::with("in.csv", format!("{}\n{}\n", names.join(","), vec!["1"; 20_000].join(",")));
    let small = ["--memory-limit", "64MiB"];
    let run = |arguments: &[&str]| folder.mill([arguments, &small].concat());
    run(&["run", "in.csv", "out.parquet"]).exits(78).says("a Parquet file of 20000 columns takes about");
    folder.mill(["run", "in.csv", "out.parquet", "--memory-limit", "1GiB"]).exits(0);
    run(&["run", "out.parquet", "null:"]).exits(78).says("more than run.memory_limit of 64 MiB");
    let done = folder.mill(["run", "out.parquet", "null:", "--memory-limit", "256MiB"]).exits(78);
    done.says("reading 20000 columns of out.parquet").says("let the query use fewer columns");
    folder.mill(["run", "out.parquet", "null:", "--memory-limit", "256MiB", "--select", "c1, c2"]).exits(0);
}
