use super::bind;
use super::{COLUMNS, columns, query, session};
use crate::exit::ExitCode;
use crate::job::QueryText;

/// The message after the origin, `line, column: …`.
fn refused(sql: &str, expected: &str) {
    let Err(error) = query(sql, COLUMNS) else { panic!("{sql} was taken") };
    assert_eq!(ExitCode::of(&error), ExitCode::Config, "{sql}");
    let message = error.to_string();
    let message = message.strip_prefix("job.toml: transform.sql, line ").unwrap_or(&message);
    assert_eq!(message.replacen(", column ", ":", 1), expected, "{sql}");
}

fn select(expression: &str, expected: &str) {
    refused(&format!("select {expression} from input"), expected);
}

#[test]
fn names() {
    refused("select i,\n  quantitty from input", "2:3: unknown column \"quantitty\"");
    select("dayy", "1:8: unknown column \"dayy\"; nearest is \"day\"");
    select("\"S\"", "1:8: unknown column \"S\"; nearest is \"s\"");
    select("\"some text\"", "1:8: unknown column \"some text\"; a text is written 'a'");
    select("position(s, 'a')", "1:8: position is written position(a in b)");
    select("localtime", "1:8: localtime is not supported; write cast(now() as time)");
    select("current_user", "1:8: current_user is not supported; rows are milled without a database");
    select(
        "random()",
        "1:8: random is not supported; a run gives the same each time; a key is md5(concat_ws(',', a, b)), one row in sixteen is where md5(a) < '1'",
    );
    select(
        "clock_timestamp()",
        "1:8: clock_timestamp is not supported; all rows of a run have one time; write now(), the run's start",
    );
    select(
        "encode(s, 'hex')",
        "1:8: encode is not supported; there is no type bytea; md5(text) and sha256(text) give hex",
    );
    select(
        "s is json",
        "1:8: is json is not supported; json_typeof(a) gives the kind, and text that is no JSON makes the row a reject",
    );
    select(
        "to_char(interval '1 day', 'DD')",
        "1:8: to_char(interval, a literal) is not possible; there is to_char(number|timestamp|timestamptz, text)",
    );
    select("current_date()", "1:8: current_date is written without brackets");
    select("current_timestamp(3)", "1:8: current_timestamp takes no precision here; write it without brackets");
    refused("select i from input where isnull", "1:27: unknown column \"isnull\"");
    select("i + isnull", "1:12: unknown column \"isnull\"");
    select("upperr(s)", "1:8: unknown function \"upperr\"; nearest is \"upper\"");
    select("other.s", "1:8: unknown table \"other\"; the only table is input");
    refused("select input.s from input o", "1:8: unknown table \"input\"; the only table is o");
    refused("select x.* from input o", "1:8: unknown table \"x\"; the only table is o");
    select("a.b.c", "1:8: a column is named as column or table.column");
    select("* except (dayz)", "1:18: unknown column \"dayz\"; nearest is \"day\"");
    let twice = query("select A from input", "a text; A text").err().map(|error| error.to_string());
    assert!(
        twice.is_some_and(|message| message.ends_with("\"A\" may be column \"a\" or \"A\"; quote the one you mean"))
    );
}

