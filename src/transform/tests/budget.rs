use super::bound;
use super::records::Cells;
use crate::transform::MOST_OF_ROW;

/// How many rows are kept where so much text may be held, and what the others are refused with; `None` where it is too much.
fn milled(sql: &str, cells: &[&str], most_text: usize) -> Option<(usize, Vec<String>)> {
    let query = bound(sql, "n bigint; s text");
    let batch = query.first.mill(&Cells::new(cells), most_text).ok()?;
    Some((batch.kept.len(), batch.refused.into_iter().map(|refused| refused.message).collect()))
}

#[test]
fn a_row_is_not_refused_for_what_others_hold_beside_it() {
    let (long, cells) = ("select repeat(s, n) as x from input", ["1 | ab", "900 | ab", "1000 | ab", "-1 | ab"]);
    assert_eq!(milled(long, &cells, 4000), Some((4, vec![])));
    assert_eq!(milled(long, &cells, 3000), None);
    assert_eq!(milled(long, &cells[..2], 3000), Some((2, vec![])));
    // One that is too long by itself is asked for alone, where it may have as much as any.
    assert_eq!(milled(long, &cells[2..], 1000), None);
    assert_eq!(milled(long, &cells[2..3], 1000), None);
    assert_eq!(milled(long, &cells[2..3], MOST_OF_ROW), Some((1, vec![])));
}

#[test]
fn rows_that_fail_take_no_room() {
    let failing = "select format('%s%I', repeat(s, n), nullif(n, n)) as x from input";
    let (kept, refused) = milled(failing, &["1000 | a"; 3], 3 * 1000 + 1500).expect("there is room");
    assert_eq!((kept, refused.len()), (0, 3), "{refused:?}");
}

#[test]
fn a_row_that_asks_for_more_than_any_may_have_is_refused_alone() {
    let endless = "select regexp_replace(repeat(s, 1000), s, repeat(s, n), 'g') as x from input";
    let cells = ["100000 | a", "1 | a"];
    assert_eq!(milled(endless, &cells, MOST_OF_ROW), None);
    let refused = vec!["the resulting text is too long".to_owned()];
    assert_eq!(milled(endless, &cells[..1], MOST_OF_ROW), Some((0, refused)));
    assert_eq!(milled(endless, &cells[1..], MOST_OF_ROW), Some((1, vec![])));
}
