//! The reference that `gristmill functions` prints, made from the table, so that it cannot be out of date.

use super::all;
use super::usage::signature;
use crate::transform::function::{Form, Function, Group};

/// The groups in the order they are printed, with their headings.
const HEADINGS: [(Group, &str); 9] = [
    (Group::Operator, "Operators"),
    (Group::Conditional, "Conditions and types"),
    (Group::Text, "Text"),
    (Group::Pattern, "Patterns"),
    (Group::Number, "Numbers"),
    (Group::Time, "Dates and times"),
    (Group::Hash, "Hashes"),
    (Group::Json, "JSON"),
    (Group::Aggregate, "Aggregates"),
];

/// Signatures up to this width share a line with their description.
const COLUMN: usize = 34;
/// Descriptions begin here, behind two blanks before and after the signature.
const INDENT: usize = COLUMN + 4;
/// No line is longer, so that it fits most terminals and can be read.
const WIDTH: usize = 100;
/// A difference up to this length is a note of one line.
const NOTE: usize = WIDTH - INDENT - "(differs: )".len();

/// Every function and form under its heading: signature, description, and below it how PostgreSQL differs.
pub fn reference(forms: &[Form]) -> String {
    let mut out = String::new();
    for (group, heading) in HEADINGS {
        let entries = entries(group, forms);
        if entries.is_empty() {
            continue;
        }
        out.push_str(if out.is_empty() { "" } else { "\n" });
        out.push_str(heading);
        out.push('\n');
        for (place, entry) in entries.iter().enumerate() {
            entry.print(entries.get(..place).unwrap_or_default(), &mut out);
        }
    }
    out
}

/// One entry of the reference.
struct Entry {
    signature: String,
    doc: &'static str,
    aliases: &'static [&'static str],
    differs: Vec<&'static str>,
}

impl Entry {
    /// A difference that an entry before this one of its group has is not told again.
    fn print(&self, before: &[Entry], out: &mut String) {
        let Entry { signature, doc, aliases, differs } = self;
        out.push_str(&match signature.chars().count() > COLUMN {
            true => format!("  {signature}\n{:INDENT$}", ""),
            false => format!("  {signature:COLUMN$}  "),
        });
        write_doc(doc, out);
        let mut note = |text: String| {
            out.push_str(&" ".repeat(INDENT));
            write_words(text.split(' '), out);
        };
        if !aliases.is_empty() {
            note(format!("(also: {})", aliases.join(", ")));
        }
        for difference in differs {
            let told = before.iter().find(|entry| entry.differs.contains(difference));
            note(match told.filter(|_| difference.chars().count() > NOTE) {
                Some(entry) => format!("(differs: as {})", entry.signature),
                None => format!("(differs: {difference})"),
            });
        }
    }
}

/// A description; the example at its end stays on one line where it can.
fn write_doc(doc: &str, out: &mut String) {
    let place = doc.rfind(": ").map_or(doc.len(), |place| place + 1);
    match doc.split_at_checked(place) {
        Some((prose, example)) if (1..=WIDTH - INDENT).contains(&example.trim_start().chars().count()) => {
            write_words(prose.split(' ').chain([example.trim_start()]), out);
        }
        _ => write_words(doc.split(' '), out),
    }
}

/// Writes words from the column of descriptions on, in as many lines as they need.
fn write_words<'a>(words: impl Iterator<Item = &'a str>, out: &mut String) {
    let mut column = INDENT;
    for (place, word) in words.enumerate() {
        let length = word.chars().count();
        if place > 0 && column + 1 + length > WIDTH {
            out.push_str(&format!("\n{:INDENT$}", ""));
            column = INDENT;
        } else if place > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

/// The forms, then the functions; overloads of one length and description are one entry.
fn entries(group: Group, forms: &[Form]) -> Vec<Entry> {
    let forms = forms.iter().filter(|form| form.group == group);
    let mut entries: Vec<Entry> = forms.map(form).collect();
    let functions: Vec<&Function> = all().filter(|function| function.group == group).collect();
    for (place, function) in functions.iter().enumerate() {
        let overloads: Vec<&Function> = functions.iter().filter(|other| same_entry(function, other)).copied().collect();
        let earlier = functions.iter().take(place).any(|other| same_entry(function, other));
        if !earlier {
            entries.push(entry(function, &overloads));
        }
    }
    entries
}

fn form(form: &Form) -> Entry {
    Entry { signature: form.syntax.into(), doc: form.doc, aliases: &[], differs: form.differs.to_vec() }
}

fn same_entry(one: &Function, other: &Function) -> bool {
    one.name == other.name && one.doc == other.doc && one.parameters.len() == other.parameters.len()
}

fn entry(function: &Function, overloads: &[&Function]) -> Entry {
    let mut differs: Vec<&'static str> = Vec::new();
    for text in overloads.iter().filter_map(|overload| overload.differs) {
        if !differs.contains(&text) {
            differs.push(text);
        }
    }
    let signature = signature(function.name, overloads);
    Entry { signature, doc: function.doc, aliases: function.aliases, differs }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: Form = Form {
        syntax: "case when condition then value else value end",
        group: Group::Conditional,
        doc: "the value of the first condition that is true",
        differs: &["not at all"],
    };

    #[track_caller]
    fn holds(line: &str) {
        let reference = reference(&[CASE]);
        assert!(reference.lines().any(|found| found == line), "{line:?} is not in\n{reference}");
    }

    #[test]
    fn overloads_share_a_line() {
        holds("  number + number                     sum: 1 + 2 = 3");
        holds("  - number                            the number with its sign turned: - 5 = -5");
        holds("  starts_with(text, text)             text begins with the other: starts_with('mill', 'mi') is true");
        assert!(reference(&[]).contains("  substr(text, integer [, integer]) "));
        assert!(reference(&[]).contains("  concat(any, …) "));
        assert!(reference(&[]).contains("  text like text [escape text] "));
        holds("                                      (also: pow)");
    }

    #[test]
    fn no_line_is_long_and_no_long_difference_is_told_twice() {
        let reference = reference(crate::transform::forms::FORMS);
        let long = reference.lines().filter(|line| line.chars().count() > WIDTH);
        assert_eq!(long.collect::<Vec<_>>(), [""; 0]);
        holds("                                      (differs: as text ~ text)");
    }

    #[test]
    fn forms_stand_under_their_heading() {
        holds("Conditions and types");
        holds("  case when condition then value else value end");
        holds("                                      the value of the first condition that is true");
        holds("                                      (differs: not at all)");
    }

    #[test]
    fn every_function_is_described_and_listed() {
        let reference = reference(&[]).split_whitespace().collect::<Vec<_>>().join(" ");
        for function in all() {
            assert!(!function.doc.is_empty() && !function.doc.contains('\n'), "{}", function.name);
            let listed = reference.contains(function.name) && reference.contains(function.doc);
            assert!(listed, "{} is not in the reference", function.name);
        }
    }
}
