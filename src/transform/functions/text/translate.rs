//! Characters replaced by others or by place: `translate` and `overlay`.

use std::collections::HashMap;

use crate::arrow::array::{Int64Array, StringArray};

use super::GROUP;
use super::part::between;
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::compiled::Compiled;
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::rows::{Outcome, texts};
use crate::transform::functions::signature::{BIGINT, TEXT, text};

const OVERLAY: &str = "characters from a position on, as many as the second text has or as said, replaced by it: overlay('mull' placing 'i' from 2) = 'mill'";
const TRANSLATE: &str = "characters of the second text replaced by those at their places in the third, or left out: translate('12345', '143', 'ax') = 'a2x5'";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("translate", GROUP, &[TEXT, TEXT, TEXT], text, translate, TRANSLATE),
    Function::strict("overlay", GROUP, &[TEXT, TEXT, BIGINT, BIGINT], text, overlay, OVERLAY).optional(1),
];

fn translate(arguments: &Arguments) -> Outcome {
    let (whole, mut known) = (input::<StringArray>(arguments, 0)?, Compiled::of_both(arguments, 1, 2)?);
    texts(arguments, |row, out| {
        let known = known.at(row, |from, to| Ok(replacements(from, to.unwrap_or(""))))?;
        out.extend(whole.at(row).chars().filter_map(|c| known.get(&c).copied().unwrap_or(Some(c))));
        Ok(())
    })
}

/// Of a character that stands twice the first place counts.
fn replacements(from: &str, to: &str) -> HashMap<char, Option<char>> {
    let (mut known, mut to) = (HashMap::new(), to.chars());
    for character in from.chars() {
        let other = to.next();
        known.entry(character).or_insert(other);
    }
    known
}

fn overlay(arguments: &Arguments) -> Outcome {
    let (whole, new) = (input::<StringArray>(arguments, 0)?, input::<StringArray>(arguments, 1)?);
    let (from, count) = (input::<Int64Array>(arguments, 2)?, optional::<Int64Array>(arguments, 3)?);
    texts(arguments, |row, out| {
        let (whole, new, from) = (whole.at(row), new.at(row), from.at(row));
        if from <= 0 {
            return Err("negative substring length not allowed".into());
        }
        let count = count.as_ref().map_or_else(|| new.chars().count() as i64, |count| count.at(row));
        out.push_str(between(whole, 0, from - 1));
        out.push_str(new);
        out.push_str(between(whole, from.saturating_add(count).max(1) - 1, i64::MAX));
        Ok(())
    })
}
