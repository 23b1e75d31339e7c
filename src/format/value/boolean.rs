//! Booleans: every spelling that PostgreSQL takes, and the two that it writes.

use super::fault::Fault;
use super::trim;

/// Any unambiguous beginning of true, yes and on, in any case.
const TRUE: [&str; 9] = ["true", "t", "1", "yes", "y", "on", "tru", "tr", "ye"];
const FALSE: [&str; 10] = ["false", "f", "0", "no", "n", "off", "fals", "fal", "fa", "of"];

pub fn read(text: &str) -> Result<bool, Fault> {
    match text {
        "true" => return Ok(true),
        "false" => return Ok(false),
        _ => {}
    }
    let text = trim(text);
    let is_one_of = |spellings: &[&str]| spellings.iter().any(|spelling| text.eq_ignore_ascii_case(spelling));
    match (is_one_of(&TRUE), is_one_of(&FALSE)) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(Fault::Malformed),
    }
}

pub fn write(value: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}
