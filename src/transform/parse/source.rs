//! The text of a query, and errors that point into it.

use std::collections::HashSet;

use anyhow::Error;
use sqlparser::ast::{Ident, Spanned};
use sqlparser::keywords::Keyword;
use sqlparser::parser::ParserError;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::hint;
use crate::exit::{ExitCode, fatal};

/// Where a text stands, for messages, and its tokens.
#[derive(Clone, Debug)]
pub struct Source {
    origin: String,
    tokens: Vec<TokenWithSpan>,
}

/// The words of a text, to find many names in.
#[derive(Debug, Default)]
pub struct Words<'a> {
    quoted: HashSet<&'a str>,
    /// In lower case.
    folded: HashSet<String>,
}

impl Words<'_> {
    /// Whether one of them may be this name.
    pub fn hold(&self, name: &str) -> bool {
        self.quoted.contains(name) || self.folded.contains(&name.to_lowercase())
    }
}

impl Source {
    pub fn new(origin: &str, tokens: Vec<TokenWithSpan>) -> Source {
        Source { origin: origin.to_string(), tokens }
    }

    /// An error of the author of the query, at `node`.
    pub fn at(&self, node: &impl Spanned, message: impl AsRef<str>) -> Error {
        self.error(node.span().start, message)
    }

    /// An error at a name.
    pub fn at_name(&self, name: &Ident, message: impl AsRef<str>) -> Error {
        self.error(name.span.start, message)
    }

    /// An error at the first token outside brackets that is one of `keywords`.
    pub fn at_keyword(&self, keywords: &[Keyword], message: impl AsRef<str>) -> Error {
        let mut depth = 0_usize;
        let found = self.tokens.iter().find(|token| {
            match token.token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && is_keyword(&token.token, keywords)
        });
        self.at_token(found, message)
    }

    /// An error at the last such word before a place.
    pub fn at_last_keyword(&self, keyword: Keyword, before: Location, message: impl AsRef<str>) -> Error {
        let is_it = |token: &&TokenWithSpan| token.span.start < before && is_keyword(&token.token, &[keyword]);
        let found = self.tokens.iter().rev().find(is_it);
        self.at_token(found, message)
    }

    /// How often a keyword stands there.
    pub fn count(&self, keyword: Keyword) -> usize {
        self.tokens.iter().filter(|token| is_keyword(&token.token, &[keyword])).count()
    }

    /// At the beginning where there is no such token.
    fn at_token(&self, token: Option<&TokenWithSpan>, message: impl AsRef<str>) -> Error {
        self.error(token.map_or(Location { line: 1, column: 1 }, |token| token.span.start), message)
    }

    pub fn error(&self, place: Location, message: impl AsRef<str>) -> Error {
        // A node that the parser gave no place has line 0.
        let (line, column) = (place.line.max(1), place.column.max(1));
        let message = message.as_ref();
        let text = if self.origin.starts_with("--") && line == 1 {
            format!("{}, column {column}: {message}", self.origin)
        } else {
            format!("{}, line {line}, column {column}: {message}", self.origin)
        };
        fatal(ExitCode::Config, text)
    }

    /// What the parser says, with its place moved to the front.
    pub fn syntax(&self, error: ParserError) -> Error {
        let text = match error {
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => text,
            ParserError::RecursionLimitExceeded => {
                return self.error(Location { line: 1, column: 1 }, "the query is nested too deeply");
            }
        };
        let (message, place) = text.rsplit_once(" at Line: ").map_or((text.as_str(), None), |(message, place)| {
            (message, place.split_once(", Column: ").and_then(location))
        });
        let place = place.unwrap_or_else(|| self.end());
        if message.starts_with("No infix parser") {
            return self.error(place, format!("{} is not supported here", self.word_at(place)));
        }
        let message = lower_case(message.trim_end_matches('.')).replace("EOF", "the end of the text");
        let hint = hint::unexpected(&message, &self.word_at(place));
        self.error(place, message + &hint)
    }

    /// Where the text is a part of a query, how a clause that it cannot have is written; else nothing.
    pub fn whole_query(&self, clause: &str) -> String {
        match self.origin.as_str() {
            "--select" | "--where" => format!("; a whole query can have it: --sql \"select … from input{clause}\""),
            _ => String::new(),
        }
    }

    /// The token at a place, as SQL writes it.
    fn word_at(&self, place: Location) -> String {
        let found = self.tokens.iter().find(|token| token.span.start == place);
        found.map_or("this".to_string(), |token| token.token.to_string())
    }

    /// The words that may be names.
    pub fn words(&self) -> Words<'_> {
        let mut words = Words::default();
        for token in &self.tokens {
            match &token.token {
                Token::Word(word) if word.quote_style.is_some() => {
                    words.quoted.insert(word.value.as_str());
                }
                Token::Word(word) => {
                    words.folded.insert(word.value.to_lowercase());
                }
                _ => {}
            }
        }
        words
    }

    fn end(&self) -> Location {
        self.tokens.last().map_or(Location { line: 1, column: 1 }, |token| token.span.end)
    }
}

fn is_keyword(token: &Token, keywords: &[Keyword]) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && keywords.contains(&word.keyword))
}

fn location((line, column): (&str, &str)) -> Option<Location> {
    Some(Location { line: line.trim().parse().ok()?, column: column.trim().parse().ok()? })
}

/// `Expected: an expression, found: EOF` as the other messages are written.
fn lower_case(message: &str) -> String {
    let message = message.replace("Expected: ", "expected ").replace(", found: EOF", ", found the end of the text");
    let message = message.replace(", found: ", ", found ");
    let mut letters = message.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}
