//! Columns whose type is a guess: where they are texts, and where they are values.

use super::records::Cells;
use super::{bound, check, query};
use crate::transform::MOST_OF_ROW;

const INPUT: &str = "v ?double; n ?bigint; ok ?boolean; day ?date; at ?timestamp; d double; s text; w ?text";
const ROWS: &[&str] = &[
    "1.10 | 7 | TRUE | 2024-01-31 | 2024-01-31T00:00:00 | 1.1 | 1.1 | 1.10",
    "1.1 | +7 | true | 2024-1-31 | 2024-01-31 00:00 | 1.10 | 1.10 | 1.1",
];

/// Which of the rows the condition is true for.
#[track_caller]
fn holds(condition: &str, rows: [bool; 2]) {
    let sql = format!("select case when {condition} then 1 else 0 end as x from input");
    check(&sql, INPUT, ROWS, &rows.map(|holds| if holds { "1" } else { "0" }));
}

#[test]
fn a_text_is_met_by_text() {
    for (column, text) in [("v", "1.10"), ("n", "7"), ("ok", "TRUE"), ("day", "2024-01-31")] {
        holds(&format!("{column} = '{text}'"), [true, false]);
        holds(&format!("'{text}' <> {column}"), [false, true]);
        holds(&format!("{column} in ('{text}', 'x')"), [true, false]);
        holds(&format!("{column} is distinct from '{text}'"), [false, true]);
        holds(&format!("case {column} when '{text}' then true else false end"), [true, false]);
        holds(&format!("nullif({column}, '{text}') is null"), [true, false]);
        holds(&format!("md5({column}) = md5('{text}') and {column} like '%'"), [true, false]);
    }
    holds("v = s", [false, false]);
    holds("v = w", [true, true]);
    holds("at = '2024-01-31 00:00'", [false, true]);
}

#[test]
fn a_value_is_met_by_value() {
    for condition in
        ["v = 1.10", "n = 7", "ok = true", "day = date '2024-01-31'", "v = d", "n in (7, 8)", "v >= '1.10'"]
    {
        holds(condition, [true, true]);
    }
    holds("at = day", [true, true]);
    holds("case n when 7 then true else false end", [true, true]);
    holds("n in (7, '8')", [true, true]);
    holds("least(v, 1.05) = 1.05", [true, true]);
}

/// What is chosen among them, or computed of them, as it comes out.
#[test]
fn what_is_chosen_comes_out_as_it_was_read() {
    let gives = |list: &str, expected: [&str; 2]| check(&format!("select {list} from input"), INPUT, ROWS, &expected);
    gives("greatest(v, 1) as x", ["1.10", "1.1"]);
    gives("greatest(v, d) as x", ["1.1", "1.1"]);
    gives("least(n, v) as x", ["1.10", "1.1"]);
    gives("greatest(null, v) as x", ["1.10", "1.1"]);
    gives("coalesce(v, n) as x", ["1.10", "1.1"]);
    gives("coalesce(v, 'x') as x", ["1.10", "1.1"]);
    gives("coalesce(v, 1) as x", ["1.1", "1.1"]);
    gives("case when d > 1 then n end as x", ["7", "+7"]);
    gives("case when d > 1 then n else 0 end as x", ["7", "7"]);
    gives("nullif(n, 8) as x", ["7", "+7"]);
    gives("nullif(n, 'x') + 1 as x", ["8", "8"]);
    gives("v || '/' || n || '/' || ok || '/' || day as x", ["1.10/7/TRUE/2024-01-31", "1.1/+7/true/2024-1-31"]);
    gives("greatest(v, 1)::text as x", ["1.10", "1.1"]);
    gives("greatest(v, 1)::double as x", ["1.1", "1.1"]);
    let chained = "select x from (select greatest(v, 1) as x from input) inside";
    check(chained, INPUT, ROWS, &["1.10", "1.1"]);
}

/// Only where its value is needed can a text fail its guess.
#[test]
fn a_text_fails_only_where_its_value_is_needed() {
    let refused = |list: &str| {
        let query = bound(&format!("select {list} as x from input"), INPUT);
        query.first.mill(&Cells::new(&["x | y | z | - | - | 1 | a | b"]), MOST_OF_ROW).unwrap().refused.len()
    };
    let texts =
        ["v", "v || ''", "v = 'x'", "coalesce(v, n)", "case when d > 0 then v end", "nullif(v, 'y')", "v is null"];
    texts.iter().for_each(|list| assert_eq!(refused(list), 0, "{list}"));
    let values = ["v + 0", "v = 1", "greatest(v, 1)", "nullif(v, 1)", "+v", "v < '1'", "v = d"];
    values.iter().for_each(|list| assert_eq!(refused(list), 1, "{list}"));
}

#[test]
fn what_does_not_meet_is_still_refused() {
    for list in ["v < s", "n = day", "s = n + 0", "greatest(v, s)", "upper(n + 0)", "coalesce(n + 0, 'x')"] {
        assert!(query(&format!("select {list} as x from input"), INPUT).is_err(), "{list}");
    }
}
