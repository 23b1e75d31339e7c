//! Tables with keys into themselves: rows may come in any order and in batches of any size.

use std::time::{Duration, Instant};

use super::server::Schema;
use crate::support::records;

const COUNTS: [usize; 4] = [1, 2, 7, 20_000];
const MODES: [&str; 4] = ["append", "truncate", "replace", "upsert"];

/// The rejects' raw bytes and reasons, and the table.
fn loaded(definition: &str, rows: &str, mode: &str, count: usize) -> (String, Vec<(String, String)>) {
    let schema = Schema::new();
    schema.sql(definition);
    let batch = format!("load.batch.count={count}");
    let key: &[&str] = if mode == "upsert" { &["--set", "load.key=id"] } else { &[] };
    let options = ["--mode", mode, "--set", &batch, "--set", "errors.max_error_ratio=1", "--max-errors", "100000"];
    let done = schema.load(rows, "t", &[&options[..], key, &["--summary", "s.json"]].concat());
    let table = schema.sql("select string_agg(t::text, ' ' order by id, t::text) from t");
    let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
    let name = schema.folder.files().into_iter().find(|name| name.ends_with("rejects.csv"));
    let rejects = name.map_or(Vec::new(), |name| records(&schema.folder.read(&name)));
    let rejects: Vec<_> = rejects.into_iter().skip(1).map(|reject| (reject[8].clone(), reject[7].clone())).collect();
    let (all, sink) = (rows.lines().count() as u64 - 1, &summary["sinks"][0]);
    assert_eq!(done.code, Some(if rejects.is_empty() { 0 } else { 3 }), "{mode} {count}: {}", done.stderr);
    assert_eq!(sink["rows_loaded"].as_u64().unwrap() + rejects.len() as u64, all, "{mode} {count}: {summary}");
    (table, rejects)
}

/// The same for any size of batches, in each of these modes.
#[track_caller]
fn check(definition: &str, rows: &str, modes: &[&str], table: &str, refused: &[(&str, &str)]) {
    for mode in modes {
        for count in COUNTS {
            let (found, rejects) = loaded(definition, rows, mode, count);
            assert_eq!(found, table, "{mode}, {count} rows in a batch: {rejects:?}");
            let raws: Vec<&str> = rejects.iter().map(|(raw, _)| raw.as_str()).collect();
            assert_eq!(raws, refused.iter().map(|(raw, _)| *raw).collect::<Vec<_>>(), "{mode} {count}");
            for ((raw, error), (_, code)) in rejects.iter().zip(refused) {
                assert!(error.contains(&format!("SQLSTATE {code}")), "{mode} {count}: {raw}: {error}");
            }
        }
    }
}

