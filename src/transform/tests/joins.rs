//! Lookups joined: what a join means, and which are refused with what words.

use crate::transform::MOST_OF_ROW;
use std::sync::Arc;

use super::records::Cells;
use super::{bind_with, bound, columns, query, rows, session};
use crate::batch::{ErrorType, Records};
use crate::job::{Lookup, LookupSource, Missing, QueryText};
use crate::transform::lookup::{Builder, Cell, Declared, LookupTable};
use crate::types::{Known, Notation};

/// A lookup of text cells, `-` for NULL; its rows stand from line 2 on. One whose name begins so takes the first of equal
/// keys.
pub fn lookup(name: &str, types: &str, missing: Missing, cells: &[&str]) -> Arc<LookupTable> {
    let source = LookupSource::Sqlite { path: "".into(), table: String::new(), columns: Vec::new(), all_text: false };
    let lookup = Lookup { name: name.to_string(), source, takes_first: name.starts_with("first"), missing };
    let columns = columns(types);
    let names = columns.iter().map(|column| column.name.clone()).collect();
    let declared = columns.into_iter().filter(|column| column.known == Known::Declared);
    let declared: Vec<_> = declared.map(|column| (column.name, column.typing)).collect();
    let mut builder =
        Builder::new(names, Declared { columns: &declared, all_text: false, notation: Notation::default() });
    for (line, row) in (2..).zip(cells) {
        builder.push_row(line);
        for (column, cell) in row.split('|').map(str::trim).enumerate() {
            builder.push(column, if cell == "-" { Cell::Null } else { Cell::Any(cell) });
        }
    }
    Arc::new(builder.finish(&lookup, format!("{name}.csv"), "line", session().zone).expect("texts of their types"))
}

/// Those that the cases are about.
pub fn lookups() -> Vec<Arc<LookupTable>> {
    let countries = ["DE | Germany | 0.190 | 3", "FR | France | 0.2 | 1", "- | nowhere | 0 | 1", "CI | Côte | - | -"];
    let rates = ["DE | 2024-01-01 | 1", "DE | 2024-02-01 | 2", "FR | 2024-01-01 | 3"];
    let sizes = ["1 | small", "2 | large", "7 | huge"];
    vec![
        lookup("countries", "iso text; name text; vat ?double; size ?bigint", Missing::Null, &countries),
        lookup("must", "iso text; name text; vat ?double; size ?bigint", Missing::Reject, &countries),
        lookup("may", "iso text; name text; vat ?double; size ?bigint", Missing::Drop, &countries),
        lookup("rates", "iso text; day date; rate decimal(4,2)", Missing::Null, &rates),
        lookup("sizes", "size integer; word text", Missing::Reject, &sizes),
        lookup(
            "twice",
            "iso text; day date",
            Missing::Null,
            &["DE | 2024-01-01", "FR | 2024-01-01", "DE | 2024-02-01"],
        ),
        lookup("first_of", "iso text; n bigint", Missing::Null, &["DE | 1", "FR | 2", "DE | 3"]),
    ]
}

const INPUT: &str = "id bigint; iso text; day ?date; name ?text";
const ROWS: &[&str] = &[
    "1 | DE | 2024-01-01 | a",
    "2 | XX | 2024-01-01 | b",
    "3 | - | 2024-02-01 | c",
    "4 | FR | 2024-02-01 | d",
    "5 | DE | 2024-02-01 | e",
];

/// Rows kept; refused ones as `row: message`, and how many were filtered.
fn check(sql: &str, kept: &[&str], refused: &[&str]) {
    let (records, query) = (Cells::new(ROWS), bound(sql, INPUT));
    let batch = query.first.mill(&records, MOST_OF_ROW).unwrap();
    assert_eq!(rows(&batch, &query.columns, &records), kept, "{sql}");
    let told = batch.refused.iter().map(|refused| format!("{}: {}", refused.row + 1, refused.message));
    assert_eq!(told.collect::<Vec<_>>(), refused, "{sql}");
    assert_eq!(batch.kept.len() + batch.filtered + batch.refused.len(), records.len(), "{sql}");
    assert!(batch.refused.iter().all(|refused| refused.error_type == ErrorType::Expression));
}

fn refused(from: &str, message: &str) {
    let sql = format!("select * from input i {from}");
    let error = query(&sql, INPUT).err().map(|error| error.to_string()).unwrap_or_default();
    let short = error.replace("job.toml: transform.sql, line 1, column ", "1:");
    assert_eq!(short, message, "{sql}");
}

#[test]
fn an_inner_join_keeps_what_matches() {
    let kept = ["1 | Germany", "4 | France", "5 | Germany"];
    check("select id, c.name from input i join countries c on i.iso = c.iso", &kept, &[]);
    check("select id, c.name from input i inner join countries c on (c.iso = i.iso)", &kept, &[]);
    check("select id, countries.name from input join countries using (iso)", &kept, &[]);
    check("select id, must.name from input join must using (iso)", &kept, &[]);
}