#[test]
fn types() {
    refused("select * from input where s = 5", "1:27: cannot compare text with integer; write cast(s as integer)");
    refused("select * from input where 5 < s", "1:31: cannot compare integer with text; write cast(s as integer)");
    refused("select * from input where s = day", "1:27: cannot compare text with date; write cast(s as date)");
    refused("select * from input where i", "1:27: where needs a boolean, and this is integer");
    refused("select * from input where i = 'x'", "1:31: \"x\" is not an integer");
    refused("select * from input where b and i", "1:33: and needs a boolean, and this is integer");
    select("not s", "1:12: not needs a boolean, and this is text");
    select("s * 2", "1:8: text * integer is not possible; write cast(s as integer)");
    select("upper(i)", "1:8: upper(integer) is not possible; there is upper(text); write cast(i as text)");
    select(
        "lpad('x', 3, n)",
        "1:8: lpad(a literal, integer, bigint) is not possible; there is lpad(text, integer [, text]); write cast(n as text)",
    );
    select(
        "round(s)",
        "1:8: round(text) is not possible; there is round(number) or round(number, integer); write cast(s as double)",
    );
    select("s * s", "1:8: text * text is not possible; write cast(s as double)");
    select("s - day", "1:8: text - date is not possible; write cast(s as date)");
    select("s ^ 2", "1:8: text ^ integer is not possible; write cast(s as double)");
    select("s || ',' || i || ',' || s", "1:8: a literal || integer is not possible; write cast(i as text)");
    select("i || 'a' || 'b'", "1:8: integer || a literal is not possible; write cast(i as text)");
    select("upper()", "1:8: upper() is not possible; there is upper(text)");
    select("i || s", "1:8: integer || text is not possible; write cast(i as text)");
    select("'abc' ~ 'a' || 'b'", "1:8: boolean || a literal is not possible; write cast('abc' ~ 'a' as text)");
    select(
        "case when b then s else i end",
        "1:25: the branches of case mix text with integer; write cast(s as integer)",
    );
    select("coalesce(s, 1)", "1:17: the values of coalesce mix text with integer; write cast(s as integer)");
    select("s in (1, 2)", "1:8: cannot compare text with integer; write cast(s as integer)");
    select("day::boolean", "1:8: date cannot be cast to boolean");
    select(
        "i::point",
        "1:8: unknown type \"point\"; the types are boolean, integer, bigint, double, decimal(p,s), text, date, time, timestamp, timestamptz, json",
    );
    select("i::decimal", "1:8: decimal needs precision and scale, as in decimal(12,2)");
    select("interval '1 day'", "1:17: an interval can be used, not selected; write cast(… as text)");
}

/// One dirty value makes a column of numbers a text.
#[test]
fn a_guess_of_text_is_told_with_its_remedy() {
    let hint = |ty: &str| {
        format!(
            "; column \"w\" is not declared and was taken as text: declare it with --columns 'w:{ty}' or extract.columns.w = \"{ty}\""
        )
    };
    let guessed = |expression: &str, message: &str, ty: &str| select(expression, &(message.to_string() + &hint(ty)));
    guessed("w * w", "1:8: text * text is not possible; write cast(w as double)", "double");
    guessed("n + w", "1:8: bigint + text is not possible; write cast(w as bigint)", "bigint");
    guessed("w > 5", "1:8: cannot compare text with integer; write cast(w as integer)", "integer");
    select("w || 5", "1:8: text || integer is not possible; write cast(5 as text)");
    guessed("- w", "1:10: - text is not possible; write cast(w as double)", "double");
}

#[test]
fn constants() {
    // One text that is wrong is so in every row, whether it needs the value or not.
    select("case when false then 'x'::bigint else 5 end", "1:29: \"x\" is not a bigint");
    select("s ~ '['", "1:8: invalid regular expression \"[\": a [ has no ]");
    select("date_trunc('fortnight', ts)", "1:8: unit \"fortnight\" not recognized");
    select("extract(fortnight from ts)", "1:31: unit \"fortnight\" not recognized");
    select("split_part(s, ',', 0)", "1:8: field position must not be zero");
    select("'x'::bigint", "1:8: \"x\" is not a bigint");
    select("date 'x'", "1:13: \"x\" is not a date");
    select(
        "99999999999999999999999999999999999999999",
        "1:8: 99999999999999999999999999999999999999999 has more than 38 digits; write cast('99999999999999999999999999999999999999999' as double)",
    );
}

