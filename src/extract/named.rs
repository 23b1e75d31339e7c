//! An input as commands name it, for remedies that are pasted into a shell.

use std::borrow::Cow;

use crate::format::Rows;
use crate::job::Method;

use super::origin::Origin;

/// An input, and how it may be read.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    pub origin: &'a Origin,
    /// What it was unpacked from.
    pub packed: Option<Method>,
    /// It is a lookup, which is read from a file and not from a pipe.
    pub is_lookup: bool,
}

impl Named<'_> {
    /// For messages.
    pub fn title(&self) -> String {
        match self.packed {
            Some(method) => format!("{}, unpacked from {},", self.origin.title(), method.name()),
            None => self.origin.title(),
        }
    }

    /// Reading what commands make of it one after the other, each of which turns standard input into standard output.
    pub fn piped(&self, filters: &[&str], rows: Rows) -> String {
        let (first, others) = filters.split_first().map_or(("cat", filters), |(first, others)| (*first, others));
        let begin = match self.packed {
            Some(method) => format!("{} | {first}", self.bytes(method)),
            None if self.origin.is_piped() => format!("… | {first}"),
            None => format!("{first} < {}", self.file()),
        };
        self.reading(&others.iter().fold(begin, |through, filter| format!("{through} | {filter}")), rows)
    }

    /// Reading what a command makes of a file, where it says `FILE`.
    pub fn by_command(&self, command: &str, rows: Rows) -> String {
        let (first, file) = self.as_file();
        format!("{first}{}", self.reading(&command.replace("FILE", &file), rows))
    }

    /// Reading what a command unpacks, which takes files and standard input.
    pub fn unpacked(&self, cat: &str) -> String {
        format!("{}: {}", self.way(), self.unpacking(cat))
    }

    /// The same, the command alone.
    pub fn unpacking(&self, cat: &str) -> String {
        match (self.packed, self.origin.is_piped()) {
            (Some(method), _) => self.handed_on(&format!("{} | {cat}", self.bytes(method)), Rows::Csv),
            (None, true) => self.handed_on(&format!("… | {cat}"), Rows::Csv),
            (None, false) => self.handed_on(&format!("{cat} {}", self.file()), Rows::Csv),
        }
    }

    /// Reading bytes as they are.
    pub fn as_it_is(&self) -> Option<String> {
        match self.packed {
            // There is no key for that.
            _ if self.is_lookup => None,
            Some(method) => {
                let bytes = self.bytes(method);
                Some(format!("{bytes} | gristmill run --set extract.compression=none - … reads it as it is"))
            }
            None => {
                Some("extract.compression = \"none\" (--set extract.compression=none) reads it as it is".to_owned())
            }
        }
    }

    /// What must be done first so that a command can be given its file, and that file's name.
    pub fn as_file(&self) -> (String, String) {
        match self.packed {
            Some(method) => (format!("unpack it with {} > FILE, then ", self.bytes(method)), "FILE".to_owned()),
            None if self.origin.is_piped() => ("save it as FILE, then ".to_owned(), "FILE".to_owned()),
            None => (String::new(), self.file()),
        }
    }

    /// A command's output read.
    fn reading(&self, command: &str, rows: Rows) -> String {
        format!("{}: {}", self.way(), self.handed_on(command, rows))
    }

    /// How it is read that a command writes.
    pub fn way(&self) -> &'static str {
        if self.is_lookup { "write a file" } else { "pipe it in" }
    }

    fn handed_on(&self, command: &str, rows: Rows) -> String {
        match (self.is_lookup, rows) {
            (false, Rows::Csv) => format!("{command} | gristmill run - …"),
            (false, Rows::Jsonl) => format!("{command} | gristmill run --from-format jsonl - …"),
            (true, Rows::Csv) => format!("{command} > FILE.csv, and name that in extract.path"),
            (true, Rows::Jsonl) => format!("{command} > FILE.jsonl, and name that in extract.path"),
        }
    }

    /// A command that writes what is packed in it.
    fn bytes(&self, method: Method) -> String {
        match self.origin.is_piped() {
            true => format!("… | {}", method.cat()),
            false => format!("{} {}", method.cat(), self.file()),
        }
    }

    fn file(&self) -> String {
        word(&self.origin.name()).into_owned()
    }
}

/// A file's name as one word of a command, which takes it for no option.
fn word(name: &str) -> Cow<'_, str> {
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '@' | '%' | '+' | '=' | ',');
    let name = if name.starts_with('-') { Cow::Owned(format!("./{name}")) } else { Cow::Borrowed(name) };
    match !name.is_empty() && name.chars().all(is_plain) {
        true => name,
        false => Cow::Owned(format!("'{}'", name.replace('\'', r"'\''"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_of_a_command() {
        let check = |name: &str, expected: &str| assert_eq!(word(name), expected);
        check("in/a-1.csv", "in/a-1.csv");
        check("größe.csv", "größe.csv");
        check("a b.csv", "'a b.csv'");
        check("it's.csv", r"'it'\''s.csv'");
        check("$HOME", "'$HOME'");
        check("~x", "'~x'");
        check("-x.csv", "./-x.csv");
        check("-x y", "'./-x y'");
        check("", "''");
    }

    #[test]
    fn remedies_name_the_file_or_what_stands_for_it() {
        let file = Origin::File("a b".into());
        let named = |packed, is_lookup| Named { origin: &file, packed, is_lookup };
        let plain = named(None, false);
        assert_eq!(
            plain.piped(&["jq ."], Rows::Jsonl),
            "pipe it in: jq . < 'a b' | gristmill run --from-format jsonl - …"
        );
        assert_eq!(plain.by_command("x FILE", Rows::Csv), "pipe it in: x 'a b' | gristmill run - …");
        let packed = named(Some(Method::Gzip), false);
        assert_eq!(packed.piped(&["tar"], Rows::Csv), "pipe it in: zcat 'a b' | tar | gristmill run - …");
        assert_eq!(
            packed.by_command("x FILE", Rows::Csv),
            "unpack it with zcat 'a b' > FILE, then pipe it in: x FILE | gristmill run - …"
        );
        let lookup = named(None, true);
        assert_eq!(
            lookup.piped(&["tar"], Rows::Csv),
            "write a file: tar < 'a b' > FILE.csv, and name that in extract.path"
        );
        let stdin = Named { origin: &Origin::Stdin, packed: Some(Method::Xz), is_lookup: false };
        assert_eq!(stdin.piped(&["tar"], Rows::Csv), "pipe it in: … | xzcat | tar | gristmill run - …");
        assert_eq!(stdin.as_file().0, "unpack it with … | xzcat > FILE, then ");
    }
}
