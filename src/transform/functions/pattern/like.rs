//! A `like` pattern, read once: the common shapes are compared as plain bytes, the others piece by piece.

use memchr::memmem::Finder;

use crate::cancel::point_at;
use crate::transform::functions::text::to_lower;

/// Bytes of a pattern as it is written; compiled it takes eight times as much.
const MOST_WRITTEN: usize = 256 << 10;

/// A compiled pattern.
pub struct Like {
    shape: Shape,
    /// Case does not count: both sides are made small, character by character, so that `_` fits one before and after.
    fold: bool,
}

enum Shape {
    Equal(String),
    Prefix(String),
    Suffix(String),
    Contains(Box<Finder<'static>>),
    General(Vec<Token>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    One(char),
    AnyOne,
    AnyMany,
}

impl Like {
    /// `escape` is one character or empty, which means none.
    pub fn new(pattern: &str, escape: &str, fold: bool) -> Result<Like, String> {
        if pattern.len() > MOST_WRITTEN {
            return Err(format!("a like pattern is longer than {} KiB", MOST_WRITTEN >> 10));
        }
        let mut characters = escape.chars();
        let (escape, None) = (characters.next(), characters.next()) else {
            return Err(format!("escape {escape:?} must be one character or empty"));
        };
        Ok(Like { shape: shape(tokens(pattern, escape, fold)?), fold })
    }

    pub fn fits(&self, text: &str) -> bool {
        match self.fold {
            false => self.shape.fits(text),
            true if text.is_ascii() => self.shape.fits(&text.to_ascii_lowercase()),
            true => self.shape.fits(&text.chars().map(to_lower).collect::<String>()),
        }
    }
}

impl Shape {
    fn fits(&self, text: &str) -> bool {
        match self {
            Shape::Equal(whole) => text == whole,
            Shape::Prefix(start) => text.starts_with(start),
            Shape::Suffix(end) => text.ends_with(end),
            Shape::Contains(finder) => finder.find(text.as_bytes()).is_some(),
            Shape::General(tokens) => fits(tokens, text),
        }
    }
}

fn tokens(pattern: &str, escape: Option<char>, fold: bool) -> Result<Vec<Token>, String> {
    let one = |character| Token::One(if fold { to_lower(character) } else { character });
    let mut characters = pattern.chars();
    let mut tokens = Vec::new();
    while let Some(character) = characters.next() {
        tokens.push(match character {
            c if Some(c) == escape => {
                one(characters.next().ok_or("a like pattern must not end with its escape character")?)
            }
            '%' => Token::AnyMany,
            '_' => Token::AnyOne,
            c => one(c),
        });
    }
    tokens.dedup_by(|later, earlier| *later == Token::AnyMany && *earlier == Token::AnyMany);
    Ok(tokens)
}

fn shape(tokens: Vec<Token>) -> Shape {
    let many = Token::AnyMany;
    let shape = match tokens.as_slice() {
        [start @ .., Token::AnyMany] if literal(start).is_some() => literal(start).map(Shape::Prefix),
        [Token::AnyMany, middle @ .., Token::AnyMany] => {
            literal(middle).map(|middle| Shape::Contains(Box::new(Finder::new(middle.as_bytes()).into_owned())))
        }
        [first, end @ ..] if *first == many => literal(end).map(Shape::Suffix),
        all => literal(all).map(Shape::Equal),
    };
    shape.unwrap_or(Shape::General(tokens))
}

/// The text of tokens that are all plain characters.
fn literal(tokens: &[Token]) -> Option<String> {
    let characters = tokens.iter().map(|token| if let Token::One(c) = token { Some(*c) } else { None });
    characters.collect()
}

/// Goes through text and tokens together; on a mismatch the last `%` takes one character more. Earlier ones need not be
/// tried again: what lies before the last one fits already.
fn fits(tokens: &[Token], text: &str) -> bool {
    let (mut rest, mut place) = (text.chars(), 0);
    let mut retry: Option<(std::str::Chars, usize)> = None;
    let mut tries = 0;
    loop {
        let token = tokens.get(place);
        if token == Some(&Token::AnyMany) {
            place += 1;
            retry = Some((rest.clone(), place));
            continue;
        }
        match (rest.next(), token) {
            (None, None) => return true,
            (Some(_), Some(Token::AnyOne)) => place += 1,
            (Some(found), Some(Token::One(wanted))) if found == *wanted => place += 1,
            (None, Some(_)) => return false,
            _ => {
                let Some((from, after)) = &mut retry else { return false };
                tries += 1;
                point_at(tries);
                from.next();
                (rest, place) = (from.clone(), *after);
            }
        }
    }
}
