//! Calls as people read them, in the reference and in messages: `substr(text, integer [, integer])`.

use super::find;
use crate::transform::function::{Function, Group, Parameter};
use crate::types::Type;

/// Every way to call a function by this name.
pub fn signatures(name: &str) -> String {
    let functions: Vec<&Function> = find(name).collect();
    let mut written: Vec<String> = Vec::new();
    for function in &functions {
        let same_length = |other: &&&Function| other.parameters.len() == function.parameters.len();
        let signature = signature(name, &functions.iter().filter(same_length).copied().collect::<Vec<_>>());
        if !written.contains(&signature) {
            written.push(signature);
        }
    }
    written.join(" or ")
}

/// The signature of overloads that have as many parameters, under one of their names.
pub fn signature(name: &str, overloads: &[&Function]) -> String {
    let Some(function) = overloads.first() else { return name.to_string() };
    let types: Vec<String> = (0..function.parameters.len()).map(|place| parameter(overloads, place)).collect();
    let word = name.starts_with(char::is_alphabetic);
    match (types.as_slice(), function.group) {
        ([only], _) if !word => format!("{name} {only}"),
        ([left, right], _) if !word => format!("{left} {name} {right}"),
        ([text, pattern, escape], Group::Pattern) if matches!(name, "like" | "ilike") => {
            format!("{text} {name} {pattern} [escape {escape}]")
        }
        _ if function.bare => name.to_string(),
        (types, _) => format!("{name}({})", list(function, types)),
    }
}

/// `text, integer [, integer]`, `any, …`.
fn list(function: &Function, types: &[String]) -> String {
    let needed = types.len() - function.optional.min(types.len());
    let mut list = String::new();
    for (place, ty) in types.iter().enumerate() {
        list.push_str(match (place == 0, place >= needed) {
            (true, true) => "[",
            (true, false) => "",
            (false, true) => " [, ",
            (false, false) => ", ",
        });
        list.push_str(ty);
        list.push_str(if place >= needed { "]" } else { "" });
    }
    if function.variadic { list + ", …" } else { list }
}

/// The types that overloads take at one place.
fn parameter(overloads: &[&Function], place: usize) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in overloads.iter().filter_map(|overload| overload.parameters.get(place)).map(type_name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let is_number = |name: &String| ["integer", "decimal", "double"].contains(&name.as_str());
    if ["decimal", "double"].iter().all(|wanted| names.iter().any(|name| name == wanted)) {
        names.retain(|name| !is_number(name));
        names.insert(0, "number".to_string());
    }
    names.join("|")
}

fn type_name(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Exact(Type::Integer | Type::BigInt) => "integer".to_string(),
        Parameter::Exact(ty) => ty.to_string(),
        Parameter::Decimal => "decimal".to_string(),
        Parameter::Json => "json".to_string(),
        Parameter::Any => "any".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::signatures;

    #[test]
    fn every_way_to_call_is_written_once() {
        assert_eq!(signatures("round"), "round(number) or round(number, integer)");
        assert_eq!(signatures("substring"), "substring(text, integer [, integer])");
        assert_eq!(signatures("concat_ws"), "concat_ws(text, any, …)");
        assert_eq!(signatures("to_char"), "to_char(number|timestamp|timestamptz, text)");
        assert_eq!(signatures("current_date"), "current_date");
    }
}
