//! Columns whose type is a guess: told apart by the text that was read, ordered by the type, and put out as they were read.

use std::collections::BTreeSet;

use crate::determinism::check_some;
use crate::support::Folder;

/// Rows whose values are few and whose texts are more: ` 7` and `7` are one bigint, `1.10` and `1.1` one double, and so on.
const INPUT: &str = "\
version,n,ok,day,at,month
1.10, 7,TRUE,2024-01-31,2024-01-31 00:00,10
1.1,7,true, 2024-01-31,2024-01-31T00:00:00,9
1.9,12,false,2024-02-29,2024-02-29 12:00,10
1.10,7,true,2024-01-31,2024-01-31 00:00,2
";

/// What a query over these rows gives, without the header.
#[track_caller]
fn gives(sql: &str, expected: &[&str]) {
    over(INPUT, &[], sql, expected);
}

#[track_caller]
fn over(input: &str, more: &[&str], sql: &str, expected: &[&str]) {
    let folder = Folder::with("in.csv", input);
    let done = folder.mill([&["run", "in.csv", "-", "-q", "--sql", sql], more].concat()).exits(0);
    let output = String::from_utf8(done.stdout).unwrap();
    assert_eq!(output.lines().skip(1).collect::<Vec<_>>(), expected, "{sql}");
}

#[test]
fn groups_are_those_of_the_texts() {
    gives("select version, count(*) from input group by version", &["1.10,2", "1.1,1", "1.9,1"]);
    gives("select n, count(*) from input group by n", &[" 7,1", "7,2", "12,1"]);
    gives("select ok, count(*) from input group by ok", &["TRUE,1", "true,2", "false,1"]);
    gives("select day, count(*) from input group by 1", &["2024-01-31,2", " 2024-01-31,1", "2024-02-29,1"]);
    let times = ["2024-01-31 00:00,2", "2024-01-31T00:00:00,1", "2024-02-29 12:00,1"];
    gives("select at as a, count(*) from input group by a", &times);
    let several = ["1.10,TRUE,1", "1.1,true,1", "1.9,false,1", "1.10,true,1"];
    gives("select version, ok, count(*) from input group by version, ok", &several);
    gives("select count(*) from input group by version::double", &["3", "1"]);
}

/// A key keeps its type beside its text.
#[test]
fn what_is_computed_of_a_key_is_computed_of_its_value() {
    gives("select month from input group by month order by month", &["2", "9", "10"]);
    gives("select month from input group by month order by month desc limit 1", &["10"]);
    gives("select month + 1 as next from input group by month having month > 8", &["11", "10"]);
    gives("select version from input group by version having version = '1.10'", &["1.10"]);
    gives("select version from input group by version having version = 1.1", &["1.10", "1.1"]);
    gives(
        "select version::text || '!' as v, upper(version) from input group by version",
        &["1.10!,1.10", "1.1!,1.1", "1.9!,1.9"],
    );
    gives(
        "select extract(month from day) as m, day from input group by day",
        &["1,2024-01-31", "1, 2024-01-31", "2,2024-02-29"],
    );
    gives(
        "select version, max(month) from input group by version order by max(month), version desc",
        &["1.1,9", "1.9,10", "1.10,10"],
    );
    let chained = "with v as (select version, count(*) as rows from input group by version) \
                   select version, rows from v where version > 1.05 and version in ('1.10', '1.9') order by version";
    gives(chained, &["1.10,2", "1.9,1"]);
}

#[test]
fn distinct_rows_and_values_are_those_of_the_texts() {
    gives("select distinct version from input", &["1.10", "1.1", "1.9"]);
    gives("select distinct n, ok from input", &[" 7,TRUE", "7,true", "12,false"]);
    gives("select distinct month from input order by month", &["2", "9", "10"]);
    gives("select distinct on (version) month, version from input", &["10,1.10", "9,1.1", "10,1.9"]);
    gives("select distinct on (day) day, n from input", &["2024-01-31, 7", " 2024-01-31,7", "2024-02-29,12"]);
    let counts = "select count(distinct version), count(distinct n), count(distinct ok), count(distinct day), \
                  count(distinct at), count(distinct version) filter (where month = 10) as x from input";
    gives(counts, &["3,3,3,3,3,2"]);
    gives("select string_agg(distinct version, '/') from input", &["1.10/1.1/1.9"]);
    gives("select string_agg(distinct month, '/' order by month) from input", &["2/9/10"]);
    gives("select string_agg(month, '/' order by month desc) from input", &["10/10/9/2"]);
    gives(
        "select string_agg(distinct day, '/' order by day desc) as days from input",
        &["2024-02-29/2024-01-31/ 2024-01-31"],
    );
}

