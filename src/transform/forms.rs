//! The forms of SQL that are no functions, because they evaluate their arguments only where needed or have a grammar of
//! their own. The reference lists them beside the function table.

use super::function::{Form, Group};

const fn form(group: Group, syntax: &'static str, doc: &'static str) -> Form {
    Form { syntax, group, doc, differs: &[] }
}

const fn different(group: Group, syntax: &'static str, doc: &'static str, differs: &'static [&'static str]) -> Form {
    Form { syntax, group, doc, differs }
}

const EXTENSION: &[&str] = &["not in PostgreSQL"];
const PADDED: &[&str] = &["decimals get the most digits after the point among the values: coalesce(1.5, 2.25) = 1.50"];
const DOUBLE: &[&str] = &["a double, computed exactly and rounded once"];
const RANGE: &str = "no infinite date or timestamp, no time 24:00";

const EXACT: &str = "of doubles exact, whatever the order of the rows";

use Group::{Aggregate, Conditional, Number, Operator, Pattern, Text, Time};

/// Every form, in the order of the reference.
pub const FORMS: &[Form] = &[
    different(
        Operator,
        "a = b, a <> b, a < b, a <= b, a > b, a >= b",
        "comparison; NaN equals itself and is the greatest number",
        &["text compares bytewise, as with collation C", "a column of guessed type equals a text literal as text"],
    ),
    form(
        Operator,
        "a and b, a or b, not a",
        "logic with three values; the right side only where the left does not decide",
    ),
    form(Operator, "a is [not] null, a isnull, a notnull", "whether there is a value"),
    form(Operator, "a is [not] true, a is [not] false, a is [not] unknown", "tests of a boolean, never NULL"),
    form(Operator, "a is [not] distinct from b", "comparison in which NULL is a value like others"),
    form(Operator, "a [not] between b and c", "a >= b and a <= c"),
    form(Operator, "a [not] in (b, c, …)", "whether a equals one of the list"),
    different(
        Operator,
        "cast(a as type), a::type",
        "the value as another type; a row that has none is rejected",
        &[
            "a column of guessed type becomes text as it stands in the file",
            "no NaN among decimals",
            RANGE,
            "no daylight saving is known after 2099",
        ],
    ),
    different(Operator, "try_cast(a as type)", "like cast, but NULL where there is no such value", EXTENSION),
    different(Operator, "date 'text', timestamp 'text', interval 'text'", "a literal of that type", &[RANGE]),
    different(Conditional, "case when a then b … [else c] end", "the first b whose a is true", PADDED),
    different(Conditional, "case x when a then b … [else c] end", "the first b whose a equals x", PADDED),
    different(Conditional, "coalesce(a, b, …)", "the first value that is not NULL", PADDED),
    form(Conditional, "nullif(a, b)", "NULL where a equals b, else a"),
    different(Conditional, "greatest(a, b, …)", "the greatest value that is not NULL", PADDED),
    different(Conditional, "least(a, b, …)", "the least value that is not NULL", PADDED),
    form(Text, "substring(a from b for c)", "substr(a, b, c)"),
    form(Text, "trim([both | leading | trailing] [a] from b)", "trim, ltrim or rtrim(b, a)"),
    form(Text, "position(a in b)", "strpos(b, a)"),
    form(Pattern, "a [not] like b [escape c]", "whether a has the pattern b of % and _; ilike ignores case"),
    form(Time, "extract(field from a)", "a part of a date, time or interval"),
    form(Time, "a at time zone b", "timezone(b, a)"),
    form(Text, "overlay(a placing b from c [for d])", "overlay(a, b, c, d)"),
    different(Text, "_file", "the input file's path, as text", EXTENSION),
    different(Number, "_line", "the physical line in the input file where the row began, as bigint", EXTENSION),
    form(Aggregate, "count(*)", "rows of the group, as bigint"),
    form(Aggregate, "count(a)", "values that are not NULL, as bigint"),
    different(
        Aggregate,
        "sum(a)",
        "the sum: of integer bigint, of bigint and decimal decimal, of double double",
        &[EXACT],
    ),
    different(
        Aggregate,
        "avg(a)",
        "the mean: of integers and doubles double, of decimals decimal",
        &[EXACT, "of integers and bigints a double"],
    ),
    form(Aggregate, "min(a), max(a)", "the least and the greatest value, of any type"),
    different(Aggregate, "stddev(a), stddev_pop(a)", "the deviation of a sample (also: stddev_samp) or of all", DOUBLE),
    different(Aggregate, "variance(a), var_pop(a)", "the variance of a sample (also: var_samp) or of all", DOUBLE),
    form(
        Aggregate,
        "string_agg(a, b [order by c])",
        "the texts with b between them, in the order of the input or of c",
    ),
    form(Aggregate, "bool_and(a), bool_or(a)", "whether all are true (also: every), or any"),
    form(Aggregate, "count(distinct a)", "each value once; so with every aggregate"),
    form(Aggregate, "count(*) filter (where a)", "only rows in which a is true; so with every aggregate"),
];

#[cfg(test)]
mod tests {
    use super::FORMS;
    use crate::transform::functions;

    /// What the table has needs no form.
    #[test]
    fn a_form_is_no_function() {
        let is_function = |syntax: &str| functions::find(syntax.split('(').next().unwrap_or_default()).next().is_some();
        let calls = FORMS.iter().filter(|form| form.syntax.contains('(') && !form.syntax.contains(['[', ' ']));
        calls.for_each(|form| assert!(!is_function(form.syntax), "{}", form.syntax));
        assert!(FORMS.iter().all(|form| !form.doc.is_empty()));
    }
}
