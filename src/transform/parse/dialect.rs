//! The dialect of SQL: PostgreSQL's, and `* except (a, b)`.

use std::any::TypeId;

use sqlparser::ast::{Expr, TrimWhereField, UnaryOperator};
use sqlparser::dialect::{Dialect, PostgreSqlDialect, Precedence};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

#[derive(Debug)]
pub struct GristDialect;

const POSTGRES: PostgreSqlDialect = PostgreSqlDialect {};

impl Dialect for GristDialect {
    /// The parser asks for PostgreSQL by name where it has no method to ask.
    fn dialect(&self) -> TypeId {
        TypeId::of::<PostgreSqlDialect>()
    }

    fn supports_select_wildcard_except(&self) -> bool {
        true
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '"'
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        POSTGRES.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        POSTGRES.is_identifier_part(ch)
    }

    fn identifier_quote_style(&self, identifier: &str) -> Option<char> {
        POSTGRES.identifier_quote_style(identifier)
    }

    /// A `case` that is wrong would else be read as a column of that name, and the error be one of what follows.
    fn is_reserved_for_identifier(&self, keyword: Keyword) -> bool {
        matches!(keyword, Keyword::CASE | Keyword::CAST) || POSTGRES.is_reserved_for_identifier(keyword)
    }

    fn is_table_alias(&self, keyword: &Keyword, parser: &mut Parser) -> bool {
        POSTGRES.is_table_alias(keyword, parser)
    }

    fn parse_prefix(&self, parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
        match &parser.peek_token_ref().token {
            Token::Minus => Some(signed(parser, UnaryOperator::Minus)),
            Token::Plus => Some(signed(parser, UnaryOperator::Plus)),
            Token::Word(word) if word.keyword == Keyword::TRIM => trim_from(parser),
            _ => None,
        }
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        match &parser.peek_token_ref().token {
            // The parser ranks these with `=`, PostgreSQL with `||` and all operators without a place of their own.
            Token::Tilde
            | Token::TildeAsterisk
            | Token::ExclamationMarkTilde
            | Token::ExclamationMarkTildeAsterisk
            | Token::Ampersand
            | Token::Pipe
            | Token::Sharp
            | Token::ShiftLeft
            | Token::ShiftRight
            | Token::Arrow
            | Token::LongArrow
            | Token::HashArrow
            | Token::HashLongArrow
            | Token::CaretAt
            | Token::DoubleTilde
            | Token::DoubleTildeAsterisk
            | Token::ExclamationMarkDoubleTilde
            | Token::ExclamationMarkDoubleTildeAsterisk => Some(Ok(self.prec_value(Precedence::PgOther))),
            _ => POSTGRES.get_next_precedence(parser),
        }
    }

    fn prec_value(&self, precedence: Precedence) -> u8 {
        POSTGRES.prec_value(precedence)
    }

    fn allow_extract_custom(&self) -> bool {
        true
    }

    fn allow_extract_single_quotes(&self) -> bool {
        true
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    fn supports_bitwise_shift_operators(&self) -> bool {
        true
    }

    fn supports_nested_comments(&self) -> bool {
        true
    }

    fn supports_string_escape_constant(&self) -> bool {
        true
    }

    fn supports_unicode_string_literal(&self) -> bool {
        true
    }

    fn supports_comma_separated_trim(&self) -> bool {
        true
    }

    fn supports_notnull_operator(&self) -> bool {
        true
    }

    fn supports_string_literal_concatenation_with_newline(&self) -> bool {
        true
    }
}

/// A sign binds tighter than a power, `- 2 ^ 2` is 4, and looser than a cast.
fn signed(parser: &mut Parser, op: UnaryOperator) -> Result<Expr, ParserError> {
    parser.next_token();
    let tightness = GristDialect.prec_value(Precedence::Caret);
    Ok(Expr::UnaryOp { op, expr: Box::new(parser.parse_subexpr(tightness)?) })
}

/// `trim([both | leading | trailing] from text [, characters])`, of which the parser wants the characters too.
fn trim_from(parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
    let word = |place: usize| match &parser.peek_nth_token_ref(place).token {
        Token::Word(word) => Some(word.keyword),
        _ => None,
    };
    let (trim_where, words) = match word(2)? {
        Keyword::FROM => (None, 3),
        Keyword::BOTH => (Some(TrimWhereField::Both), 4),
        Keyword::LEADING => (Some(TrimWhereField::Leading), 4),
        Keyword::TRAILING => (Some(TrimWhereField::Trailing), 4),
        _ => return None,
    };
    if parser.peek_nth_token_ref(1).token != Token::LParen || word(words - 1) != Some(Keyword::FROM) {
        return None;
    }
    (0..words).for_each(|_| drop(parser.next_token()));
    Some(trimmed(parser, trim_where))
}

fn trimmed(parser: &mut Parser, trim_where: Option<TrimWhereField>) -> Result<Expr, ParserError> {
    let expr = Box::new(parser.parse_expr()?);
    let has_characters = parser.consume_token(&Token::Comma);
    let trim_characters = if has_characters { Some(parser.parse_comma_separated(Parser::parse_expr)?) } else { None };
    parser.expect_token(&Token::RParen)?;
    Ok(Expr::Trim { expr, trim_where, trim_what: None, trim_characters })
}