#[test]
fn what_is_not_built() {
    refused(
        "select i from input order by i",
        "1:21: order by of all rows is not possible for a stream; add limit, or sort the output, or load it into a database and order it there",
    );
    refused(
        "select i from input join c on true",
        "1:26: unknown lookup \"c\"; declare it as [lookup.c] with the path of its file; a table that does not fit into \
         memory can be joined in a database",
    );
    refused(
        "select i from input, c",
        "1:22: lookups are joined by join … on …; a join of two inputs is not possible for a stream; declare the smaller \
         one as [lookup.NAME], or load both into a database and join them there",
    );
    refused("select i from input o sort by i", "1:23: sort by is not supported");
    refused("select i from input(3)", "1:15: input cannot stand in from with brackets; only a name or a select can");
    refused("select i from input tablesample system (3)", "1:15: only a name can follow the table's name in from");
    refused("select i from other", "1:15: unknown table \"other\"; the only table is input");
    refused("select 1", "1:1: from is missing; write select … from input");
    refused(
        "select i from input union select i from input",
        "1:21: union is not supported; name several input files, or run once for each select",
    );
    refused(
        "select i from input offset 3",
        "1:21: offset is not supported; where _line > 100 leaves out the first 100 lines of a file",
    );
    refused("select i from input limit i", "1:27: limit must be a whole number of rows");
    select(
        "row_number() over (order by i)",
        "1:8: window functions are not possible for a stream; load the rows into a database and compute them there",
    );
    select("(select 1)", "1:9: a sub-select can stand in from, not in an expression; join a lookup instead");
    select("s similar to 'a'", "1:8: similar to is not supported; use ~ with a regular expression");
}

/// What can be said of groups, and what of single rows only.
#[test]
fn groups() {
    refused(
        "select i, n from input group by i",
        "1:11: n must stand in group by or inside an aggregate, such as min(n)",
    );
    refused("select i, count(*) from input", "1:8: i must stand in group by or inside an aggregate, such as min(i)");
    refused(
        "select i from input having i > 1",
        "1:28: i must stand in group by or inside an aggregate, such as min(i)",
    );
    refused("select * from input group by i", "1:8: * cannot stand beside group by or an aggregate; name the keys");
    refused(
        "select count(*) from input where count(*) > 1",
        "1:34: count is an aggregate, which stands in select, having or order by, and not inside another one; for more, put a select in from",
    );
    refused(
        "select sum(count(*)) from input",
        "1:12: count is an aggregate, which stands in select, having or order by, and not inside another one; for more, put a select in from",
    );
    refused(
        "select count(*) from input group by count(*)",
        "1:37: count is an aggregate, which stands in select, having or order by, and not inside another one; for more, put a select in from",
    );
    refused(
        "select i from input group by 3",
        "1:30: group by 3: the select list has no column in that place, it has 1",
    );
    refused(
        "select i from input order by 2 limit 1",
        "1:30: order by 2: the select list has no column in that place, it has 1",
    );
}

#[test]
fn aggregates() {
    refused("select summ(i) from input", "1:8: unknown function \"summ\"; nearest is \"sum\"");
    select("sum(s)", "1:8: sum(text) is not possible; write cast(s as double), or declare the column");
    select("sum(i, n)", "1:8: sum takes one value");
    select("sum(*)", "1:8: sum takes one value; count(*) counts rows");
    select("bool_and(i)", "1:8: bool_and(integer) is not possible; it takes a boolean");
    select("string_agg(s)", "1:8: string_agg takes a text and what to put between, as in ', '");
    select("string_agg(i, ',')", "1:8: string_agg(integer) is not possible; write cast(i as text)");
    select("string_agg(s, s)", "1:22: what string_agg puts between is a constant text, as in ', '");
    select(
        "count(i) over ()",
        "1:8: window functions are not possible for a stream; load the rows into a database and compute them there",
    );
    select(
        "median(i)",
        "1:8: median is not supported; it needs all values of a group at once; load the rows into a database and compute it there",
    );
    select("upper(s) filter (where b)", "1:8: upper is no aggregate: it takes arguments in brackets and nothing else");
    refused(
        "select distinct i from input order by n limit 1",
        "1:39: with distinct, order by takes what stands in the select list",
    );
    refused(
        "select distinct on (i) * from input order by n limit 1",
        "1:46: distinct on takes the first row in input order; leave order by out, or put it around this select",
    );
}