/// The first of equals, as it was read; for further computing it is a number.
#[test]
fn the_least_and_the_greatest_keep_their_text() {
    gives("select min(version), max(version), max(month), min(month) from input", &["1.10,1.9,10,2"]);
    gives(
        "select min(n), max(ok), min(ok), max(at), min(at) from input",
        &[" 7,TRUE,false,2024-02-29 12:00,2024-01-31 00:00"],
    );
    gives("select max(version) * 2 as twice, min(version) + 1 as more from input", &["3.8,2.1"]);
    gives(
        "select ok, min(version) from input group by ok order by min(version), ok",
        &["TRUE,1.10", "true,1.1", "false,1.9"],
    );
    gives("select max(version) filter (where month < 10) as v from input", &["1.1"]);
    gives(
        "select greatest(version, month) as g, least(version, 1.5) as l from input",
        &["10,1.10", "9,1.1", "10,1.5", "2,1.10"],
    );
    gives("select greatest(version, 1) + 1 as g from input limit 1", &["2.1"]);
    gives("select version from input order by version, month limit 3", &["1.10", "1.1", "1.10"]);
    gives("select max(g) from (select greatest(version, 1) as g from input) inside", &["1.9"]);
}

#[test]
fn texts_are_compared_with_texts_and_numbers_with_numbers() {
    let count = |filter: &str, rows: &str| gives(&format!("select count(*) from input where {filter}"), &[rows]);
    count("version = '1.10'", "2");
    count("version = 1.10", "3");
    count("version <> '1.10'", "2");
    count("version <> 1.1", "1");
    count("version in ('1.10', '1.9')", "3");
    count("version in (1.10, 1.9)", "4");
    count("version not in ('1.1', null)", "0");
    count("version is distinct from '1.1'", "3");
    count("version is not distinct from 1.10", "3");
    count("case version when '1.10' then true else false end", "2");
    count("case version when 1.10 then true else false end", "3");
    count("version > '1.05' and version < '1.5'", "3");
    count("version between '1.05' and '1.1'", "3");
    count("month > '9'", "2");
    count("ok = 'true'", "2");
    count("ok = true", "3");
    count("ok", "3");
    count("day = '2024-01-31'", "2");
    count("day = date '2024-01-31'", "3");
    count("at = '2024-01-31 00:00'", "2");
    count("at = timestamp '2024-01-31 00:00'", "3");
    count("n = '7'", "2");
    count("n = 7", "3");
    count("n = 'seven'", "0");
    count("version = n", "0");
    count("upper(version) = version", "4");
}

#[test]
fn functions_of_text_take_the_text() {
    gives(
        "select version || '!' as a, concat(n, ok) as b, concat_ws('/', day, version) as c from input limit 1",
        &["1.10!, 7TRUE,2024-01-31/1.10"],
    );
    gives(
        "select length(version) as a, left(version, 3) as b, replace(version, '.', ',') as c from input limit 1",
        &["4,1.1,\"1,10\""],
    );
    gives(
        "select md5(version) = md5('1.10') as a, version ~ '0$' as b, version like '%0' as c from input limit 1",
        &["true,true,true"],
    );
    gives("select version::text as a, cast(ok as text) as b, lower(ok) as c from input limit 1", &["1.10,TRUE,true"]);
    gives(
        "select coalesce(version, 'none') as a, nullif(version, '1.1') as b from input",
        &["1.10,1.10", "1.1,", "1.9,1.9", "1.10,1.10"],
    );
    gives(
        "select nullif(version, 'none') * 2 as a, nullif(version, 1.9) as b from input limit 3",
        &["2.2,1.10", "2.2,1.1", "3.8,"],
    );
    gives(
        "select case when month > 9 then version end as a, case when ok then version else 'no' end as b from input",
        &["1.10,1.10", ",1.1", "1.9,no", ",1.10"],
    );
    gives("select coalesce(version, month) as a, coalesce(version, 0) as b from input limit 1", &["1.10,1.1"]);
    gives(
        "select round(version, 1) as a, version + 0 as b, -version as c, abs(month) as d from input limit 1",
        &["1.1,1.1,-1.1,10"],
    );
}

const CODES: &str = "version,n,name\n1.1,7,short\n1.9, 12,other\n";

