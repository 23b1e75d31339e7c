//! The name of a place in a job file: `load.batch.count`, `extract.columns."Unit Price"`.

use std::fmt;

use toml::{Table, Value};

/// The parts of a dotted key. A first `[[load]]` section has no number of its own: `load.1.to` is `load.to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(Vec<String>);

impl Key {
    /// The whole file.
    pub fn root() -> Key {
        Key(Vec::new())
    }

    /// Reads a key as TOML writes it, quoted parts included.
    pub fn parse(text: &str) -> Result<Key, String> {
        let table: Table = toml::from_str(&format!("{text} = 0")).map_err(|_| format!("{text:?} is not a key"))?;
        let mut parts = Vec::new();
        let mut level = &table;
        while let Some((part, value)) = level.iter().next() {
            parts.push(part.clone());
            match value {
                Value::Table(inner) if level.len() == 1 => level = inner,
                _ => break,
            }
        }
        if level.len() != 1 {
            return Err(format!("{text:?} is not one key"));
        }
        if parts.first().is_some_and(|part| part == "load") && parts.get(1).is_some_and(|part| part == "1") {
            parts.remove(1);
        }
        Ok(Key(parts))
    }

    /// The key of something inside this one.
    pub fn child(&self, part: &str) -> Key {
        let mut parts = self.0.clone();
        parts.push(part.to_owned());
        Key(parts)
    }

    /// The key of one of several sections, the first being number 0: only `[[load]]` has such.
    pub fn of_section(&self, index: usize) -> Key {
        if index == 0 || self.0 != ["load"] { self.clone() } else { self.child(&(index + 1).to_string()) }
    }

    /// Without the number of a `[[load]]` section: all have the same keys.
    pub fn unnumbered(&self) -> Key {
        match self.0.as_slice() {
            [load, number, rest @ ..] if load == "load" && number.parse::<usize>().is_ok() => {
                Key([std::slice::from_ref(load), rest].concat())
            }
            _ => self.clone(),
        }
    }

    /// Whether this is the key of such a name, in which `*` stands for any part.
    pub fn is(&self, name: &str) -> bool {
        let fits = |(name, part): (&str, &String)| name == "*" || name == part;
        name.split('.').count() == self.0.len() && name.split('.').zip(&self.0).all(fits)
    }

    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// Whether this key is `other` or has it inside.
    pub fn contains(&self, other: &Key) -> bool {
        other.0.starts_with(&self.0)
    }
}

/// A key whose parts hold no dots of their own.
impl From<&str> for Key {
    fn from(dotted: &str) -> Key {
        Key(dotted.split('.').map(str::to_owned).collect())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            match is_bare(part) {
                true => write!(f, "{dot}{part}")?,
                false => write!(f, "{dot}{part:?}")?,
            }
        }
        Ok(())
    }
}

fn is_bare(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::Key;

    fn check(text: &str, expected: &str) {
        match Key::parse(text) {
            Ok(key) => assert_eq!(key.to_string(), expected),
            Err(message) => assert_eq!(message, expected),
        }
    }

    #[test]
    fn keys() {
        check("load.to", "load.to");
        check("load.1.to", "load.to");
        check("load.2.to", "load.2.to");
        check(r#"extract.columns."Unit Price""#, r#"extract.columns."Unit Price""#);
        check("a b", r#""a b" is not a key"#);
        check("", r#""" is not a key"#);
        check("a = 1\nb", r#""a = 1\nb" is not one key"#);
    }
}