const TREE: &str = "create table t (id int primary key, parent int references t)";

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn children_may_come_before_their_parents() {
    let rows = "id,parent\n4,3\n3,2\n2,1\n1,\n9,99\n";
    for definition in [TREE, &TREE.replace("references t", "references t deferrable initially deferred")] {
        check(definition, rows, &MODES, "(1,) (2,1) (3,2) (4,3)", &[("9,99", "23503")]);
    }
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn what_hangs_on_a_bad_row_is_refused_after_it() {
    let definition = "create table t (id int primary key, parent int references t, v text check (v <> 'bad'))";
    let rows = "id,parent,v\n5,4,a\n4,3,bad\n3,,c\n2,4,bad\n6,6,d\n7,8,e\n8,7,f\n1,2,bad\n9,3,bad\n";
    let refused =
        [("4,3,bad", "23514"), ("9,3,bad", "23514"), ("5,4,a", "23503"), ("2,4,bad", "23514"), ("1,2,bad", "23514")];
    check(definition, rows, &MODES[..3], "(3,,c) (6,6,d) (7,8,e) (8,7,f)", &refused);
    check(definition, rows, &MODES[3..], "(3,,c) (6,6,d) (7,8,e) (8,7,f)", &refused);
}

/// Which of two rows of a key is first does not depend on what came in the same batch.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn rows_of_the_same_key() {
    let rows = "id,parent\n4,3\n4,\n3,\n5,4\n5,3\n2,9\n2,\n9,\n";
    check(
        TREE,
        rows,
        &MODES[..3],
        "(2,) (3,) (4,) (5,4) (9,)",
        &[("4,3", "23505"), ("5,3", "23505"), ("2,9", "23505")],
    );
    check(TREE, "id,parent\n3,4\n4,4\n4,\n", &MODES[..3], "(3,4) (4,4)", &[("4,", "23505")]);
    // A ring is there as soon as its last row is, before later rows of its keys.
    let ring = "id,parent\n3,2\n1,\n6,6\n5,7\n2,3\n3,7\n3,\n6,\n";
    let refused = [("3,", "23505"), ("6,", "23505"), ("5,7", "23503"), ("3,7", "23505")];
    check(TREE, ring, &MODES[..3], "(1,) (2,3) (3,2) (6,6)", &refused);
    // The last one wins, also over one that had to wait.
    check(TREE, rows, &MODES[3..], "(2,) (3,) (4,) (5,3) (9,)", &[]);
    let rows = "id,parent\n1,3\n1,\n3,\n2,99\n2,\n4,\n4,98\n";
    check(TREE, rows, &MODES[3..], "(1,) (2,) (3,) (4,)", &[("4,98", "23503")]);
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn keys_of_several_columns_and_several_keys() {
    let definition = "create table p (id int primary key); insert into p values (1);
        create table t (id int primary key, part int, up int, up_part int, other int references t, p int references p,
          unique (id, part), foreign key (up, up_part) references t (id, part) match full)";
    let rows = "id,part,up,up_part,other,p\n1,1,2,2,3,1\n2,2,,,,\n3,3,,,1,\n4,4,2,,,\n5,5,,,,2\n6,6,2,3,,\n7,7,,,5,\n";
    let table = "(1,1,2,2,3,1) (2,2,,,,) (3,3,,,1,)";
    let refused = [("5,5,,,,2", "23503"), ("4,4,2,,,", "23503"), ("6,6,2,3,,", "23503"), ("7,7,,,5,", "23503")];
    check(definition, rows, &MODES[..2], table, &refused);
    check(definition, rows, &MODES[3..], table, &refused);
}

/// Text as the server reads it, columns that the table fills itself, and what stands there already.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn other_types_and_old_rows() {
    let definition =
        "create table t (id uuid primary key, parent uuid references t, n int generated always as identity);
        insert into t (id) values ('00000000-0000-0000-0000-00000000000a')";
    let id = |end: &str| format!("00000000-0000-0000-0000-{end:0>12}");
    let rows = format!("id,parent\n{},{}\n{},{}\nnone,\n{},{}\n", id("2"), id("1"), id("1"), id("A"), id("3"), id("4"));
    for count in COUNTS {
        let (table, rejects) = loaded(definition, &rows, "append", count);
        assert_eq!(table.matches(')').count(), 3, "{table} {rejects:?}");
        assert!(rejects[0].1.contains("22P02") && rejects[1].1.contains("23503") && rejects.len() == 2, "{rejects:?}");
    }
}

/// A partition's rows count among those of the whole.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn partitioned_tables() {
    let definition = "create table t (id int primary key, parent int references t) partition by range (id);
        create table a partition of t for values from (0) to (3); create table b partition of t for values from (3) to (100)";
    let rows = "id,parent\n4,3\n3,2\n2,1\n1,\n9,99\n";
    check(definition, rows, &["append", "truncate", "upsert"], "(1,) (2,1) (3,2) (4,3)", &[("9,99", "23503")]);
}

