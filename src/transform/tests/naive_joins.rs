//! Joins say what a search through all rows of the lookup says, row by row.

use crate::transform::MOST_OF_ROW;
use proptest::prelude::*;

use super::records::Cells;
use super::{bind_with, columns, joins, rows, session};
use crate::batch::Records;
use crate::job::{Missing, QueryText};
use crate::transform::Query;

/// Cells of a row, `None` for NULL.
type Row = Vec<Option<String>>;

const INPUT: &str = "id bigint; a text; n bigint";
const ONE: &str = "a text; n bigint; v text; w bigint";
const TWO: &str = "k integer; u text";

fn cell(choices: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.85, prop::sample::select(choices)).prop_map(|cell| cell.map(str::to_owned))
}

fn table(columns: &'static [&'static [&'static str]], most: usize) -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(columns.iter().map(|choices| cell(choices)).collect::<Vec<_>>(), 0..most)
}

const LETTERS: &[&str] = &["x", "y", "ä"];
const NUMBERS: &[&str] = &["1", "2", "3"];

/// Conditions, and which join each of their terms needs: 0 for none.
const FILTERS: &[(&str, &[usize])] = &[
    ("true", &[0]),
    ("id % 2 = 0", &[0]),
    ("l.v = 'x'", &[1]),
    ("id % 2 = 0 and m.u = 'x'", &[0, 2]),
    ("l.v is null and id % 2 = 0", &[1, 0]),
    ("m.u is not null and l.v = 'x'", &[2, 1]),
];

/// Whether one term of a filter is true.
fn holds(filter: usize, term: usize, id: usize, v: &Option<String>, u: &Option<String>) -> bool {
    let (even, x) = (id.is_multiple_of(2), |cell: &Option<String>| cell.as_deref() == Some("x"));
    match (filter, term) {
        (1, 0) | (3, 0) | (4, 1) => even,
        (2, 0) | (5, 1) => x(v),
        (3, 1) => x(u),
        (4, 0) => v.is_none(),
        (5, 0) => u.is_some(),
        _ => true,
    }
}

/// What becomes of a row.
#[derive(Debug, PartialEq)]
enum Fate {
    Kept(String),
    Filtered,
    Refused,
}

struct Case {
    input: Vec<Row>,
    one: Vec<Row>,
    two: Vec<Row>,
    /// `None` is an inner join.
    kinds: [Option<Missing>; 2],
    filter: usize,
}

impl Case {
    fn fate(&self, id: usize, row: &Row) -> Fate {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        let first = self.one.iter().find(|each| same(&each[0], &row[0]) && same(&each[1], &row[1]));
        let (v, w) = first.map_or((None, None), |first| (first[2].clone(), first[3].clone()));
        let second = self.two.iter().find(|each| same(&each[0], &w));
        let u = second.and_then(|second| second[1].clone());
        let found = [first.is_some(), second.is_some()];
        let mut checked = 0;
        let terms = FILTERS[self.filter].1.iter().enumerate().map(|(term, needs)| (Some(term), *needs));
        for (term, needs) in terms.chain([(None, 2)]) {
            for (kind, found) in self.kinds.iter().zip(found).take(needs).skip(checked) {
                match kind {
                    _ if found => {}
                    Some(Missing::Null) => {}
                    Some(Missing::Reject) => return Fate::Refused,
                    Some(Missing::Drop) | None => return Fate::Filtered,
                }
            }
            checked = checked.max(needs);
            if term.is_some_and(|term| !holds(self.filter, term, id, &v, &u)) {
                return Fate::Filtered;
            }
        }
        let shown = |cell: Option<String>| cell.unwrap_or("-".into());
        let case = if id.is_multiple_of(3) { shown(v.clone().map(|v| v + "!")) } else { "n".into() };
        let other = shown(u.clone().or(v.clone()));
        Fate::Kept([id.to_string(), shown(v), shown(w), shown(u), case, other].join(" | "))
    }

    fn fates(&self) -> Vec<Fate> {
        let [one, two] = self.kinds.map(|kind| if kind.is_some() { "left join" } else { "join" });
        let sql = format!(
            "select id, l.v, l.w, m.u, case when id % 3 = 0 then l.v || '!' else 'n' end as c, coalesce(m.u, l.v) as o \
             from input i {one} first_one l on i.a = l.a and l.n = i.n {two} first_two m on m.k = l.w where {}",
            FILTERS[self.filter].0
        );
        let missing = self.kinds.map(|kind| kind.unwrap_or(Missing::Null));
        let texts = |rows: &[Row]| -> Vec<String> {
            let row = |row: &Row| row.iter().map(|cell| cell.as_deref().unwrap_or("-")).collect::<Vec<_>>().join("|");
            rows.iter().map(row).collect()
        };
        let lookup = |name, types, missing, rows: &[Row]| {
            let texts = texts(rows);
            joins::lookup(name, types, missing, &texts.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let lookups =
            [lookup("first_one", ONE, missing[0], &self.one), lookup("first_two", TWO, missing[1], &self.two)];
        let text = QueryText::Sql { text: sql, origin: "job".to_string() };
        let columns = columns(INPUT);
        let query = bind_with(&lookups, &text, None, &columns, session());
        milled(&query.expect("a query that binds"), &self.input)
    }
}

fn milled(query: &Query, input: &[Row]) -> Vec<Fate> {
    let numbered = |(id, row): (usize, &Row)| [vec![Some(id.to_string())], row.clone()].concat();
    let records = Cells::of(input.iter().enumerate().map(numbered).collect());
    let batch = query.first.mill(&records, MOST_OF_ROW).expect("little text");
    let mut fates: Vec<Fate> = input.iter().map(|_| Fate::Filtered).collect();
    for (row, text) in batch.kept.iter().zip(rows(&batch, &query.columns, &records)) {
        fates[row] = Fate::Kept(text);
    }
    batch.refused.iter().for_each(|refused| fates[refused.row] = Fate::Refused);
    assert_eq!(batch.kept.len() + batch.refused.len() + batch.filtered, records.len());
    fates
}

fn kind() -> impl Strategy<Value = Option<Missing>> {
    prop::sample::select(vec![None, Some(Missing::Null), Some(Missing::Reject), Some(Missing::Drop)])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn joins_agree_with_a_search(
        input in table(&[LETTERS, NUMBERS], 12),
        one in table(&[LETTERS, NUMBERS, LETTERS, NUMBERS], 8),
        two in table(&[NUMBERS, LETTERS], 4),
        kinds in [kind(), kind()],
        filter in 0..FILTERS.len(),
    ) {
        let case = Case { input, one, two, kinds, filter };
        let searched: Vec<Fate> = case.input.iter().enumerate().map(|(id, row)| case.fate(id, row)).collect();
        prop_assert_eq!(case.fates(), searched);
    }
}
