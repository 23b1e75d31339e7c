//! `${VAR}` and `${VAR:-default}` in the values of a job file. `$${` is a plain `${`; any other `$` means itself, so
//! that regular expressions and dollar quotes in SQL stay as they are.

use toml::{Table, Value};

use crate::job::key::Key;
use crate::job::problem::Problem;
use crate::job::vocabulary::{self, Kind};

/// What a variable holds; `None` where it is not set.
type Lookup<'a> = dyn Fn(&str) -> Result<Option<String>, String> + 'a;

/// Replaces the variables in every text of `table`, except where a setting is going to replace the text itself.
pub fn fill(table: &mut Table, is_replaced: &dyn Fn(&Key) -> bool, lookup: &Lookup) -> Result<(), Problem> {
    fill_table(&Key::root(), table, &Variables { is_replaced, lookup })
}

struct Variables<'a> {
    is_replaced: &'a dyn Fn(&Key) -> bool,
    lookup: &'a Lookup<'a>,
}

fn fill_table(key: &Key, table: &mut Table, variables: &Variables) -> Result<(), Problem> {
    for (name, value) in table.iter_mut() {
        fill_value(&key.child(name), value, variables)?;
    }
    Ok(())
}

fn fill_value(key: &Key, value: &mut Value, variables: &Variables) -> Result<(), Problem> {
    if (variables.is_replaced)(key) {
        return Ok(());
    }
    match value {
        Value::Table(table) => fill_table(key, table, variables),
        Value::Array(items) => {
            let mut items = items.iter_mut().enumerate();
            items.try_for_each(|(index, item)| fill_value(&key.of_section(index), item, variables))
        }
        Value::String(text) if text.contains("${") => {
            let filled =
                expand(text, variables.lookup).map_err(|what| Problem::new(key.clone(), format!("{key}: {what}")))?;
            *value = reread(key, filled);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A variable can only be written as text; where the key holds a number or a switch, its text is read as one.
fn reread(key: &Key, text: String) -> Value {
    match vocabulary::kind(key) {
        Some(Kind::Count | Kind::Number | Kind::Switch | Kind::Header) => {
            text.trim().parse::<Value>().unwrap_or(Value::String(text))
        }
        _ => Value::String(text),
    }
}

fn expand(text: &str, lookup: &Lookup) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(before) = before.strip_suffix('$') {
            expanded.push_str(before);
            expanded.push_str("${");
            rest = after;
            continue;
        }
        let (variable, after) = after.split_once('}').ok_or("a ${ has no closing brace; write $${ for a plain ${")?;
        expanded.push_str(before);
        expanded.push_str(&resolve(variable, lookup)?);
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// As in the shell, a default also stands in for an empty variable.
fn resolve(variable: &str, lookup: &Lookup) -> Result<String, String> {
    let (name, default) = match variable.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (variable, None),
    };
    if !is_name(name) {
        return Err(format!("${{{variable}}} does not name a variable; write $${{ for a plain ${{"));
    }
    match (lookup(name)?, default) {
        (Some(value), None) => Ok(value),
        (Some(value), Some(_)) if !value.is_empty() => Ok(value),
        (_, Some(default)) => Ok(default.to_owned()),
        (None, None) => {
            Err(format!("the environment variable {name} is not set; set it, or write ${{{name}:-default}}"))
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::expand;

    fn check(text: &str, expected: &str) {
        let lookup = |name: &str| match name {
            "HOME_DIR" => Ok(Some("/srv".to_owned())),
            "EMPTY" => Ok(Some(String::new())),
            "LATIN" => Err("the environment variable LATIN is not UTF-8".to_owned()),
            _ => Ok(None),
        };
        assert_eq!(expand(text, &lookup).unwrap_or_else(|message| message), expected);
    }

    #[test]
    fn variables() {
        check("${HOME_DIR}/in.csv", "/srv/in.csv");
        check("${HOME_DIR}${HOME_DIR}", "/srv/srv");
        check("${OTHER:-x y}!", "x y!");
        check("${EMPTY:-x}", "x");
        check("[${EMPTY}]", "[]");
        check("${OTHER:-}", "");
        check("$${HOME_DIR}", "${HOME_DIR}");
        check("a ~ '^b$' and $$c$$", "a ~ '^b$' and $$c$$");
        check("${OTHER}", "the environment variable OTHER is not set; set it, or write ${OTHER:-default}");
        check("${LATIN:-x}", "the environment variable LATIN is not UTF-8");
        check("${HOME_DIR", "a ${ has no closing brace; write $${ for a plain ${");
        check("a${2}", "${2} does not name a variable; write $${ for a plain ${");
    }
}
