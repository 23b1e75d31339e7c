//! What separates fields.

use std::fmt;

/// One to four bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Delimiter {
    bytes: [u8; 4],
    length: u8,
}

impl Delimiter {
    /// `None` where there are too many bytes, or none.
    pub fn new(text: &[u8]) -> Option<Delimiter> {
        let mut bytes = [0; 4];
        bytes.get_mut(..text.len()).filter(|_| !text.is_empty())?.copy_from_slice(text);
        Some(Delimiter { bytes, length: text.len() as u8 })
    }

    pub const fn byte(byte: u8) -> Delimiter {
        Delimiter { bytes: [byte, 0, 0, 0], length: 1 }
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len()).unwrap_or_default()
    }

    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        usize::from(self.length)
    }

    pub fn first(&self) -> u8 {
        self.bytes[0]
    }

    /// The byte, where it is one.
    pub fn single(&self) -> Option<u8> {
        (self.length == 1).then_some(self.bytes[0])
    }

    /// Whether it stands at the begin of some bytes; `None` where they end before it does.
    #[inline]
    pub fn begins(&self, bytes: &[u8]) -> Option<bool> {
        let same = bytes.iter().zip(self.as_bytes()).all(|(byte, own)| byte == own);
        if same && bytes.len() < self.len() { None } else { Some(same) }
    }

    pub fn holds(&self, byte: u8) -> bool {
        self.as_bytes().contains(&byte)
    }
}

impl From<u8> for Delimiter {
    fn from(byte: u8) -> Delimiter {
        Delimiter::byte(byte)
    }
}

/// As a person writes it.
impl fmt::Display for Delimiter {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self.as_bytes() {
            b"\t" => to.write_str("tab"),
            bytes => to.write_str(&String::from_utf8_lossy(bytes).replace('\t', "\\t")),
        }
    }
}

/// As it stands in a job file.
impl fmt::Debug for Delimiter {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match std::str::from_utf8(self.as_bytes()) {
            Ok(text) => write!(to, "{text:?}"),
            Err(_) => write!(to, "\"{}\"", self.as_bytes().escape_ascii()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_four_bytes() {
        let check = |text: &str, shown: Option<&str>| {
            let delimiter = Delimiter::new(text.as_bytes());
            assert_eq!(delimiter.map(|delimiter| delimiter.to_string()).as_deref(), shown, "{text:?}");
        };
        check("", None);
        check(";", Some(";"));
        check("\t", Some("tab"));
        check("\t|", Some("\\t|"));
        check("│", Some("│"));
        check("||||", Some("||||"));
        check("|||||", None);
    }
}