#[test]
fn a_left_join_keeps_every_row_unless_told_otherwise() {
    let all = ["1 | Germany", "2 | -", "3 | -", "4 | France", "5 | Germany"];
    check("select id, c.name from input i left join countries c on i.iso = c.iso", &all, &[]);
    let kept = ["1 | Germany", "4 | France", "5 | Germany"];
    let why = ["2: lookup must has no row with iso = \"XX\"", "3: the key is NULL, which no row of lookup must has"];
    check("select id, c.name from input i left join must c on i.iso = c.iso", &kept, &why);
    check("select id, c.name from input i left outer join may c on i.iso = c.iso", &kept, &[]);
}

#[test]
fn a_row_that_is_left_out_before_needs_no_match() {
    let sql = |filter| format!("select id from input i left join must m on i.iso = m.iso where {filter}");
    check(&sql("id <> 2 and m.size > 2"), &["1", "5"], &["3: the key is NULL, which no row of lookup must has"]);
    check(&sql("id in (1, 4)"), &["1", "4"], &[]);
    // A term that reads the lookup comes before the others that follow it.
    let why = ["2: lookup must has no row with iso = \"XX\"", "3: the key is NULL, which no row of lookup must has"];
    check(&sql("m.size > 2 and id <> 2"), &["1", "5"], &why);
}

#[test]
fn untouched_columns_come_out_as_they_were_read() {
    let sql = "select c.vat, c.vat * 2 as twice, c.* except (iso, name) from input i join countries c on c.iso = i.iso";
    check(sql, &["0.190 | 0.38 | 0.190 | 3", "0.2 | 0.4 | 0.2 | 1", "0.190 | 0.38 | 0.190 | 3"], &[]);
}

#[test]
fn keys_of_several_columns_and_types() {
    let sql = "select id, r.rate from input i left join rates r on r.day = i.day and i.iso = r.iso";
    check(sql, &["1 | 1", "2 | -", "3 | -", "4 | -", "5 | 2"], &[]);
    check("select id, rate from input join rates using (iso, day)", &["1 | 1", "5 | 2"], &[]);
    // Of one type by the usual rules: an integer of the lookup and a bigint of the input, a date and its text.
    check(
        "select id, s.word from input i left join sizes s on s.size = i.id where id < 3",
        &["1 | small", "2 | large"],
        &[],
    );
    check(
        "select id, rate from input i join rates r on i.iso = r.iso and r.day = '2024-02-01'",
        &["1 | 2", "5 | 2"],
        &[],
    );
    check("select id from input i join sizes s on s.size * 2 = i.id + 1", &["1", "3"], &[]);
    check("select id from input i join countries c on lower(c.iso) = lower(i.iso) || ''", &["1", "4", "5"], &[]);
}

#[test]
fn joins_one_after_the_other() {
    let sql =
        "select id, c.name, s.word from input i join countries c on i.iso = c.iso left join sizes s on s.size = c.size";
    let why = ["1: lookup sizes has no row with size = \"3\"", "5: lookup sizes has no row with size = \"3\""];
    check(sql, &["4 | France | small"], &why);
    let sql = "select id, a.name, b.name from input i left join countries a on i.iso = a.iso \
               left join countries b on b.size = i.id where b.name is distinct from a.name and b.name <> 'x'";
    let error = query(sql, INPUT).err().expect("size 1 stands twice").to_string();
    assert_eq!(
        error,
        "lookup countries: countries.csv, lines 3 and 4 have the same key, size = \"1\"; leave one out, or take the first of \
         them: lookup.countries.duplicates = \"first\""
    );
    let sql = "select id, a.name, b.name from input i left join countries a on i.iso = a.iso \
               left join countries b on b.name = a.name where b.iso = 'FR'";
    check(sql, &["4 | France | France"], &[]);
}

#[test]
fn equal_keys() {
    let error = query("select * from input join twice using (iso)", INPUT).err().expect("DE stands twice").to_string();
    assert!(error.starts_with("lookup twice: twice.csv, lines 2 and 4 have the same key, iso = \"DE\""), "{error}");
    check("select id from input join twice using (iso, day)", &["1", "5"], &[]);
    check("select id, n from input join first_of using (iso)", &["1 | 1", "4 | 2", "5 | 1"], &[]);
}

#[test]
fn stars_and_names() {
    let names = |sql: &str| {
        let names = bound(sql, INPUT).columns.into_iter().map(|column| column.name);
        names.collect::<Vec<_>>().join(" ")
    };
    let on = "join sizes s on s.size = i.id";
    assert_eq!(names(&format!("select * from input i {on}")), "id iso day name size word");
    assert_eq!(names(&format!("select s.* from input i {on}")), "size word");
    assert_eq!(names(&format!("select I.*, WORD from input i {on}")), "id iso day name word");
    assert_eq!(names("select * from input join countries using (iso)"), "iso id day name name_2 vat size");
    assert_eq!(names("select * from input i join rates r using (day, iso)"), "iso day id name rate");
    assert_eq!(names("select r.* from input i join rates r using (iso, day)"), "iso day rate");
    assert_eq!(
        names("select * except (name) from (select id, iso from input) s join countries using (iso)"),
        "iso id vat size"
    );
}

