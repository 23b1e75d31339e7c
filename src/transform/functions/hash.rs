//! Hashes of text.

use crate::arrow::array::StringArray;
use md5::{Digest, Md5};
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::input::input;
use super::rows::{Outcome, texts};
use super::signature::{TEXT, text};
use crate::transform::function::{Arguments, Function, Group};

const GROUP: Group = Group::Hash;
const MD5: &str = "MD5 of the text's UTF-8 bytes as lower-case hex: md5('') = d41d8cd98f00b204e9800998ecf8427e";
const SHA: &str = "SHA-2 of the text's UTF-8 bytes as lower-case hex";
const OF_TEXT: &str = "text in and hex out, where PostgreSQL hashes bytea to bytea";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("md5", GROUP, &[TEXT], text, hashed::<Md5>, MD5),
    Function::strict("sha224", GROUP, &[TEXT], text, hashed::<Sha224>, SHA).differs(OF_TEXT),
    Function::strict("sha256", GROUP, &[TEXT], text, hashed::<Sha256>, SHA).differs(OF_TEXT),
    Function::strict("sha384", GROUP, &[TEXT], text, hashed::<Sha384>, SHA).differs(OF_TEXT),
    Function::strict("sha512", GROUP, &[TEXT], text, hashed::<Sha512>, SHA).differs(OF_TEXT),
];

const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

fn hashed<D: Digest>(arguments: &Arguments) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    texts(arguments, |row, out| {
        let digest = D::digest(only.at(row).as_bytes());
        let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        out.extend(nibbles.filter_map(|nibble| HEX.get(usize::from(nibble))));
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use crate::transform::functions::check::{check, text};

    #[test]
    fn hashes() {
        check("md5", &[text("")], "d41d8cd98f00b204e9800998ecf8427e");
        check("md5", &[text("größe")], "fdbb3a56280acfa9031707622c599ccb");
        check("sha256", &[text("abc")], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
