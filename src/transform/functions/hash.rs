//! Hashes of text.

use crate::arrow::array::StringArray;
use md5::{Digest, Md5};

use super::rows::{Outcome, input, texts};
use super::signature::{TEXT, text};
use crate::transform::function::{Arguments, Function, Group};

pub static FUNCTIONS: &[Function] = &[Function::strict(
    "md5",
    Group::Hash,
    &[TEXT],
    text,
    md5,
    "MD5 of the text's UTF-8 bytes as lower-case hex: md5('') = d41d8cd98f00b204e9800998ecf8427e",
)];

const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

fn md5(arguments: &Arguments) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    texts(arguments, |row, out| {
        let digest = Md5::digest(only.at(row).as_bytes());
        let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        out.extend(nibbles.filter_map(|nibble| HEX.get(usize::from(nibble))));
        Ok(())
    })
}