#[test]
fn selects_that_read_selects() {
    refused("select x.i from (select i from input) y", "1:8: unknown table \"x\"; the only table is y");
    refused("select n from (select i from input) y", "1:8: unknown column \"n\"; the only column is i");
    refused("with a as (select i from input) select i from b", "1:47: unknown table \"b\"; there are a, input");
    refused("with a as (select i from a) select i from a", "1:26: unknown table \"a\"; the only table is input");
    refused("select _line from (select i from input) x", "1:8: unknown column \"_line\"; the only column is i");
}

/// What the parser takes for something else than was meant.
#[test]
fn texts_and_junk_are_no_names() {
    select("i 'text'", "1:8: the text 'text' cannot follow here; a name is written \"text\"");
    select("i::bigint 'a'", "1:8: the text 'a' cannot follow here; a name is written \"a\"");
    select("i as \"\"", "1:13: a quoted name needs at least one character");
    refused("select i from 'input'", "1:10: the text 'input' cannot follow here; a name is written \"input\"");
    refused("select i from input 'o'", "1:15: the text 'o' cannot follow here; a name is written \"o\"");
    refused("select i from \"INPUT\"", "1:15: unknown table \"INPUT\"; the only table is input");
    refused("select i from input with (nolock)", "1:15: only a name can follow the table's name in from");
    select("1_000", "1:8: 1_000 is not a number");
    select("i + 1.5x", "1:12: 1.5x is not a number");
    select("1e", "1:8: 1e is not a number");
    select("1L", "1:8: 1L is not a number");
}

#[test]
fn what_postgresql_has_not() {
    select("i == 1", "1:10: == is not an operator; write =");
    select("safe_cast(s as bigint)", "1:18: safe_cast is not supported; write try_cast");
    select("cast(i as string)", "1:13: string is not a type of PostgreSQL's; write text");
    select("cast(i as float(24))", "1:13: real is not supported; write double");
    select("+ 'a'", "1:10: \"a\" is not a double");
    select("+ s", "1:10: + needs a number, and this is text");
}

#[test]
fn operators_that_are_not_built() {
    select("s glob 'a'", "1:10: glob is not supported here");
    select("i div 2", "1:10: div is not supported here");
    select("i::integer[]", "1:18: [ is not supported here");
    select("s rlike 'a'", "1:8: rlike and regexp are not supported; use ~");
    select("i @> 2", "1:8: operator @> is not supported");
}

#[test]
fn a_wrong_case_is_told_where_it_is_wrong() {
    select("case end", "1:17: expected WHEN, found from");
    select("case i end", "1:15: expected WHEN, found end");
    select("case when i = 1 then 1", "1:31: expected END, found from");
    refused(
        "select * except (i) from input except select i from input",
        "1:32: except is not supported; name several input files, or run once for each select",
    );
}

#[test]
fn statements() {
    refused("", "1:1: the query is empty; write select … from input");
    refused("select i from input; select s from input", "1:22: only one statement can stand here");
    refused("delete from input", "1:1: only a select can transform rows");
    refused("select i frm input x", "1:14: expected end of statement, found input");
    refused("select 'abc from input", "1:8: unterminated string literal");
    refused("select i +", "1:11: expected an expression, found the end of the text");
}

