//! `to_char` of numbers.

mod digits;
mod fill;
mod key;
mod template;

#[cfg(test)]
mod tests;

use crate::arrow::array::{Decimal128Array, Float64Array, Int32Array, Int64Array};

use super::arithmetic::INTEGER_RANGE;
use crate::transform::functions::compiled::Compiled;
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, texts};
use crate::transform::functions::signature::{BIGINT, DECIMAL, DOUBLE, INTEGER, TEXT, text};

use crate::excerpt::excerpt;
use crate::transform::function::{Arguments, Function, Group};
use fill::{Figure, fill};
use template::Template;

const GROUP: Group = Group::Number;
const TO_CHAR: &str =
    "number as text by a template of 9 0 . , S MI PL SG PR FM V EEEE RN TH: to_char(1234.5, 'FM9,990.00') = '1,234.50'";
const LOCALE: &str = "D G L write a point, a comma and a blank, as PostgreSQL does where lc_numeric and lc_monetary are C; V writes also what an integer has no room for; a template has at most 1000 digits";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("to_char", GROUP, &[INTEGER, TEXT], text, integers, TO_CHAR),
    Function::strict("to_char", GROUP, &[BIGINT, TEXT], text, bigints, TO_CHAR),
    Function::strict("to_char", GROUP, &[DECIMAL, TEXT], text, decimals, TO_CHAR).differs(LOCALE),
    Function::strict("to_char", GROUP, &[DOUBLE, TEXT], text, doubles, TO_CHAR),
];

fn integers(arguments: &Arguments) -> Outcome {
    let numbers = input::<Int32Array>(arguments, 0)?;
    written(arguments, |template, row| {
        let number = numbers.at(row);
        match template.scientific {
            true => Ok(Written::Text(digits::double_exponent(template, number.into()))),
            false => exact(template, number.into(), 0),
        }
    })
}

fn bigints(arguments: &Arguments) -> Outcome {
    let numbers = input::<Int64Array>(arguments, 0)?;
    written(arguments, |template, row| exact(template, numbers.at(row).into(), 0))
}

fn decimals(arguments: &Arguments) -> Outcome {
    let numbers = input::<Decimal128Array>(arguments, 0)?;
    let scale = usize::try_from(numbers.array.scale()).unwrap_or_default();
    written(arguments, |template, row| exact(template, numbers.at(row), scale))
}

fn exact(template: &Template, units: i128, scale: usize) -> Result<Written, String> {
    if template.scientific {
        return Ok(Written::Text(digits::decimal_exponent(template, units, scale as i64)));
    }
    if template.roman {
        let one = 10_i128.pow(scale as u32);
        let whole = units / one + units % one / (one / 2).max(1) * i128::from(scale > 0);
        return roman(i32::try_from(whole).map_err(|_| INTEGER_RANGE.to_string())?);
    }
    Ok(Written::Figure(digits::decimal(template, units, scale)))
}

fn doubles(arguments: &Arguments) -> Outcome {
    let numbers = input::<Float64Array>(arguments, 0)?;
    written(arguments, |template, row| {
        let number = numbers.at(row);
        if template.scientific {
            return Ok(Written::Text(digits::double_exponent(template, number)));
        }
        if template.roman {
            // What is no integer has no roman letters either.
            return roman(number.round_ties_even() as i32);
        }
        Ok(Written::Figure(digits::double(template, number)))
    })
}

fn roman(number: i32) -> Result<Written, String> {
    Ok(Written::Figure(digits::roman(number.into())))
}

/// A number with its exponent is text already; else its digits fill the template.
enum Written {
    Text(String),
    Figure(Figure),
}

/// Each row's number by its template; an empty one writes nothing.
fn written(arguments: &Arguments, number: impl Fn(&Template, usize) -> Result<Written, String>) -> Outcome {
    let mut templates = Compiled::of(arguments, 1)?;
    texts(arguments, |row, out| {
        let Some(template) = templates.at(row, |text, _| read(text))? else { return Ok(()) };
        match number(template, row)? {
            Written::Text(text) => out.push_str(&text),
            Written::Figure(figure) => fill(template, &figure, out)?,
        }
        Ok(())
    })
}

fn read(text: &str) -> Result<Option<Template>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let template = Template::read(text);
    template.map(Some).map_err(|reason| format!("invalid template {:?}: {reason}", excerpt(text)))
}