/// What a join with a lookup gives, and whether it warns that there was no partner at all.
#[track_caller]
fn joined(lookup: &str, more: &[&str], sql: &str, expected: &[&str], warns: bool) {
    let folder = Folder::with("in.csv", INPUT);
    folder.write("codes.csv", lookup);
    let arguments = ["run", "in.csv", "-", "--set", "lookup.codes.path=codes.csv", "--sql", sql];
    let done = folder.mill([&arguments[..], more].concat()).exits(0);
    let output = String::from_utf8(done.stdout).unwrap();
    assert_eq!(output.lines().skip(1).collect::<Vec<_>>(), expected, "{sql}");
    assert_eq!(done.stderr.contains("warning: no row has a partner in lookup codes by "), warns, "{}", done.stderr);
}

#[test]
fn joins_are_by_text_where_both_sides_are_guessed() {
    let join = "select i.version, name from input i join codes c on i.version = c.version";
    joined(CODES, &[], join, &["1.1,short", "1.9,other"], false);
    let using = "select version, name from input join codes using (version) where name = 'short'";
    joined(CODES, &[], using, &["1.1,short"], false);
    joined(CODES, &[], "select i.n, name from input i join codes c on i.n = c.n", &["7,short", "7,short"], false);
    let all = "select i.version, name from input i left join codes c on i.version = c.version";
    joined(CODES, &[], all, &["1.10,", "1.1,short", "1.9,other", "1.10,"], false);
    joined("version,name\n1.100,a\n", &[], join, &[], true);
    joined("version,name\n", &[], join, &[], false);
}

#[test]
fn joins_with_a_known_type_are_by_that_type() {
    let declared = ["--set", "lookup.codes.columns.version=double"];
    let join = "select i.version, name from input i join codes c on i.version = c.version";
    joined(CODES, &declared, join, &["1.10,short", "1.1,short", "1.9,other", "1.10,short"], false);
    let text = ["--set", "lookup.codes.columns.version=text"];
    joined(CODES, &text, join, &["1.1,short", "1.9,other"], false);
    let computed = "select i.version, name from input i join codes c on i.version + 0 = c.version";
    joined(CODES, &[], computed, &["1.10,short", "1.1,short", "1.9,other", "1.10,short"], false);
}

/// Declared columns are values, as they were.
#[test]
fn declared_columns_are_told_apart_by_value() {
    let declared = ["--columns", "version:double,n:bigint,ok:boolean,day:date"];
    over(INPUT, &declared, "select version, count(*) from input group by version", &["1.1,3", "1.9,1"]);
    over(INPUT, &declared, "select distinct n, ok, day from input", &["7,true,2024-01-31", "12,false,2024-02-29"]);
    over(INPUT, &declared, "select count(*) from input where version = '1.10'", &["3"]);
    over(INPUT, &declared, "select max(version) from input", &["1.9"]);
}

/// What a database holds as a number is a value and no text.
#[test]
fn numbers_of_a_database_are_values() {
    let folder = Folder::with("in.csv", INPUT);
    let database = rusqlite::Connection::open(folder.path().join("codes.db")).unwrap();
    let make = "create table codes (version real, code text, name text); \
                insert into codes values (1.1, '1.1', 'short'), (1.9, '1.9', 'other')";
    database.execute_batch(make).unwrap();
    let run = |sql: &str| {
        let lookup = "lookup.codes.path=sqlite:codes.db?table=codes";
        let done = folder.mill(["run", "in.csv", "-", "-q", "--set", lookup, "--sql", sql]).exits(0);
        String::from_utf8(done.stdout).unwrap()
    };
    let by_value = run("select i.version, c.version as found from input i join codes c on i.version = c.version");
    assert_eq!(by_value, "version,found\n1.10,1.1\n1.1,1.1\n1.9,1.9\n1.10,1.1\n");
    let by_text = run("select i.version, name from input i join codes c on i.version = c.code");
    assert_eq!(by_text, "version,name\n1.1,short\n1.9,other\n");
}

/// Past the sample a text that does not fit is one more key, and a reject where its value is needed.
#[test]
fn a_text_that_the_guess_does_not_fit_is_a_key() {
    let rows: String = (0..10_000).map(|row| format!("{}\n", row % 3)).collect();
    let folder = Folder::with("in.csv", format!("code\n{rows}007\n7\nx\n"));
    let run = |sql: &str| folder.mill(["run", "in.csv", "-", "--sql", sql]);
    let done = run("select code, count(*) from input group by code").exits(0).says("guessed code bigint");
    assert_eq!(String::from_utf8(done.stdout).unwrap(), "code,count\n0,3334\n1,3333\n2,3333\n007,1\n7,1\nx,1\n");
    assert_eq!(run("select count(code) from input where code <> '7'").exits(0).stdout, b"count\n10002\n");
    let done = run("select max(code) from input").exits(3);
    assert_eq!(String::from_utf8(done.stdout).unwrap(), "max\n007\n");
    let done = run("select code, count(*) from input group by code order by code desc limit 2").exits(3);
    assert_eq!(String::from_utf8(done.stdout).unwrap(), "code,count\n007,1\n7,1\n");
}