#[test]
fn parts_point_into_their_own_text() {
    let error = |select: Option<&str>, filter: Option<&str>| {
        let text = QueryText::Parts { select: select.map(str::to_string), filter: filter.map(str::to_string) };
        bind(&text, None, &columns(COLUMNS), session()).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(error(None, Some("i = 1 and dayy")), "--where, column 11: unknown column \"dayy\"; nearest is \"day\"");
    assert_eq!(error(Some("i, dayy"), None), "--select, column 4: unknown column \"dayy\"; nearest is \"day\"");
    let whole = |clause: &str| format!("a whole query can have it: --sql \"select … from input{clause}\"");
    assert_eq!(
        error(None, Some("b order by i")),
        format!("--where, column 3: expected the end of the text, found order; {}", whole(" … order …"))
    );
    assert_eq!(
        error(Some("i from input"), None),
        format!("--select, column 3: expected the end of the text, found from; {}", whole(""))
    );
    assert_eq!(
        error(None, Some("b and\n dayy")),
        "--where, line 2, column 2: unknown column \"dayy\"; nearest is \"day\""
    );
}

/// What other databases would take, or what is nearly right: the message says what to write.
#[test]
fn remedies() {
    select("nvl(s, '')", "1:8: nvl is not supported; write coalesce(a, b)");
    select("strftime(day, '%Y')", "1:8: strftime is not supported; write to_char(a, 'YYYY-MM-DD')");
    select("year(day)", "1:8: year is not supported; write extract(year from a)");
    select("list(s)", "1:8: list is not supported; write string_agg(a, ',')");
    select(
        "count(distinct i, s)",
        "1:8: count takes one value; for several write select count(*) from (select distinct a, b from input)",
    );
    select("upper(*)", "1:8: * is for count alone, as in count(*)");
    select("lenght(nosuch)", "1:8: unknown function \"lenght\"; nearest is \"length\"");
    select(
        "i + 1 as more, more * 2",
        "1:23: \"more\" is a name of the select list, for group by and order by alone; write i + 1",
    );
    select("extract(mont from day)", "1:26: unit \"mont\" not recognized; nearest is \"month\"");
    refused("slect i from input", "1:1: expected an SQL statement, found slect; a query begins with select or with");
    refused(
        "select i from input where i > 1 gruop by i",
        "1:33: expected end of statement, found gruop; nearest is group",
    );
    refused(
        "select i from input order by i where i > 1 limit 3",
        "1:32: expected end of statement, found where; clauses stand in this order: select, from, join, where, group by, \
         having, order by, limit",
    );
}

/// Refused, and no stack overflow.
#[test]
fn depth() {
    let deep =
        |text: &str, times: usize, end: &str| format!("select {}i{} from input", text.repeat(times), end.repeat(times));
    let message = |sql: String| query(&sql, COLUMNS).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(message(deep("(", 10_000, ")")).ends_with("nested too deeply"));
    assert!(message(deep("- ", 10_000, "")).contains("deep"));
    assert!(message(deep("", 20_000, " + i").replacen("ii", "i", 1)).contains("nested more than"));
    assert!(message(format!("select i{} from input", " + i".repeat(60_000))).contains("more than 100000 words"));
}

/// A select takes over what its sub-select computes: that grows with each, and ends in words.
#[test]
fn depth_of_sub_selects() {
    let chain = |times: usize, column: &str| {
        let select = |place: usize| match place {
            0 => "t0 as (select * from input)".to_string(),
            _ => format!("t{place} as (select {column} as d from t{})", place - 1),
        };
        let selects: Vec<String> = (0..times).map(select).collect();
        format!("with {} select d from t{}", selects.join(", "), times - 1)
    };
    let message = |sql: String| query(&sql, COLUMNS).err().map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(message(chain(90, "d")), "");
    assert_eq!(message(chain(15, "d + d")), "");
    assert!(message(chain(60, "d + d")).contains("stands here more than 100000 times"));
    assert!(message(chain(10, &format!("d{}", " + 1".repeat(90)))).contains("nested more than 200 levels"));
    assert!(message(chain(5_000, "d")).contains("more than 100 selects"));
}
