//! Values of every type, in both forms of COPY.

use super::server::Schema;

const COLUMNS: &str =
    "b:boolean,i:integer,l:bigint,d:double,n:decimal(20,6),t:text,day:date,at:time,ts:timestamp,tz:timestamptz";

const ROWS: &str = "b,i,l,d,n,t,day,at,ts,tz
true,-2147483648,9223372036854775807,1e300,12345678901234.500001,\"a\tb\\c\nd\",2024-02-29,23:59:59.999999,1999-12-31 23:59:59.5,2024-03-31T02:30:00+01:00
false,0,-1,-0.5,-0.000001,\"\",0001-01-01,00:00:00,0044-03-15 12:00:00 BC,1970-01-01T00:00:00Z
,,,,,,,,,
true,1,1,NaN,0,ä\u{1F980},9999-12-31,12:00,294246-12-31 23:59:59,2000-01-01T00:00:00Z
false,7,7,-Infinity,99999999999999.999999,x,1969-12-31,01:02:03,2024-01-01,1900-01-01T00:00:00Z
";

const LOOK: &str = "select b, i, l, d, n, quote_nullable(t), day, at, ts, tz at time zone 'UTC' from ";

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn every_type_arrives_as_the_server_itself_would_read_it() {
    let schema = Schema::new();
    schema.load(ROWS, "ours", &["--columns", COLUMNS]).exits(0);
    schema.sql("create table theirs (like ours)");
    let path = schema.folder.path().join("in.csv").display().to_string();
    schema.sql(&format!("\\copy theirs from '{path}' (format csv, header)"));
    let theirs = schema.sql(&format!("{LOOK} theirs"));
    assert_eq!(schema.sql(&format!("{LOOK} ours")), theirs);
    // One column whose type has no binary form of ours makes all of them texts.
    schema.sql("create table texts (like ours); alter table texts alter i type smallint using 0, add extra uuid");
    let rows = ROWS.replace("-2147483648", "-32768");
    schema.load(&rows, "texts", &["--columns", COLUMNS]).exits(0);
    assert_eq!(schema.sql(&format!("{LOOK} texts")), theirs.replace("-2147483648", "-32768"));
    let types = "select string_agg(format_type(atttypid, atttypmod), ',' order by attnum) from pg_attribute \
                 where attrelid = 'ours'::regclass and attnum > 0";
    let expected = "boolean,integer,bigint,double precision,numeric(20,6),text,date,time without time zone,\
                    timestamp without time zone,timestamp with time zone";
    assert_eq!(schema.sql(types), expected);
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn types_of_the_servers_own_are_read_from_text() {
    let schema = Schema::new();
    schema.sql("create type mood as enum ('ok', 'bad')");
    schema.sql("create table t (id uuid, j jsonb, m mood, a integer[], x numeric, f real, s varchar(3))");
    let rows = "id,j,m,a,x,f,s\n\
                a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,\"{\"\"k\"\": 1}\",ok,\"{1,2}\",1.50,0.5,abc\n\
                no-uuid,{},ok,{},1,1,a\n\
                a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12,{},good,{},1,1,a\n\
                a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13,{},bad,{},1,1,abcd\n\
                a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a14,{,bad,{},1,1,abc\n\
                a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a15,{},bad,{},x,1,abc\n";
    schema.load(rows, "t", &[]).exits(3);
    assert_eq!(schema.sql("select * from t"), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|{\"k\": 1}|ok|{1,2}|1.50|0.5|abc");
    let rejects = schema.folder.rejects();
    let codes = ["22P02", "22P02", "22001", "22P02"].map(|code| rejects.matches(code).count() > 0);
    assert_eq!(codes, [true; 4], "{rejects}");
    assert_eq!(rejects.lines().count(), 6, "{rejects}");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn numbers_that_have_no_place_are_rejects() {
    let schema = Schema::new();
    schema.sql("create table t (i integer, n numeric(4,1))");
    let query = "select a * 1000000000 as i, b::double / 4 as n from input";
    let rows = "a,b\n1,2\n3,2\n1,5\n2,4000\n";
    let done = schema.load(rows, "t", &["--columns", "a:bigint,b:bigint", "--sql", query]).exits(3);
    assert_eq!(schema.sql("select * from t"), "1000000000|0.5", "{}", done.stderr);
    let rejects = schema.folder.rejects();
    assert!(rejects.contains("3000000000") && rejects.contains("1.25"), "{rejects}");
}

/// Exact ones, however they are written.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn numbers_that_have_a_place_are_loaded() {
    let schema = Schema::new();
    schema.sql("create table t (l bigint, i integer, s smallint, n numeric)");
    let query = "select a * 1 as l, b * 1 as i, b * 1 as s, n from input";
    let rows = "a,b,n\n1e15,7.00,1e400\n4611686018427387904,-0.00,1e-400\n1e19,1.00,1\n1,1.50,1\n1,1,1e4x\n";
    schema.load(rows, "t", &["--columns", "a:double,b:decimal(10,2),n:text", "--sql", query]).exits(3);
    let found = schema.sql("select l, i, s, n = '1e400' or n = '1e-400' from t");
    assert_eq!(found, "1000000000000000|7|7|t\n4611686018427387904|0|0|t");
    assert_eq!(schema.folder.rejects().lines().count(), 4);
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_nul_costs_its_row() {
    let schema = Schema::new();
    schema.load("a,b\nx,1\n\"y\0z\",2\nw,3\n", "t", &["--columns", "a:text"]).exits(3);
    assert_eq!(schema.sql("select a, b from t"), "x|1\nw|3");
    assert!(schema.folder.rejects().contains("22021"));
}

/// What the server reads from text, in whatever zone and with whatever order of day and month it is set up.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn moments_are_read_in_the_runs_zone() {
    let schema = Schema::new();
    schema.sql("create table t (fine timestamptz, coarse timestamptz(0), span tstzrange, day daterange)");
    schema.folder.write(
        "in.csv",
        "fine,coarse,span,day\n2024-07-01 12:00:00,2024-07-01 12:00:00,\"[2024-07-01 12:00:00,)\",\"[02/03/2024,)\"\n",
    );
    let target = format!("{}&options=-c%20timezone%3DAsia%2FTokyo%20-c%20datestyle%3DISO%2CDMY", schema.table("t"));
    for (zone, hour) in [("UTC", "12"), ("Europe/Berlin", "10")] {
        let zone = format!("run.timezone={zone}");
        schema.folder.mill(["run", "in.csv", &target, "--set", &zone, "--set", "load.mode=truncate"]).exits(0);
        let hours =
            ["fine", "coarse", "lower(span)"].map(|moment| format!("extract(hour from {moment} at time zone 'UTC')"));
        let found = schema.sql(&format!("select {}, lower(day) from t", hours.join(", ")));
        assert_eq!(found, format!("{hour}|{hour}|{hour}|2024-02-03"));
    }
}

/// A column of numbers gets the number, whatever its form; a column of texts the text.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn numbers_with_a_decimal_comma_arrive_as_numbers() {
    let schema = Schema::new();
    let rows = "a;n;d;f;i;s;m;t;j\n1.299,50;1.299,5;1.299,50;12,5;1.299;1.299;1.299,50;1.299,50;1.299\n";
    let keys = ["--set", "extract.decimal=,", "--set", "extract.thousands=."];
    schema.sql("create table b (a numeric(12,2), n double precision, i bigint, t text)");
    schema.load(rows, "b", &[&keys[..], &["--select", "a, n, i, t"]].concat()).exits(0);
    assert_eq!(schema.sql("select * from b"), "1299.50|1299.5|1299|1.299,50");
    let columns =
        "a numeric, n double precision, d numeric(12,2), f real, i integer, s smallint, m money, t text, j jsonb";
    schema.sql(&format!("create table x ({columns})"));
    schema.load(rows, "x", &[&keys[..], &["--columns", "d:decimal(12,2)"]].concat()).exits(0);
    let found = "select a, n, d, f, i, s, m::numeric, t, j from x";
    assert_eq!(schema.sql(found), "1299.50|1299.5|1299.50|12.5|1299|1299|1299.50|1.299,50|1299");
    schema.load(rows, "made", &[&keys[..], &["--select", "a, i"]].concat()).exits(0);
    assert_eq!(schema.sql("select * from made"), "1299.5|1299");
}