#[test]
fn sub_selects_are_joined_and_join() {
    let sql = "select s.x, c.name from (select id + 1 as x, upper(iso) as up from input where id <> 4) s \
               left join countries c on c.iso = s.up";
    check(sql, &["2 | Germany", "3 | -", "4 | -", "6 | Germany"], &[]);
    let sql = "select x.id, x.n from (select i.id, c.name as n, c.size from input i join countries c on c.iso = i.iso) x \
               left join sizes z on z.size = x.size where x.id = 4";
    check(sql, &["4 | France"], &[]);
    let sql = "with e as (select id, c.size from input i join countries c using (iso)) \
               select e.id, word from e join sizes on sizes.size = e.size";
    check(sql, &["4 | small"], &[]);
}

#[test]
fn a_long_text_of_every_row_is_too_much_at_once() {
    let long = format!("1 | {}", "x".repeat(1 << 20));
    let lookups = [lookup("long", "id bigint; text text", Missing::Null, &[&long])];
    let sql = |list: &str| format!("select {list} from input join long using (id)");
    let (one, many) = (Cells::new(&["1"]), Cells::new(&["1"; 100]));
    for list in ["long.text", "upper(long.text) as x"] {
        let text = QueryText::Sql { text: sql(list), origin: "job".to_string() };
        let columns = columns("id bigint");
        let query = bind_with(&lookups, &text, None, &columns, session()).unwrap();
        assert_eq!(query.first.mill(&one, MOST_OF_ROW).expect("a single row has what it asks for").kept.len(), 1);
        assert!(query.first.mill(&many, MOST_OF_ROW).is_err(), "{list}");
    }
}

#[test]
fn joins_that_cannot_be() {
    let at = "1:28: ";
    let of = |word: &str| format!("{at}{word}");
    refused("join countrys c on true", &of("unknown lookup \"countrys\"; nearest is \"countries\""));
    refused(
        "join zones z on true",
        &of(
            "unknown lookup \"zones\"; declare it as [lookup.zones] with the path of its file; a table that does not fit into \
             memory can be joined in a database",
        ),
    );
    let two = "a join of two inputs is not possible for a stream; declare the smaller one as [lookup.NAME], or load both \
               into a database and join them there";
    refused("join input j on true", &of(&format!("input is no lookup: {two}")));
    refused("join (select 1) j on true", &of(&format!("only a lookup can be joined: {two}")).replace("1:28", "1:29"));
    refused("join countries on id = vat", "");
    refused("join countries i on true", "1:38: the name \"i\" stands twice in from; give one of them another");
    refused("right join countries c on true", "1:34: only join and left join are possible; write join c on …");
    refused("join countries", &of("the join of countries needs on … = … or using (…)"));
    refused(
        "natural join countries",
        "1:36: natural join is not supported, for what it means changes with the columns; write using (…)",
    );
    refused("join countries c on name = c.name", "1:43: \"name\" may be i.name or c.name; write the one you mean");
    refused("join countries c on i.nam = c.name", "1:45: unknown column \"nam\"; nearest is \"name\"");
    refused("join countries c on c.nam = i.name", "1:45: unknown column \"nam\"; nearest is \"name\"");
    refused("join countries c on d.name = i.name", "1:43: unknown table \"d\"; there are i, c");
    refused("join countries c using (size)", "1:47: unknown column \"size\"; there are id, iso, day, name");
    refused("join countries c using (id)", "1:47: in c: unknown column \"id\"");
    refused("join countries c on i.iso = i.name", "1:43: no side is a column of c; compare these in where");
    refused("join countries c on c.iso = c.name", "1:43: both sides are columns of c; compare them in where");
    refused(
        "join countries c on c.iso || i.iso = i.name",
        "1:43: columns of c must stand on one side of =, and all others on the other",
    );
    let only = "on takes equalities of a column of the lookup with what it is looked up by, joined by and; other \
                conditions can stand in where";
    refused("join countries c on i.iso > c.iso", &format!("1:43: {only}"));
    refused("join countries c on i.iso = c.iso or i.name = c.name", &format!("1:43: {only}"));
    refused("join sizes s on i.iso = s.size", "1:39: cannot compare text with integer; write cast(i.iso as integer)");
    refused("join countries c on i.id = c.name", "1:50: cannot compare bigint with text; write cast(c.name as bigint)");
    refused(
        "join countries c on c.iso = i.iso where c.size > name",
        "1:72: \"name\" may be i.name or c.name; write the one you mean",
    );
}
