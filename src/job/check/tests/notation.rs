//! `decimal` and `thousands`, of a file and of its columns.

use super::{accepts, refuses};
use crate::types::Notation;

fn way(decimal: char, thousands: Option<char>) -> Notation {
    Notation { decimal, thousands }
}

#[test]
fn of_the_file_and_of_a_column() {
    let job = accepts(
        "extract.path = 'in.csv'\nextract.decimal = ','\nextract.thousands = '.'\nextract.columns = { a = 'double', b = { type = 'decimal(9,2)', \
         decimal = '.', thousands = '' }, c = { type = 'bigint', thousands = ' ' }, d = 'text' }\n\
         lookup.l = { path = 'l.csv', thousands = \"'\" }",
    );
    let notations: Vec<Notation> = job.extract.columns.iter().map(|(_, typing)| typing.notation).collect();
    assert_eq!(job.extract.notation, way(',', Some('.')));
    assert_eq!(notations, [way(',', Some('.')), way('.', None), way(',', Some(' ')), way(',', Some('.'))]);
    let job = accepts("extract.columns.n = { type = 'integer', thousands = '.' }\nextract.delimiter = ';'");
    assert_eq!(job.extract.columns[0].1.notation.thousands, Some('.'));
    // It stands in quotes then.
    accepts("extract.decimal = ','\nextract.delimiter = ','");
}

#[test]
fn marks_that_cannot_be() {
    let sort = "must be one character, such as \".\" or \",\", and no digit, letter or sign, found";
    for mark in ["", ",,", "1", "e", "-", "+", "\\t"] {
        refuses(
            &format!("extract.decimal = \"{mark}\""),
            &format!("extract.decimal {sort} {:?}", mark.replace("\\t", "\t")),
        );
    }
    refuses(
        "extract.path = 'in.csv'\nlookup.l = { path = 'l.csv', thousands = 'x' }",
        &format!("lookup.l.thousands {sort} \"x\""),
    );
    refuses(
        "extract.thousands = '.'",
        "extract.thousands must differ from extract.decimal, both are \".\"; write extract.decimal = \",\"",
    );
    refuses(
        "extract.decimal = ','\nextract.thousands = '.'\nextract.columns.a = { type = 'double', decimal = '.' }",
        "extract.columns.a.thousands must differ from extract.columns.a.decimal, both are \".\"; write \
         extract.columns.a.decimal = \",\"",
    );
}

#[test]
fn what_has_no_such_numbers() {
    let column = |typing: &str| format!("extract.columns.a = {{ type = '{typing}', decimal = ',' }}");
    for ty in ["text", "bigint", "integer", "date", "json"] {
        let message = format!("extract.columns.a: decimal is for double and decimal, and the type is {ty}");
        refuses(&column(ty), &message);
    }
    refuses(
        "extract.columns.a = { type = 'boolean', thousands = '.' }",
        "extract.columns.a: thousands is for numbers, and the type is boolean",
    );
    let foreign = "extract.decimal is for csv, text and lines, and extract.format is";
    refuses("extract.path = 'in.jsonl'\nextract.decimal = ','", &format!("{foreign} jsonl"));
    refuses("extract.path = 'in.parquet'\nextract.decimal = ','", &format!("{foreign} parquet"));
    let one_form = "declare it as text, and cast(replace(…) as double) in the query";
    refuses(
        &format!("extract.path = 'in.jsonl'\n{}", column("double")),
        &format!("extract.columns.a cannot have decimal = \",\": numbers of JSON have one form; {one_form}"),
    );
    refuses(
        "extract.path = 'in.csv'\nlookup.l = { path = 'sqlite:a.db?table=t', columns = { a = { type = 'double', decimal = ',' } } }",
        &format!("lookup.l.columns.a cannot have decimal = \",\": numbers of a database have one form; {one_form}"),
    );
    refuses(
        "extract.path = 'in.csv'\nlookup.l = { path = 'sqlite:a.db?table=t', decimal = ',' }",
        "lookup.l.decimal is for files, and the path is a table of a database",
    );
}
