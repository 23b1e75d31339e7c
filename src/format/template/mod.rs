//! Texts with places for values: `{country}: {total}`, in which `{{` and `}}` are plain braces.

mod encode;
#[cfg(test)]
mod tests;

pub use encode::TemplateEncoder;

/// A text with places for values. `V` says which value goes where: first a name, then what the name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<V> {
    pieces: Vec<Piece<V>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece<V> {
    Text(String),
    Value(V),
}

impl Template<String> {
    /// Reads a template; `Err` says what is wrong with it, to go on after its name.
    pub fn parse(text: &str) -> Result<Template<String>, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, from)) = rest.find(['{', '}']).and_then(|brace| rest.split_at_checked(brace)) {
            plain.push_str(before);
            if let Some((brace, after)) = doubled(from) {
                plain.push(brace);
                rest = after;
                continue;
            }
            let (name, after) = name(from).ok_or_else(|| fault(text, from))?;
            pieces.extend((!plain.is_empty()).then(|| Piece::Text(std::mem::take(&mut plain))));
            pieces.push(Piece::Value(name.to_owned()));
            rest = after;
        }
        plain.push_str(rest);
        pieces.extend((!plain.is_empty()).then_some(Piece::Text(plain)));
        Ok(Template { pieces })
    }

    /// Puts what they stand for in the place of the names; `Err` is the first name that stands for nothing.
    pub fn bind<V>(&self, meaning: impl Fn(&str) -> Option<V>) -> Result<Template<V>, &str> {
        let bound = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => Ok(Piece::Text(text.clone())),
            Piece::Value(name) => meaning(name).map(Piece::Value).ok_or(name.as_str()),
        });
        Ok(Template { pieces: bound.collect::<Result<_, _>>()? })
    }
}

impl<V> Template<V> {
    /// Such a template writes nothing, not even the end of a line.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Appends the text, and the end of its line; `write` appends a value.
    pub fn write_line(&self, out: &mut Vec<u8>, write: impl Fn(&V, &mut Vec<u8>)) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Value(value) => write(value, out),
            }
        }
        if !self.is_empty() {
            out.push(b'\n');
        }
    }

    fn values(&self) -> impl Iterator<Item = &V> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Value(value) => Some(value),
        })
    }

    /// Bytes that every line has.
    fn plain_bytes(&self) -> usize {
        let plain = |piece: &Piece<V>| if let Piece::Text(text) = piece { text.len() } else { 0 };
        self.pieces.iter().map(plain).sum::<usize>() + 1
    }
}

fn doubled(from: &str) -> Option<(char, &str)> {
    ["{{", "}}"].into_iter().find_map(|pair| Some((pair.chars().next()?, from.strip_prefix(pair)?)))
}

/// The name that opens `from`, and what comes after it.
fn name(from: &str) -> Option<(&str, &str)> {
    let (name, after) = from.strip_prefix('{')?.split_once('}')?;
    (!name.is_empty() && !name.contains('{')).then_some((name, after))
}

fn fault(text: &str, from: &str) -> String {
    let before = text.strip_suffix(from).unwrap_or_default();
    let place = before.chars().count() + 1;
    let brace = from.chars().next().unwrap_or_default();
    match from.starts_with("{}") {
        true => format!("has {{}} at character {place}, which names nothing; write {{{{}}}} for plain braces"),
        false => format!("has a lone {brace} at character {place}; write {brace}{brace} for a plain brace"),
    }
}
