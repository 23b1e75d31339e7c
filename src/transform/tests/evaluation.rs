use super::{check, is, over};

#[test]
fn where_keeps_true_rows_only() {
    let cells = ["1 | a", "2 | b", "- | c"];
    check("select * from input where x > 1", "x bigint; s text", &cells, &["2 | b"]);
    check("select s from input where not x > 1", "x bigint; s text", &cells, &["a"]);
    check("select s from input where x is null", "x bigint; s text", &cells, &["c"]);
    check("select s from input where true", "x bigint; s text", &cells, &["a", "b", "c"]);
    check("select s from input where null", "x bigint; s text", &cells, &[]);
    check("select s from input where x = 1 or x is null and s = 'c'", "x bigint; s text", &cells, &["a", "c"]);
    check("select s from input where s = 'b' and x * 2 >= 4", "x bigint; s text", &cells, &["b"]);
}

#[test]
fn logic_has_three_values() {
    let truths = ["true", "false", "null"];
    let and = ["true", "false", "-", "false", "false", "false", "-", "false", "-"];
    let or = ["true", "true", "true", "true", "false", "-", "true", "-", "-"];
    let pairs = truths.iter().flat_map(|left| truths.iter().map(move |right| (left, right)));
    for ((left, right), (and, or)) in pairs.zip(and.iter().zip(or)) {
        is(&format!("{left} and {right}"), and);
        is(&format!("{left} or {right}"), or);
        let cells = format!("{left} | {right}").replace("null", "-");
        check(
            "select l and r as x, l or r as y from input",
            "l boolean; r boolean",
            &[&cells],
            &[&format!("{and} | {or}")],
        );
    }
    is("not null", "-");
    is("null is true", "false");
    is("null is not true", "true");
    is("false is false", "true");
    is("(1 > 2) is not false", "false");
    is("(null::boolean) is unknown", "true");
    is("true is not unknown", "true");
}

#[test]
fn comparison() {
    is("1 = 1.0", "true");
    is("2 > 10", "false");
    is("'2' > '10'", "true");
    is("'B' < 'a'", "true");
    is("'NaN'::double = 'NaN'::double", "true");
    is("'NaN'::double > 1e300::double", "true");
    is("0.0::double = -0.0::double", "true");
    is("date '2024-01-31' < timestamp '2024-01-31 00:00:01'", "true");
    is("null = null", "-");
    is("null is distinct from null", "false");
    is("null is not distinct from (null)", "true");
    check(
        "select g is distinct from null x, null is not distinct from g y from input",
        "g ?bigint",
        &["a", "-"],
        &["true | false", "false | true"],
    );
    is("1 is distinct from null", "true");
    is("1 is not distinct from 1", "true");
    is("false < true", "true");
    is("12345678901234567890123456789.5 > 1.12345678901234567890", "true");
    is("-12345678901234567890123456789.5 < 1.12345678901234567890", "true");
    over("1 | 2 | 2.5 | 2.50 | x", "m = d", "true");
    over("1 | 2 | 2.5 | 2.50 | x", "i < n", "true");
    over("1 | 2 | 2.5 | 2.50 | x", "m = 2.5", "true");
    over("1 | 2 | 2.5 | 2.50 | x", "m > '2.495'", "true");
    over("1 | 2 | 2.5 | - | x", "m <> 2.5", "-");
    over("1 | 2 | 2.5 | - | x", "d > 2", "true");
    over("1 | 2 | 2.5 | - | x", "2 < d", "true");
    over("- | - | - | - | - | - | 2024-01-31", "day = '2024-01-31'", "true");
}

#[test]
fn between_and_in() {
    is("2 between 1 and 3", "true");
    is("2 not between 1 and 3", "false");
    is("null between 1 and 3", "-");
    is("0 between 1 and null", "false");
    is("2 in (1, 2)", "true");
    is("3 in (1, 2, null)", "-");
    is("2 in (2, null)", "true");
    is("3 not in (1, 2)", "true");
    is("null in (1)", "-");
    is("'x' in ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'x')", "true");
    is("'x' in ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')", "false");
    is("'x' in ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', null)", "-");
    let cells = ["1", "9", "10", "-"];
    check("select x in (1, 2, 3, 4, 5, 6, 7, 8, 9) y from input", "x bigint", &cells, &["true", "true", "false", "-"]);
    check(
        "select x not in (1, 2, 3, 4, 5, 6, 7, 8, 9) y from input",
        "x integer",
        &cells,
        &["false", "false", "true", "-"],
    );
    over("5 | - | - | - | b", "s in ('a', 'b')", "true");
    over("5 | - | - | - | b", "i in (1, 5.0)", "true");
    over("5 | - | - | - | b", "i between '1' and 9", "true");
}

