//! Parts of a JSON value by key and place, found in the one walk that also checks the whole text.

use super::scan::{Fault, Scan};

/// The value of a key, the last one where the key stands twice; none where the text is no object or lacks the key.
pub fn member<'j>(text: &'j str, key: &str) -> Result<Option<&'j str>, Fault> {
    let mut scan = Scan::new(text);
    if !scan.begins_with(b'{') {
        return scan.value_alone().map(|_| None);
    }
    let mut found = None;
    scan.object(|name, span| {
        if name == key {
            found = Some(span);
        }
        Ok(())
    })?;
    Ok(found.and_then(|span| text.get(span)))
}

/// The value at a place counted from 0, from the end if negative; none where the text is no array or has no such place.
pub fn element(text: &str, place: i64) -> Result<Option<&str>, Fault> {
    let from_start = match place {
        0.. => place,
        _ => place.saturating_add(length(text)?.unwrap_or(0) as i64),
    };
    let (mut at, mut found) = (0, None);
    Scan::new(text).array(|span| {
        if at == from_start {
            found = text.get(span);
        }
        at += 1;
    })?;
    Ok(found)
}

/// How many values an array has; none where the text is no array.
pub fn length(text: &str) -> Result<Option<usize>, Fault> {
    let mut count = 0;
    let is_array = Scan::new(text).array(|_| count += 1)?;
    Ok(is_array.then_some(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_by_its_key_however_it_is_spelt() {
        let check = |text, key, expected| assert_eq!(member(text, key), Ok(expected), "{text} {key}");
        check(r#"{"a": 1, "b" : [ 2 ] }"#, "b", Some("[ 2 ]"));
        check(r#" {"\u0061":{"a":1}}"#, "a", Some(r#"{"a":1}"#));
        check(r#"{"a":1,"A":2,"a":null}"#, "a", Some("null"));
        check(r#"{"a":{"b":1}}"#, "b", None);
        check(r#"{"":0}"#, "", Some("0"));
        check("{}", "", None);
        check("[1]", "0", None);
        check(" 1.50 ", "1.50", None);
    }

    #[test]
    fn an_element_is_found_from_either_end() {
        let check = |text, place, expected| assert_eq!(element(text, place), Ok(expected), "{text} {place}");
        check("[1, [2, 3] ,4]", 1, Some("[2, 3]"));
        check("[1, [2, 3] ,4]", -2, Some("[2, 3]"));
        check("\n[ 1 ]", -1, Some("1"));
        check("[1]", 1, None);
        check("[1]", -2, None);
        check("[1]", i64::MIN, None);
        check("[ ]", 0, None);
        check(r#"{"a":1}"#, 0, None);
        assert_eq!((length("[1, [2, 3]]"), length("[]"), length("1")), (Ok(Some(2)), Ok(Some(0)), Ok(None)));
    }

    #[test]
    fn what_stands_behind_the_part_is_checked_as_well() {
        for text in [r#"{"a":1"#, r#"{"a":1} x"#, r#"{"a":1,"b":01}"#, "1 2", "", " "] {
            assert!(member(text, "a").is_err(), "{text}");
        }
        for text in ["[1", "[1] x", "[1,]", "[1,01]", "{", ""] {
            assert!(element(text, 0).is_err() && element(text, -1).is_err() && length(text).is_err(), "{text}");
        }
    }
}
