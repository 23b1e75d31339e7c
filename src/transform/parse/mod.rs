//! SQL text to the syntax tree of the one `select` that a job may have.

pub mod dialect;
pub mod refuse;
pub mod source;
pub mod tokens;

use anyhow::Result;
use sqlparser::ast::{
    Expr, Ident, Query, Select as SelectNode, SelectItem, SetExpr, Statement, WildcardAdditionalOptions,
};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, Tokenizer};

use crate::job::QueryText;
use dialect::GristDialect;
use source::Source;

/// How deeply the parser lets expressions nest.
const NESTING: usize = 200;
/// More tokens are no query that a person or a sane program wrote, and would make a tree too deep to walk.
const MAX_TOKENS: usize = 100_000;

/// A `select … from input where … limit …`, not yet bound.
pub struct Select {
    pub items: Vec<SelectItem>,
    pub items_source: Source,
    pub filter: Option<Expr>,
    pub filter_source: Source,
    /// Another name of `input`.
    pub alias: Option<Ident>,
    pub limit: Option<u64>,
}

/// Parses the query and refuses what is not built.
pub fn parse(text: &QueryText) -> Result<Select> {
    match text {
        QueryText::Sql { text, origin } => statement(text, origin),
        QueryText::Parts { select, filter } => parts(select.as_deref(), filter.as_deref()),
    }
}

impl Select {
    /// Whether the query may read or write a column: before its type is known, so by the words alone.
    pub fn mentions(&self, name: &str) -> bool {
        let star = |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
        self.items.iter().any(star) || self.items_source.mentions(name) || self.filter_source.mentions(name)
    }
}

fn statement(text: &str, origin: &str) -> Result<Select> {
    let (source, mut parser) = start(text, origin)?;
    let statements = parser.parse_statements().map_err(|error| source.syntax(error))?;
    let mut statements = statements.into_iter();
    let (first, second) = (statements.next(), statements.next());
    let nowhere = Location { line: 1, column: 1 };
    match (first, second) {
        (Some(Statement::Query(query)), None) => select(*query, source),
        (None, _) => Err(source.error(nowhere, "the query is empty; write select … from input")),
        (Some(_), None) => Err(source.error(nowhere, "only a select can transform rows")),
        (Some(_), Some(second)) => Err(source.at(&second, "only one statement can stand here")),
    }
}

fn select(query: Query, source: Source) -> Result<Select> {
    refuse::clauses(&query, &source)?;
    let limit = refuse::limit(query.limit_clause.as_ref(), &source)?;
    let SetExpr::Select(select) = *query.body else { return Err(refuse::body(&query.body, &source)) };
    refuse::select(&select, &source)?;
    let alias = refuse::table(&select.from, &source)?;
    let SelectNode { projection, selection, .. } = *select;
    Ok(Select {
        items: projection,
        items_source: source.clone(),
        filter: selection,
        filter_source: source,
        alias,
        limit,
    })
}

fn parts(select: Option<&str>, filter: Option<&str>) -> Result<Select> {
    let (items_source, items) = match select {
        Some(text) => whole(text, "--select", Parser::parse_projection)?,
        None => (Source::new("--select", Vec::new()), vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())]),
    };
    let (filter_source, filter) = match filter {
        Some(text) => whole(text, "--where", Parser::parse_expr).map(|(source, filter)| (source, Some(filter)))?,
        None => (Source::new("--where", Vec::new()), None),
    };
    Ok(Select { items, items_source, filter, filter_source, alias: None, limit: None })
}

/// Parses a text that must be one `production` and nothing else.
fn whole<T>(
    text: &str,
    origin: &str,
    production: impl Fn(&mut Parser<'static>) -> Result<T, ParserError>,
) -> Result<(Source, T)> {
    let (source, mut parser) = start(text, origin)?;
    let tree = production(&mut parser).map_err(|error| source.syntax(error))?;
    let rest = parser.peek_token();
    if rest.token != Token::EOF {
        return Err(source.error(rest.span.start, format!("expected the end of the text, found {}", rest.token)));
    }
    Ok((source, tree))
}

fn start(text: &str, origin: &str) -> Result<(Source, Parser<'static>)> {
    let tokens = Tokenizer::new(&GristDialect, text).tokenize_with_location();
    let tokens = tokens.map_err(|error| Source::new(origin, Vec::new()).syntax(error.into()))?;
    let source = Source::new(origin, tokens.clone());
    if tokens.len() > MAX_TOKENS {
        let message = format!("the query has more than {MAX_TOKENS} words and signs");
        return Err(source.error(Location { line: 1, column: 1 }, message));
    }
    tokens::check(&tokens, &source)?;
    let tokens = tokens::spelled_out(tokens);
    let parser = Parser::new(&GristDialect).with_recursion_limit(NESTING).with_tokens_with_locations(tokens);
    Ok((source, parser))
}