/// Who may not read the table loads the same rows.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn without_the_right_to_read() {
    for count in COUNTS {
        let schema = Schema::new();
        let role = format!("w_{}", schema.name);
        schema.sql(&format!(
            "{TREE}; create role {role} login; grant usage on schema {} to {role}; grant insert on t to {role}",
            schema.name
        ));
        schema.folder.write("in.csv", "id,parent\n4,3\n3,2\n2,1\n1,\n9,99\n");
        let target = schema.table("t").replacen("postgres@", &format!("{role}@"), 1);
        let batch = format!("load.batch.count={count}");
        let done = schema.folder.mill(["run", "in.csv", &target, "--set", &batch, "--set", "errors.max_error_ratio=1"]);
        let found = schema.sql("select string_agg(t::text, ' ' order by id) from t");
        schema.sql(&format!("drop owned by {role} cascade; drop role {role}"));
        assert_eq!(found, "(1,) (2,1) (3,2) (4,3)", "{count}: {}", done.stderr);
        done.exits(3);
    }
}

/// A chain that comes from its end, one row of which dangles, in a time that grows with it and not with its square.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_long_chain_backwards() {
    const ROWS: usize = 20_000;
    let rows = (1..ROWS).rev().fold("id,parent\n".to_owned(), |rows, id| rows + &format!("{id},{}\n", id - 1));
    let rows = rows + "0,\n99999,88888\n";
    for count in [5_000, 20_001] {
        let (_, rejects) = loaded(TREE, &rows, "append", count);
        assert_eq!(rejects.len(), 1, "{rejects:?}");
    }
}

/// Rows that wait count among what a run may hold.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn rows_that_wait_have_a_limit() {
    let schema = Schema::new();
    schema.sql(TREE);
    let rows = (1..60_000).fold("id,parent\n".to_owned(), |rows, id| rows + &format!("{id},0\n"));
    let limits = ["--memory-limit", "16MiB", "--set", "run.chunk_size=64KiB", "--set", "run.threads=1"];
    schema.load(&rows, "t", &limits).exits(78).says("wait for rows that have not come").says("--memory-limit");
}

/// A value that is none is a reject, whoever says so, and many of them cost no more than elsewhere.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn values_that_the_server_cannot_read() {
    let definition = "create function small(int) returns boolean language plpgsql as
          $$ begin if $1 > 99 then raise check_violation using message = 'too large'; end if; return true; end $$;
        create domain little as int check (small(value));
        create table t (id little primary key, parent int references t, kind uuid)";
    let uuid = "00000000-0000-0000-0000-00000000000a";
    let rows = format!("id,parent,kind\n2,1,{uuid}\n100,1,{uuid}\n1,,{uuid}\n3,2,none\n4,2,{uuid}\n");
    let table = format!("(1,,{uuid}) (2,1,{uuid}) (4,2,{uuid})");
    let refused = [(&*format!("100,1,{uuid}"), "23514"), ("3,2,none", "22P02")];
    check(definition, &rows, &["append", "replace", "upsert"], &table, &refused);
    let many = (2..4_000).fold(format!("id,parent,kind\n4,1,{uuid}\n"), |rows, id| rows + &format!("{id},1,none\n"));
    let begun = Instant::now();
    assert_eq!(loaded(definition, &(many + &format!("1,,{uuid}\n")), "append", 20_000).1.len(), 3_998);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// Each row of a key might be what each other row leads to, and yet they take no more memory than their number.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn keys_that_come_again_and_again() {
    let rows = (2..8_000).fold("id,parent\n".to_owned(), |rows, id| rows + &format!("{id},1\n1,\n"));
    let begun = Instant::now();
    let (table, rejects) = loaded(TREE, &rows, "upsert", 20_000);
    assert_eq!((table.matches(')').count(), rejects.len()), (7_999, 0));
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// Rows that others wait for are refused one after the other, in a time that grows with them.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn many_bad_parents() {
    let definition = "create table t (id int primary key, parent int references t, v text check (v <> 'bad'))";
    let rows = (0..1_500).fold("id,parent,v\n".to_owned(), |rows, id| {
        rows + &format!("{},{},child\n{},,bad\n", 2 * id, 2 * id + 1, 2 * id + 1)
    });
    let begun = Instant::now();
    let (_, rejects) = loaded(definition, &(rows + "9000,,good\n"), "append", 20_000);
    assert_eq!(rejects.len(), 3_000);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}