#[test]
fn conditionals() {
    is("case when false then 1 when true then 2 else 3 end", "2");
    is("case when null then 1 end", "-");
    is("case 2 when 1 then 'a' when 2 then 'b' end", "b");
    is("case null when null then 'a' else 'b' end", "b");
    is("case when true then 1 else 2.5 end", "1.0");
    is("coalesce(null, null, 3)", "3");
    is("coalesce(null, null)", "-");
    is("nullif(1, 1)", "-");
    is("nullif(2, 1)", "2");
    is("nullif(null, 1)", "-");
    is("nullif('a', 'b')", "a");
    is("greatest(1, null, 3, 2)", "3");
    is("least('b', 'a', null)", "a");
    is("greatest(null, null)", "-");
    is("least(2.5, 1)", "1.0");
    let cells = ["1 | 10", "2 | -", "- | 30"];
    let columns = "a bigint; b bigint";
    check(
        "select case when a = 1 then b when a = 2 then 0 else a end x from input",
        columns,
        &cells,
        &["10", "0", "-"],
    );
    check(
        "select case a when 1 then 'one' when b then 'b' else 'else' end x from input",
        columns,
        &cells,
        &["one", "else", "else"],
    );
    check("select coalesce(a, b) x, coalesce(b, 7) y from input", columns, &cells, &["1 | 10", "2 | 7", "30 | 30"]);
    check("select greatest(a, b, 5) x, least(a, b) y from input", columns, &cells, &["10 | 1", "5 | 2", "30 | 30"]);
    check("select nullif(a, 2) x, nullif(b, a) y from input", columns, &cells, &["1 | 10", "- | -", "- | 30"]);
}

#[test]
fn calls_and_operators() {
    is("1 + 2", "3");
    is("7 / 2", "3");
    is("2 * 1.50", "3.00");
    is("upper('a' || 'b')", "AB");
    is("'a' || null || 'b'", "-");
    over("- | - | - | - | abc", "s || ',' || s || '.'", "abc,abc.");
    is("upper(null)", "-");
    is("'abc' like 'a%'", "true");
    is("'abc' not like 'a%'", "false");
    is("'abc' ~ '^a'", "true");
    is("'abc' !~ '^a'", "false");
    is("'a' || 'bc' ~ '^ab'", "true");
    is("'b' ~ 'a' = false", "true");
    is("2 ^ 3 ^ 2", "64");
    is("-2 ^ 2", "4");
    is("-2 ^ 2 ^ 3", "64");
    is("1 - 2 ^ 2", "-3");
    is("2 * 3 ^ 2", "18");
    is("'a'\n'b'", "ab");
    over("5 | - | - | - | b", "i isnull or d notnull", "false");
    over("5", "i + 1 isnull = false", "true");
    is("date_part('hour', date '2024-01-31')", "0");
    over("- | - | - | - | - | - | - | - | - | 007", "+g", "7");
    is("now() = timestamptz '2024-01-31 12:00:00+00'", "true");
    is("current_date", "2024-01-31");
    is("extract(year from date '2024-01-31')", "2024");
    over("3 | 4 | 0.5", "i * n * d", "6");
    over("3 | 4 | -", "i * n * d", "-");
    over("- | - | - | - | abc", "length(s) + 1", "4");
    over("- | - | - | - | abc", "upper(s) || '!'", "ABC!");
    over("- | - | - | - | - | - | - | 2024-01-31T10:00:00", "ts + interval '1 day'", "2024-02-01 10:00:00");
}

#[test]
fn casts() {
    is("'12'::bigint", "12");
    is("cast(2.5 as integer)", "3");
    is("cast(-2.5 as integer)", "-3");
    is("cast(2.5::double as integer)", "2");
    is("cast(3.5::double as bigint)", "4");
    is("1.005::decimal(5,2)", "1.01");
    is("(0.1::double + 0.2::double)::decimal(5,3)", "0.300");
    is("123456::double::decimal(10,1)", "123456.0");
    is("5::boolean", "true");
    is("true::integer", "1");
    is("try_cast('x' as bigint)", "-");
    is("try_cast('7' as bigint)", "7");
    is("try_cast(1e12::double as integer)", "-");
    is("null::date", "-");
    is("date '2024-01-31'::timestamp", "2024-01-31 00:00:00");
    is("timestamp '2024-01-31 23:59:59'::date", "2024-01-31");
    // The session's zone is one hour east of UTC in winter.
    is("date '2024-01-31'::timestamptz", "2024-01-31 00:00:00+01");
    is("timestamp '2024-03-31 02:30:00'::timestamptz", "2024-03-31 03:30:00+02");
    is("timestamp '2024-10-27 02:30:00'::timestamptz", "2024-10-27 02:30:00+01");
    is("now()::timestamp", "2024-01-31 13:00:00");
    is("5::text || 'x'", "5x");
}

#[test]
fn pseudo_columns() {
    let sql = "select coalesce(_file, a) x, upper(_file) y, nullif(_file, 'in.csv') z, _file in (a, 'in.csv') u from input \
               where _file = 'in.csv' and _file is not null and _file between 'a' and 'z'";
    check(sql, "a text", &["x", "y"], &["in.csv | IN.CSV | - | true", "in.csv | IN.CSV | - | true"]);
    check("select _file, _line, a from input where _line > 2", "a text", &["x", "y"], &["in.csv | 3 | y"]);
}

#[test]
fn stars() {
    let columns = "a text; b text; C text";
    check("select * from input", columns, &["1 | 2 | 3"], &["1 | 2 | 3"]);
    check("select o.*, o.a from input o", columns, &["1 | 2 | 3"], &["1 | 2 | 3 | 1"]);
    check("select * except (b, c) from input", columns, &["1 | 2 | 3"], &["1"]);
    check("select INPUT.A, \"C\" from Input", columns, &["1 | 2 | 3"], &["1 | 3"]);
}