/// A table of ours takes the keys as it takes an untouched column.
#[test]
fn keys_go_into_tables_as_columns_that_were_read() {
    let folder = Folder::with("in.csv", INPUT);
    folder
        .mill(["run", "in.csv", "sqlite:t.db?table=t", "--sql", "select month, max(n) as n from input group by month"])
        .exits(0);
    let database = rusqlite::Connection::open(folder.path().join("t.db")).unwrap();
    let row = |sql: &str| database.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(
        row("select group_concat(typeof(month) || month || typeof(n) || n) from t"),
        "integer10integer12,integer9integer7,integer2integer7"
    );
    let jsonl = folder.mill([
        "run",
        "in.csv",
        "-",
        "--to-format",
        "jsonl",
        "--sql",
        "select version, ok from input group by 1, 2",
    ]);
    let expected = "{\"version\":1.10,\"ok\":true}\n{\"version\":1.1,\"ok\":true}\n{\"version\":1.9,\"ok\":false}\n{\"version\":1.10,\"ok\":true}\n";
    assert_eq!(String::from_utf8(jsonl.exits(0).stdout).unwrap(), expected);
}

/// Texts that are numbers, or nearly.
fn text(random: &mut u64) -> String {
    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let pick = *random >> 33;
    let number = pick / 7 % 40;
    match pick % 7 {
        0 => format!(" {number}"),
        1 => format!("{number}.0"),
        2 => format!("-{number}"),
        3 => format!("{number}.{number}0"),
        4 => format!("{}", u64::MAX / 3 - number),
        _ => number.to_string(),
    }
}

/// The lines of a query's answer, in any order.
fn answer(folder: &Folder, sql: &str, more: &[&str]) -> BTreeSet<String> {
    let done = folder.mill([&["run", "in.csv", "-", "-q", "--sql", sql], more].concat()).exits(0);
    String::from_utf8(done.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn groups_of_guessed_columns_are_those_of_texts() {
    let mut random = 7;
    for kinds in [&["1", "2"][..], &["1", "0.5"], &["true"], &["2024-01-31"]] {
        let row = |row: usize, random: &mut u64| match kinds[row % kinds.len()] {
            "true" => ["true", "TRUE", " true", "False", "false "][row * 7 % 5].to_owned(),
            "2024-01-31" => format!("{}2024-01-{:02}", " ".repeat(row % 3), row % 28 + 1),
            _ => text(random),
        };
        let rows: Vec<String> = (0..600).map(|place| format!("{},{}\n", row(place, &mut random), place % 9)).collect();
        let folder = Folder::with("in.csv", format!("a,b\n{}", rows.concat()));
        for sql in [
            "select a, count(*) as rows, count(distinct b) as bs from input group by a",
            "select distinct a, b from input",
            "select b, count(distinct a) as n from input group by b",
            "select distinct on (a) a, b from input",
            "select b, min(a) as least, max(a) as most, string_agg(distinct a, '/') as all_of_them from input group by b",
        ] {
            let path = folder.path().join("in.csv").display().to_string();
            check_some(&path, &["--sql", sql], |threads, size| threads == 1 && size < 2);
            if sql.contains("min(") {
                continue;
            }
            let expected = answer(&folder, sql, &["--all-text"]);
            assert_eq!(answer(&folder, sql, &[]), expected, "{sql}");
        }
    }
}

/// Ties stay in the order of the input, so that the rows too are the same.
#[test]
fn the_order_is_that_of_the_declared_type() {
    let mut random = 11;
    // Numbers as large as some of these are no doubles.
    let small = std::iter::repeat_with(|| text(&mut random)).filter(|text| text.len() < 10);
    let rows: String = small.take(400).zip(0..).map(|(text, row)| format!("{text},{row}\n")).collect();
    let folder = Folder::with("in.csv", format!("a,row\n{rows}"));
    for sql in [
        "select row from input order by a limit 200",
        "select row from input order by a desc limit 50",
        "select min(row) as row from input group by a::double order by a::double",
    ] {
        let run =
            |more: &[&str]| folder.mill([&["run", "in.csv", "-", "-q", "--sql", sql], more].concat()).exits(0).stdout;
        assert_eq!(run(&[]), run(&["--columns", "a:double"]), "{sql}");
    }
    let extremes = "select min(a)::double as least, max(a)::double as most from input";
    let extremes_of_values = "select min(a) as least, max(a) as most from input";
    assert_eq!(answer(&folder, extremes, &[]), answer(&folder, extremes_of_values, &["--columns", "a:double"]));
}
