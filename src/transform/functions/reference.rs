//! The reference that `gristmill functions` prints, made from the table, so that it cannot be out of date.

use super::all;
use super::written::signature;
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
const COLUMN: usize = 44;

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
        entries.iter().for_each(|entry| entry.print(&mut out));
    }
    out
}

/// One line of the reference.
struct Entry {
    signature: String,
    doc: &'static str,
    aliases: &'static [&'static str],
    differs: Vec<&'static str>,
}

impl Entry {
    fn print(&self, out: &mut String) {
        let indent = 2 + COLUMN + 2;
        let Entry { signature, doc, aliases, differs } = self;
        out.push_str(&match signature.chars().count() > COLUMN {
            true => format!("  {signature}\n{:indent$}{doc}\n", ""),
            false => format!("  {signature:COLUMN$}  {doc}\n"),
        });
        if !aliases.is_empty() {
            out.push_str(&format!("{:indent$}(also: {})\n", "", aliases.join(", ")));
        }
        for difference in differs {
            out.push_str(&format!("{:indent$}(differs: {difference})\n", ""));
        }
    }
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
        holds("  number + number                               sum: 1 + 2 = 3");
        holds("  - number                                      the number with its sign turned: - 5 = -5");
        holds(
            "  starts_with(text, text)                       text begins with the other: starts_with('mill', 'mi') is true",
        );
        assert!(reference(&[]).contains("  substr(text, integer [, integer]) "));
        assert!(reference(&[]).contains("  concat(any, …) "));
        assert!(reference(&[]).contains("  text like text [escape text] "));
        holds(
            "  power(double, double)                         the first argument to the power of the second: power(2, 10) = 1024",
        );
        holds("                                                (also: pow)");
    }

    #[test]
    fn forms_stand_under_their_heading() {
        holds("Conditions and types");
        holds("  case when condition then value else value end");
        holds("                                                the value of the first condition that is true");
        holds("                                                (differs: not at all)");
    }

    #[test]
    fn every_function_is_described() {
        for function in all() {
            assert!(!function.doc.is_empty() && !function.doc.contains('\n'), "{}", function.name);
        }
    }
}
