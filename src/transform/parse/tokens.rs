//! What the parser and PostgreSQL read differently, mended before the parser sees it.

use anyhow::Result;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Whitespace};

use super::source::Source;

/// Refuses signs and words that PostgreSQL does not take.
pub fn check(tokens: &[TokenWithSpan], source: &Source) -> Result<()> {
    let nexts = tokens.iter().skip(1).map(Some).chain([None]);
    for (token, next) in tokens.iter().zip(nexts) {
        if let Some(message) = fault(&token.token, next.map(|next| &next.token)) {
            return Err(source.error(token.span.start, message));
        }
    }
    Ok(())
}

fn fault(token: &Token, next: Option<&Token>) -> Option<String> {
    match (token, next) {
        // It would be the name of a column: `5x` that of a 5.
        (Token::Number(digits, false), Some(Token::Word(word))) if word.quote_style.is_none() => {
            Some(format!("{digits}{} is not a number", word.value))
        }
        (Token::Number(digits, true), _) => Some(format!("{digits}L is not a number")),
        (Token::DoubleEq, _) => Some("== is not an operator; write =".to_string()),
        (Token::Word(word), _) if word.quote_style.is_some() && word.value.is_empty() => {
            Some("a quoted name needs at least one character".to_string())
        }
        _ => None,
    }
}

/// With `isnull`, for which the parser has no word, as `is null`.
pub fn spelled_out(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let before = out.iter().rev().map(|token| &token.token).find(|token| !matches!(token, Token::Whitespace(_)));
        if is_isnull(&token.token) && before.is_some_and(ends_value) {
            let words = [Token::make_keyword("is"), Token::Whitespace(Whitespace::Space), Token::make_keyword("null")];
            out.extend(words.map(|word| TokenWithSpan { token: word, span: token.span }));
        } else {
            out.push(token);
        }
    }
    out
}

fn is_isnull(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("isnull"))
}

/// Words that a value or a name follows.
const BEFORE_VALUE: [Keyword; 26] = [
    Keyword::SELECT,
    Keyword::DISTINCT,
    Keyword::AS,
    Keyword::FROM,
    Keyword::JOIN,
    Keyword::ON,
    Keyword::WHERE,
    Keyword::GROUP,
    Keyword::HAVING,
    Keyword::ORDER,
    Keyword::BY,
    Keyword::LIMIT,
    Keyword::OFFSET,
    Keyword::AND,
    Keyword::OR,
    Keyword::NOT,
    Keyword::IN,
    Keyword::BETWEEN,
    Keyword::LIKE,
    Keyword::ILIKE,
    Keyword::CASE,
    Keyword::WHEN,
    Keyword::THEN,
    Keyword::ELSE,
    Keyword::UNION,
    Keyword::ESCAPE,
];

/// Whether a value may end here, so that no name can follow.
fn ends_value(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.quote_style.is_some() || !BEFORE_VALUE.contains(&word.keyword),
        Token::Number(..) | Token::RParen | Token::SingleQuotedString(_) | Token::DollarQuotedString(_) => true,
        Token::EscapedStringLiteral(_) | Token::UnicodeStringLiteral(_) | Token::NationalStringLiteral(_) => true,
        _ => false,
    }
}
