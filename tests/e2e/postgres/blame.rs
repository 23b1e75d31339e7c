//! A row is refused for its own fault, whatever line the server names.

use super::server::Schema;

/// Rows are inserted many at a time, and the line that the server names is then the last of them.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn rows_that_are_too_wide() {
    const COLUMNS: usize = 1100;
    let schema = Schema::new();
    let names: Vec<String> = (0..COLUMNS).map(|column| format!("c{column}")).collect();
    schema.sql(&format!("create table t (id integer, {} bigint)", names.join(" bigint, ")));
    let rows: String = (1..=3000)
        .map(|row| format!("{row}{}\n", (if row == 10 || row == 1500 { ",7" } else { "," }).repeat(COLUMNS)))
        .collect();
    schema.load(&format!("id,{}\n{rows}", names.join(",")), "t", &[]).exits(3);
    schema.folder.write("rejected.csv", schema.folder.rejects());
    let rejects = schema.folder.mill(["run", "-q", "rejected.csv", "-", "--select", "line"]).exits(0);
    assert_eq!(rejects.stdout_text(), "line\n11\n1501\n");
    assert_eq!(schema.sql("select count(*), count(*) filter (where id in (10, 1500)) from t"), "2998|0");
}

/// A cell that reads like the server's own words, in a table whose name does too.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn cells_that_name_a_line() {
    let schema = Schema::new();
    schema.sql(
        "create function judge() returns trigger language plpgsql as $$ begin
           if new.j = '2' then execute format('select 1 / 0 /* %s */', new.v); end if; return new; end $$;
         create table \"a, line 1\" (id integer, j jsonb, v text);
         create trigger judging before insert on \"a, line 1\" for each row execute function judge()",
    );
    let said = "x\nCOPY a, line 1, line 1, column id: y";
    let rows = format!("id,j,v\n1,1,\n2,\"{said}\",\n3,1,\n4,2,\"{said}\"\n5,1,\n");
    schema.load(&rows, "a%2C%20line%201", &[]).exits(3);
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from \"a, line 1\""), "1 3 5");
    let rejects = schema.folder.rejects();
    assert!(rejects.contains("22P02") && rejects.contains("22012"), "{rejects}");
}
