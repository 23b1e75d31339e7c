//! Texts as SQL writes them: `quote_literal` and `quote_ident`.

use crate::arrow::array::StringArray;

use super::GROUP;
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, texts};
use crate::transform::functions::signature::{TEXT, text};

const QUOTE: &str = "a literal of SQL that gives the text, quotes doubled: quote_literal('mill') = '''mill'''";
const QUOTE_NAME: &str = "a name of SQL, in quotes where it needs them: quote_ident('a mill') = '\"a mill\"'";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("quote_literal", GROUP, &[TEXT], text, quote_literal, QUOTE)
        .differs("of text only; another type needs a cast"),
    Function::strict("quote_ident", GROUP, &[TEXT], text, quote_ident, QUOTE_NAME)
        .differs("quotes every name that is not of small letters, digits and _, but no reserved words"),
];

fn quote_literal(arguments: &Arguments) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    texts(arguments, |row, out| {
        quoted_literal(only.at(row), out);
        Ok(())
    })
}

fn quote_ident(arguments: &Arguments) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    texts(arguments, |row, out| {
        name(only.at(row), out);
        Ok(())
    })
}

/// With an E before it where it has a backslash.
pub fn quoted_literal(text: &str, out: &mut String) {
    out.push_str(if text.contains('\\') { "E'" } else { "'" });
    for character in text.chars() {
        out.extend(matches!(character, '\'' | '\\').then_some(character));
        out.push(character);
    }
    out.push('\'');
}

/// A name of SQL, in quotes where it is not plain.
pub fn name(text: &str, out: &mut String) {
    let plain = |character: char| matches!(character, 'a'..='z' | '0'..='9' | '_');
    if text.chars().all(plain) && !text.starts_with(|first: char| first.is_ascii_digit()) && !text.is_empty() {
        return out.push_str(text);
    }
    out.push('"');
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}
