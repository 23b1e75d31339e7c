use super::records::Cells;
use super::{COLUMNS, bound, rows};
use crate::transform::MOST_OF_ROW;

/// What is refused, as `row TYPE column: message`, and what is kept.
fn fails(sql: &str, input: &str, cells: &[&str], refused: &[&str], kept: &[&str]) {
    let records = Cells::new(cells);
    let query = bound(sql, input);
    let batch = query.first.mill(&records, MOST_OF_ROW).unwrap();
    let describe = |refused: &crate::batch::Refused| {
        let column = refused.column.as_deref().unwrap_or("-");
        format!("{} {} {column}: {}", refused.row, refused.error_type.name(), refused.message)
    };
    assert_eq!(batch.refused.iter().map(describe).collect::<Vec<_>>(), refused, "{sql}");
    assert_eq!(rows(&batch, &query.columns, &records), kept, "{sql}");
    assert_eq!(batch.kept.len() + batch.filtered + batch.refused.len(), cells.len(), "{sql}");
}

const AB: &str = "a bigint; b bigint; s text";

#[test]
fn declared_columns_are_checked_where_used_and_before_the_filter() {
    let cells = ["1 | x | p", "y | z | q", "3 | 4 | r"];
    let bad = r#""x" is not a bigint"#;
    fails(
        "select a, b from input where a > 1",
        AB,
        &cells,
        &[&format!("0 CAST b: {bad}"), r#"1 CAST a: "y" is not a bigint; column "b": "z" is not a bigint"#],
        &["3 | 4"],
    );
    fails("select s from input", AB, &cells, &[], &["p", "q", "r"]);
    fails("select s from input where a = 3", AB, &cells, &[r#"1 CAST a: "y" is not a bigint"#], &["r"]);
}

#[test]
fn guessed_columns_are_checked_where_needed() {
    let columns = "a ?bigint; s text";
    let cells = ["1 | p", "n/a | q"];
    let bad = r#"1 CAST a: "n/a" is not a bigint, which column "a" was guessed to be from the first rows; declare it: extract.columns.a = "text""#;
    fails("select a from input", columns, &cells, &[], &["1", "n/a"]);
    fails("select a + 1 from input", columns, &cells, &[bad], &["2"]);
    fails("select s from input where a = 1", columns, &cells, &[bad], &["p"]);
    fails("select s from input where s = 'p' and a = 1", columns, &cells, &[], &["p"]);
    fails("select a from input where a is not null", columns, &cells, &[], &["1", "n/a"]);
    fails("select a::bigint a from input", columns, &cells, &[bad], &["1"]);
    fails("select a::text x from input", columns, &cells, &[], &["1", "n/a"]);
    fails("select try_cast(a as bigint) x from input", columns, &cells, &[], &["1", "-"]);
    fails("select try_cast(a as double) x, a + 1 from input", columns, &cells, &[bad], &["1 | 2"]);
}

#[test]
fn rows_that_fail_are_named_among_those_that_do_not() {
    let cells: Vec<String> = (0..37).map(|n| format!("{n} | {} | s", n % 5)).collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let refused: Vec<String> = (0..37).step_by(5).map(|n| format!("{n} EXPRESSION x: division by zero")).collect();
    let kept: Vec<String> = (0..37).filter(|n| n % 5 != 0).map(|n| (n / (n % 5)).to_string()).collect();
    let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
    let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
    fails("select a / b as x from input", AB, &cells, &refused, &kept);
}

#[test]
fn rows_that_need_no_value_cannot_fail() {
    let cells = ["1 | 0 | s", "4 | 2 | s", "- | 0 | s"];
    fails("select case when b <> 0 then a / b end x from input", AB, &cells, &[], &["-", "2", "-"]);
    fails("select b <> 0 and a / b > 1 x from input", AB, &cells, &[], &["false", "true", "false"]);
    fails("select b = 0 or a / b > 1 x from input", AB, &cells, &[], &["true", "true", "true"]);
    fails("select a from input where b <> 0 and a / b > 1", AB, &cells, &[], &["4"]);
    fails("select coalesce(b, a / b) x from input", AB, &cells, &[], &["0", "2", "0"]);
    fails("select b in (0, a / b) x from input", AB, &cells, &[], &["true", "true", "true"]);
    // A NULL argument makes the result NULL before anything can be divided.
    fails("select a / b x from input where a is null", AB, &cells, &[], &["-"]);
}

#[test]
fn constants_that_fail_do_so_in_the_rows_that_need_them() {
    let cells = ["1 | 0 | x", "2 | 1 | x"];
    let by_zero = ["0 EXPRESSION x: division by zero", "1 EXPRESSION x: division by zero"];
    fails("select 1 / 0 as x from input", AB, &cells, &by_zero, &[]);
    fails("select case when b = 0 then 1 / 0 else 5 end as x from input", AB, &cells, &by_zero[..1], &["5"]);
    fails("select case when false then 1 / 0 else 5 end as x from input", AB, &cells, &[], &["5", "5"]);
    fails("select coalesce(1, 1 / 0) as x from input", AB, &cells, &[], &["1", "1"]);
    fails("select b from input where false and 1 / 0 = 1 or a = 2", AB, &cells, &[], &["1"]);
    let range = "0 EXPRESSION x: 99.90 is out of range for decimal(2,1)";
    fails("select 99.90::decimal(2,1) as x from input limit 1", AB, &cells[..1], &[range], &[]);
    let range = "0 EXPRESSION x: integer out of range";
    fails("select abs(2147483647 * 2) as x from input", AB, &cells[..1], &[range], &[]);
}

#[test]
fn the_first_failure_counts() {
    let cells = ["1 | 0 | x", "9223372036854775807 | 1 | 5"];
    let by_zero = "0 EXPRESSION p: division by zero";
    fails(
        "select a / b as p, s::bigint as q, a + 1 r from input",
        AB,
        &cells,
        &[by_zero, "1 EXPRESSION r: bigint out of range"],
        &[],
    );
    fails(
        "select s::bigint as q from input where a / b > 0",
        AB,
        &cells,
        &["0 EXPRESSION -: division by zero"],
        &["5"],
    );
    fails("select s::bigint as q from input", AB, &cells, &[r#"0 CAST s: "x" is not a bigint"#], &["5"]);
    fails("select (s || '')::bigint as q from input", AB, &cells, &[r#"0 EXPRESSION q: "x" is not a bigint"#], &["5"]);
}

#[test]
fn casts_out_of_range() {
    let cells = ["1 | 3000000000 | 1e30 | 9.99 | x", "2 | 1 | 2.5 | 1.00 | x"];
    fails(
        "select n::integer x from input",
        COLUMNS,
        &cells,
        &["0 CAST n: 3000000000 is out of range for integer"],
        &["1"],
    );
    fails("select d::bigint x from input", COLUMNS, &cells, &["0 CAST d: 1e+30 is out of range for bigint"], &["2"]);
    fails(
        "select m::decimal(2,2) x from input",
        COLUMNS,
        &cells[..1],
        &["0 CAST m: 9.99 is out of range for decimal(2,2)"],
        &[],
    );
    fails(
        "select (n * 2)::integer x from input",
        COLUMNS,
        &cells,
        &["0 EXPRESSION x: 6000000000 is out of range for integer"],
        &["2"],
    );
}
