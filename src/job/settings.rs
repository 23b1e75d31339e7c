//! Changes to a job from the command line: `--set key.path=value`, and flags, which are settings with a name.

use toml::{Table, Value};

use crate::job::key::Key;
use crate::job::problem::Problem;
use crate::job::vocabulary::{self, Kind};
use crate::types::Type;

/// One value that takes the place of the job file's.
#[derive(Clone, Debug)]
pub struct Setting {
    pub key: Key,
    pub value: Value,
    /// What the user wrote it as, for messages: `--set load.to`, `--threads`.
    pub label: String,
}

impl Setting {
    /// A flag that stands for a key.
    pub fn flag(flag: &str, key: impl Into<Key>, value: impl Into<Value>) -> Setting {
        Setting { key: key.into(), value: value.into(), label: flag.to_owned() }
    }

    /// The type of one column.
    pub fn column(flag: &str, name: &str, ty: Type) -> Setting {
        Setting::flag(flag, Key::from("extract.columns").child(name), ty.to_string())
    }

    /// Reads `key.path=value`: the value as TOML, else as a text.
    pub fn parse(text: &str) -> Result<Setting, String> {
        let (key, value) = split(text).ok_or_else(|| format!("{text:?} must read key.path=value"))?;
        let key = Key::parse(key.trim())?;
        Ok(Setting { label: format!("--set {key}"), value: read(&key, value), key })
    }
}

/// At the first `=` outside quotes.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (index, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'=') => {
                let (key, value) = text.split_at_checked(index)?;
                return Some((key, value.strip_prefix('=')?));
            }
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// What TOML would read as a number, a switch or a time is a text where the key takes nothing else.
fn read(key: &Key, text: &str) -> Value {
    let is_text = matches!(vocabulary::kind(key), Some(Kind::Text | Kind::Texts | Kind::Period | Kind::Column));
    match text.trim().parse::<Value>() {
        Ok(value @ (Value::String(_) | Value::Array(_) | Value::Table(_))) => value,
        Ok(value) if !is_text => value,
        _ => Value::String(text.to_owned()),
    }
}

/// Puts a setting into the job file's table, making the sections that are missing.
pub fn apply(table: &mut Table, setting: &Setting) -> Result<(), Problem> {
    let (last, sections) =
        setting.key.parts().split_last().ok_or_else(|| Problem::at(setting.key.clone(), "is empty"))?;
    let mut level = table;
    let mut key = Key::root();
    let mut sections = sections.iter().peekable();
    while let Some(part) = sections.next() {
        key = key.child(part);
        if key == Key::from("load") {
            // `Key` has dropped the number of a first section.
            let number = sections.next_if(|part| part.parse::<usize>().is_ok_and(|number| number > 1));
            level = load_section(level, number.and_then(|part| part.parse().ok()).unwrap_or(1))?;
        } else {
            let inner = level.entry(part.clone()).or_insert_with(|| Value::Table(Table::new()));
            level = inner.as_table_mut().ok_or_else(|| Problem::at(key.clone(), "holds no keys"))?;
        }
    }
    level.insert(last.clone(), setting.value.clone());
    Ok(())
}

/// The `[[load]]` section of this number, from 1; the next free number makes a new one.
fn load_section(table: &mut Table, number: usize) -> Result<&mut Table, Problem> {
    let loads = table.entry("load").or_insert_with(|| Value::Array(Vec::new()));
    let loads = loads.as_array_mut().ok_or_else(|| Problem::at("load", "must be written as [[load]]"))?;
    let count = loads.len();
    if number == count + 1 {
        loads.push(Value::Table(Table::new()));
    }
    let section = number.checked_sub(1).and_then(|index| loads.get_mut(index)).and_then(Value::as_table_mut);
    section.ok_or_else(|| {
        Problem::at("load", format!("has no section {number}; they count from 1, and there are {count}"))
    })
}

#[cfg(test)]
mod tests {
    use super::{Setting, apply};

    fn check(before: &str, set: &str, after: &str) {
        let mut table = toml::from_str(before).expect("valid TOML");
        let outcome =
            Setting::parse(set).and_then(|setting| apply(&mut table, &setting).map_err(|problem| problem.message));
        match outcome {
            Ok(()) => assert_eq!(table, toml::from_str(after).expect("valid TOML"), "{set}"),
            Err(message) => assert_eq!(message, after, "{set}"),
        }
    }

    #[test]
    fn values_are_toml_or_text() {
        check("", "run.threads=4", "run.threads = 4");
        check("", "extract.header=false", "extract.header = false");
        check("", "extract.null=['', 'NA']", "extract.null = ['', 'NA']");
        check("", "extract.delimiter=;", "extract.delimiter = ';'");
        check("", "extract.quote=", "extract.quote = ''");
        check("", "name=2024-01-31", "name = '2024-01-31'");
        check("", "name=paid orders", "name = 'paid orders'");
        check("", "name=a=b", "name = 'a=b'");
        check("", "name=1\nb=2", "name = \"1\\nb=2\"");
        check("", "extract.columns.\"a=b\"=text", "extract.columns.\"a=b\" = 'text'");
    }

    #[test]
    fn sections() {
        check("[run]\nthreads = 1", "run.threads=4", "run.threads = 4");
        check("[[load]]\nto = 'a'", "load.to=b", "[[load]]\nto = 'b'");
        check("[[load]]\nto = 'a'", "load.1.to=b", "[[load]]\nto = 'b'");
        check("[[load]]\nto = 'a'", "load.2.to=b", "[[load]]\nto = 'a'\n[[load]]\nto = 'b'");
        check("", "load.batch.count=5", "[[load]]\nbatch.count = 5");
    }

    #[test]
    fn mistakes() {
        check("", "run.threads", "\"run.threads\" must read key.path=value");
        check("", "=4", "\"\" is not a key");
        check("name = 'a'", "name.first=b", "name holds no keys");
        check("[[load]]\nto = 'a'", "load.5.to=b", "load has no section 5; they count from 1, and there are 1");
        check("[load]\nto = 'a'", "load.to=b", "load must be written as [[load]]");
    }
}
