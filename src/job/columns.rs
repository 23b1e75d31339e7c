//! `--columns 'id:bigint,amount:decimal(12,2),"Unit Price":text'`, and `--key 'id,"Unit Price"'`.

use std::str::FromStr;

use crate::types::Type;

/// Column names and types, in the order written. A name with a comma, colon or quote stands in double quotes.
pub fn parse(text: &str) -> Result<Vec<(String, Type)>, String> {
    let mut columns: Vec<(String, Type)> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = name(rest)?;
        let after = after
            .trim_start()
            .strip_prefix(':')
            .ok_or_else(|| format!("column {name:?} needs a type, as in {name}:text"))?;
        let (type_name, after) = type_name(after);
        let ty = Type::from_str(type_name).map_err(|message| format!("column {name:?}: {message}"))?;
        if columns.iter().any(|(other, _)| *other == name) {
            return Err(format!("column {name:?} is declared twice"));
        }
        columns.push((name, ty));
        rest = after.trim_start();
    }
    match columns.is_empty() {
        true => Err("no column is declared; write name:type,name:type".to_owned()),
        false => Ok(columns),
    }
}

/// Column names without types, in the order written.
pub fn names(text: &str) -> Result<Vec<String>, String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = name(rest)?;
        if names.contains(&name) {
            return Err(format!("column {name:?} is named twice"));
        }
        rest = match after.trim_start() {
            "" => "",
            after => after
                .strip_prefix(',')
                .ok_or_else(|| format!("a comma must follow {name:?}, found {after:?}; a name with a colon is quoted"))?
                .trim_start(),
        };
        names.push(name);
    }
    match names.is_empty() {
        true => Err("no column is named; write name,name".to_owned()),
        false => Ok(names),
    }
}

fn name(text: &str) -> Result<(String, &str), String> {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted_name(quoted);
    }
    let end = text.find([':', ',']).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    match name.trim() {
        "" => Err(format!("a column name is missing before {after:?}")),
        name => Ok((name.to_owned(), after)),
    }
}

/// Up to the closing quote; a doubled quote is one quote.
fn quoted_name(text: &str) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"').ok_or_else(|| format!("the name \"{text} has no closing quote"))?;
        name.push_str(part);
        let Some(more) = after.strip_prefix('"') else { return Ok((name, after)) };
        name.push('"');
        rest = more;
    }
}

/// Up to the next comma outside parentheses.
fn type_name(text: &str) -> (&str, &str) {
    let mut depth = 0usize;
    let end = text.find(|c| match c {
        '(' => {
            depth += 1;
            false
        }
        ')' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => c == ',' && depth == 0,
    });
    match end {
        Some(end) => {
            let (name, after) = text.split_at(end);
            (name, after.strip_prefix(',').unwrap_or(after))
        }
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::{names, parse};

    fn check(text: &str, expected: &str) {
        let outcome = parse(text)
            .map(|columns| columns.iter().map(|(name, ty)| format!("{name}={ty}")).collect::<Vec<_>>().join(" "));
        assert_eq!(outcome.unwrap_or_else(|message| message), expected, "{text}");
    }

    #[test]
    fn columns() {
        check(r#"id:bigint,amount:decimal(12,2),"Unit Price":text"#, "id=bigint amount=decimal(12,2) Unit Price=text");
        check(" a : int , b:double precision,", "a=integer b=double");
        check(r#""a,b:c ""d""":date"#, r#"a,b:c "d"=date"#);
    }

    #[test]
    fn mistakes() {
        check("", "no column is declared; write name:type,name:type");
        check("id", "column \"id\" needs a type, as in id:text");
        check("id,b:text", "column \"id\" needs a type, as in id:text");
        check(":text", "a column name is missing before \":text\"");
        check("a:text,,b:text", "a column name is missing before \",b:text\"");
        check("\"a:text", "the name \"a:text has no closing quote");
        check("a:text,a:int", "column \"a\" is declared twice");
        check("a:decimal", "column \"a\": type \"decimal\" needs precision and scale, as in decimal(12,2)");
    }

    #[test]
    fn names_alone() {
        let check = |text: &str, expected: &[&str]| assert_eq!(names(text).unwrap(), expected, "{text}");
        check("id", &["id"]);
        check(" id , region,", &["id", "region"]);
        check(r#""a,b:c ""d""",id"#, &[r#"a,b:c "d""#, "id"]);
        let refuses = |text: &str, expected: &str| assert_eq!(names(text).unwrap_err(), expected, "{text}");
        refuses(" ", "no column is named; write name,name");
        refuses("a,a", "column \"a\" is named twice");
        refuses("a,,b", "a column name is missing before \",b\"");
        refuses("a:text", "a comma must follow \"a\", found \":text\"; a name with a colon is quoted");
        refuses("\"a\"b", "a comma must follow \"a\", found \"b\"; a name with a colon is quoted");
        refuses("\"a", "the name \"a has no closing quote");
    }
}
