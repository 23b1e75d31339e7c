//! Which row and which column a complaint is about, by the context that COPY adds: `COPY t, line 3, column c: "x"`.

use super::libpq::Complaint;

/// A line that the server names, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Certain(usize),
    /// Said behind other words, which may quote what a cell holds.
    Likely(usize),
}

/// What too wide a row is refused with. The line is then the last that was read, for rows are inserted many at a time.
const LIMIT_EXCEEDED: &str = "54";

/// The line of a complaint about a COPY into `relation`.
pub fn line_of(complaint: &Complaint, relation: &str) -> Option<Line> {
    let after = said_of(complaint, relation)?;
    let digits = after.split(|sign: char| !sign.is_ascii_digit()).next()?;
    let line = digits.parse().ok().filter(|line| *line > 0)?;
    match complaint.context.starts_with(&beginning(relation)) {
        _ if complaint.sqlstate.starts_with(LIMIT_EXCEEDED) => None,
        true => Some(Line::Certain(line)),
        false => Some(Line::Likely(line)),
    }
}

/// The column that the server names, or that stands in the context of the COPY.
pub fn column_of(complaint: &Complaint, relation: &str) -> Option<String> {
    if !complaint.column.is_empty() {
        return Some(complaint.column.clone());
    }
    let (_, after) = said_of(complaint, relation)?.split_once(", column ")?;
    let end = after.find([':', '\n']).unwrap_or(after.len());
    after.get(..end).map(str::to_owned)
}

/// What follows the first `COPY relation, line `: where that is what the server says, cells are quoted only behind it.
fn said_of<'a>(complaint: &'a Complaint, relation: &str) -> Option<&'a str> {
    let beginning = beginning(relation);
    match complaint.context.strip_prefix(&beginning) {
        Some(after) => Some(after),
        None => complaint.context.split_once(&format!("\n{beginning}")).map(|(_, after)| after),
    }
}

fn beginning(relation: &str) -> String {
    format!("COPY {relation}, line ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_of_a_context() {
        let check = |relation: &str, context: &str, line, column: Option<&str>| {
            let complaint = Complaint { context: context.into(), ..Complaint::default() };
            let found = (line_of(&complaint, relation), column_of(&complaint, relation));
            assert_eq!((found.0, found.1.as_deref()), (line, column), "{context}");
        };
        check("orders", "COPY orders, line 3", Some(Line::Certain(3)), None);
        check("orders", "COPY orders, line 12, column email: \"x\"", Some(Line::Certain(12)), Some("email"));
        let trigger = "PL/pgSQL function f() line 3 at RAISE\nCOPY orders, line 7: \"a,b\"";
        check("orders", trigger, Some(Line::Likely(7)), None);
        check("orders", "SQL statement \"select 1\"", None, None);
        check("orders", "COPY others, line 3", None, None);
        check("a, line 1", "COPY a, line 1, line 7, column b: \"\"", Some(Line::Certain(7)), Some("b"));
        let quoted = "COPY j, line 2, column j: \"x\nCOPY j, line 1, column a: y\"";
        check("j", quoted, Some(Line::Certain(2)), Some("j"));
    }

    #[test]
    fn a_line_that_too_wide_a_row_names_is_another_ones() {
        let context = "COPY t, line 1000".to_owned();
        let complaint = Complaint { sqlstate: "54000".into(), context, ..Complaint::default() };
        assert_eq!(line_of(&complaint, "t"), None);
    }
}
