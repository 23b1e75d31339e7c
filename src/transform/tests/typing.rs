use super::bind;
use super::records::Cells;
use super::{COLUMNS, bound, columns, query, session};
use crate::job::QueryText;
use crate::transform::MOST_OF_ROW;

/// `name type` of every output column, with `=` for a plain copy and `?` for a guess.
fn outputs(sql: &str, input: &str) -> String {
    let describe = |column: &crate::types::OutputColumn| {
        let copy = if column.field.is_some() { "=" } else { "" };
        let guess = if column.known == crate::types::Known::Guessed { "?" } else { "" };
        format!("{copy}{} {guess}{}", column.name, column.typing.ty)
    };
    bound(sql, input).columns.iter().map(describe).collect::<Vec<_>>().join(", ")
}

fn types(expressions: &str, expected: &str) {
    assert_eq!(outputs(&format!("select {expressions} from input"), COLUMNS), expected, "{expressions}");
}

#[test]
fn names_are_those_of_postgresql() {
    types("i, S, upper(s), 1", "=i integer, =s text, upper text, column_4 integer");
    types("s::bigint, '1'::bigint, case when b then 1 end", "s bigint, int8 bigint, case integer");
    types("1::float8, 1::decimal(3,1), date '2024-01-31'", "float8 double, numeric decimal(3,1), date date");
    types("trim(s), trim(both from s), ltrim(s)", "btrim text, btrim_2 text, ltrim text");
    types("case when b then s else w end", "w text");
    types(
        "coalesce(i, 1), greatest(1, 2), i as \"My i\"",
        "coalesce integer, greatest integer, My i integer".replace("My i integer", "=My i integer").as_str(),
    );
    types("(i), g", "=i integer, =g ?bigint");
    types("+i, +g", "column_1 integer, column_2 bigint");
    types("i::integer, g::bigint, w::text, g::text", "i integer, g bigint, =w ?text, g_2 text");
    types("i as isnull, i isnull as x", "=isnull integer, x boolean");
    types("case when b then 1 end isnull as x, $$a$$ isnull as y", "x boolean, y boolean");
    assert_eq!(outputs("select all i from input", COLUMNS), "=i integer");
    types("+'5', cast(i as float(25))", "column_1 double, i double");
    types("i, i, i", "=i integer, =i_2 integer, =i_3 integer");
    types("i, i, n as i_2", "=i integer, =i_3 integer, =i_2 bigint");
    types("extract(year from day), _file, _line", "extract double, _file text, _line bigint");
}

#[test]
fn numbers_widen() {
    types("i + 1, i + n, i + 0.5, n + d", "column_1 integer, column_2 bigint, column_3 decimal(12,1), column_4 double");
    types("2147483647, 2147483648, 9223372036854775808", "column_1 integer, column_2 bigint, column_3 decimal(19,0)");
    types(
        "1.50, 1e3, 1.5e-2, .5",
        "column_1 decimal(3,2), column_2 decimal(4,0), column_3 decimal(3,3), column_4 decimal(1,1)",
    );
    types(
        "case when b then i else n end, coalesce(m, i), coalesce(m, d)",
        "n bigint, coalesce decimal(12,2), coalesce_2 double",
    );
    types("coalesce(day, ts), coalesce(ts, tz)", "coalesce timestamp, coalesce_2 timestamptz");
    types("coalesce(null, 'a'), null, 'a'", "coalesce text, column_2 text, column_3 text");
}

#[test]
fn columns_that_are_read_or_written_are_used() {
    let query = bound("select i, n + 1, g from input where s = 'a' and g is not null", COLUMNS);
    assert_eq!(query.first.uses()[..5], [true, true, false, false, true]);
    assert!(query.first.uses()[9]);
}

#[test]
fn mentions() {
    let columns = ["a", "B", "c d"].map(str::to_string);
    let mentions = |sql: &str| {
        let text = QueryText::Sql { text: sql.to_string(), origin: "x".to_string() };
        crate::transform::parse(&text, &[]).expect("a good query").mentions(&columns)
    };
    assert_eq!(mentions("select A from input where 'b' <> 'c d'"), [true, false, false]);
    assert_eq!(mentions("select \"b\", \"c d\" from input"), [false, false, true]);
    assert_eq!(mentions("select 1 from input where b"), [false, true, false]);
    assert_eq!(mentions("select o.* from input o"), [true, true, true]);
}

#[test]
fn limits() {
    let limit = |sql: &str, limit| {
        let text = QueryText::Sql { text: sql.to_string(), origin: "x".to_string() };
        bind(&text, limit, &columns("a text"), session()).expect("a good query").limit
    };
    assert_eq!(limit("select * from input", None), None);
    assert_eq!(limit("select * from input limit 5", None), Some(5));
    assert_eq!(limit("select * from input limit 5", Some(3)), Some(3));
    assert_eq!(limit("select * from input limit all", Some(3)), Some(3));
}

#[test]
fn parts() {
    let text = QueryText::Parts { select: Some("a, upper(a) as b".into()), filter: Some("a > 'x'".into()) };
    let query = bind(&text, None, &columns("a text"), session()).expect("a good query");
    assert_eq!(query.columns.len(), 2);
    let text = QueryText::Parts { select: None, filter: None };
    assert_eq!(bind(&text, None, &columns("a text; b text"), session()).expect("a good query").columns.len(), 2);
}

/// On a thread with as little stack as a pool's.
#[test]
fn the_deepest_expression_can_be_evaluated() {
    let worker = std::thread::Builder::new().stack_size(2 << 20).spawn(|| {
        let chain = "i".to_string() + &" + i".repeat(super::super::bind::MAX_DEPTH - 2);
        let cases = "case when b then i else ".repeat(60) + "i" + &" end".repeat(60);
        for expression in [chain, cases] {
            let query = bound(&format!("select {expression} as x from input"), COLUMNS);
            assert_eq!(
                query.first.mill(&Cells::new(&["1 | - | - | - | - | false"]), MOST_OF_ROW).unwrap().kept.len(),
                1
            );
        }
    });
    assert!(worker.is_ok_and(|worker| worker.join().is_ok()));
}

/// Programs write long chains.
#[test]
fn long_chains_bind() {
    let chain = (0..5_000).map(|n| format!("i = {n}")).collect::<Vec<_>>().join(" or ");
    assert!(query(&format!("select * from input where {chain}"), COLUMNS).is_ok());
    let line = vec!["s"; 5_000].join(" || ',' || ");
    assert!(query(&format!("select {line} as line from input"), COLUMNS).is_ok());
}
