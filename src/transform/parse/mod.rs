//! SQL text to the syntax tree of the one `select` that a job may have.

mod dialect;
mod from;
mod hint;
mod join;
mod refuse;
mod source;
mod tokens;

use anyhow::Result;
use sqlparser::ast::{
    Distinct, Expr, Ident, OrderByExpr, Query, Select as SelectNode, SelectItem, SetExpr, Statement,
    WildcardAdditionalOptions,
};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, Tokenizer};

use crate::job::QueryText;
pub use join::{Join, On};
pub use refuse::{is_plain, text_as_name};
pub use source::Source;

use dialect::GristDialect;

/// How deeply the parser lets expressions nest.
const NESTING: usize = 200;
/// More tokens are no query that a person or a sane program wrote, and would make a tree too deep to walk.
const MAX_TOKENS: usize = 100_000;
/// Selects may read each other, so that as many may be walked, one inside the other.
const MAX_SELECTS: usize = 100;

/// One `select`, not yet bound. Its tree may be deep, and is walked, and freed, by recursion.
pub struct Select {
    pub items: Vec<SelectItem>,
    pub items_source: Source,
    pub from: From,
    pub filter: Option<Expr>,
    pub filter_source: Source,
    pub group_by: Vec<Expr>,
    pub having: Option<Expr>,
    pub distinct: Option<Distinct>,
    pub order_by: Vec<OrderByExpr>,
    pub limit: Option<u64>,
}

/// What a `select` reads.
pub struct From {
    pub table: Table,
    /// The name that its columns are qualified with.
    pub name: Ident,
    pub joins: Vec<Join>,
}

pub enum Table {
    Input,
    /// A sub-select, in brackets or of `with`.
    Select(Box<Select>),
}

/// Parses the query and refuses what is not built. `lookups` are the names of the job's.
pub fn parse(text: &QueryText, lookups: &[String]) -> Result<Select> {
    match text {
        QueryText::Sql { text, origin } => statement(text, origin, &from::Named::new(lookups)),
        QueryText::Parts { select, filter } => parts(select.as_deref(), filter.as_deref()),
    }
}

impl Select {
    /// For each column of the input whether the query may read or write it: before types are known, so by the words alone. It
    /// may say so of a column too many, never of one too few: these decide whether anything has to be guessed.
    pub fn mentions(&self, names: &[String]) -> Vec<bool> {
        let star = |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
        let all = self.input_select().items.iter().any(star);
        let sources = [&self.items_source, &self.filter_source].map(|source| source.words());
        names.iter().map(|name| all || sources.iter().any(|words| words.hold(name))).collect()
    }

    /// Whether the query joins the lookup in this place of the job's.
    pub fn joins(&self, lookup: usize) -> bool {
        let inner = |table: &Table| matches!(table, Table::Select(inner) if inner.joins(lookup));
        self.from.joins.iter().any(|join| join.lookup == lookup) || inner(&self.from.table)
    }

    /// The innermost select, which reads the input.
    fn input_select(&self) -> &Select {
        match &self.from.table {
            Table::Input => self,
            Table::Select(inner) => inner.input_select(),
        }
    }
}

fn statement(text: &str, origin: &str, known: &from::Named) -> Result<Select> {
    let (source, mut parser) = start(text, origin)?;
    let statements = parser.parse_statements().map_err(|error| source.syntax(error))?;
    let mut statements = statements.into_iter();
    let (first, second) = (statements.next(), statements.next());
    let nowhere = Location { line: 1, column: 1 };
    match (first, second) {
        (Some(Statement::Query(query)), None) => nested(*query, &source, known),
        (None, _) => Err(source.error(nowhere, "the query is empty; write select … from input")),
        (Some(_), None) => Err(source.error(nowhere, "only a select can transform rows")),
        (Some(_), Some(second)) => Err(source.at(&second, "only one statement can stand here")),
    }
}

/// A select, outermost or not. `known` are the selects of `with` that it may read.
fn nested(query: Query, source: &Source, known: &from::Named) -> Result<Select> {
    refuse::clauses(&query, source)?;
    let limit = refuse::limit(query.limit_clause.as_ref(), source)?;
    let order_by = refuse::order_by(query.order_by, source)?;
    let known = known.with(query.with, source)?;
    let SetExpr::Select(select) = *query.body else { return Err(refuse::body(&query.body, source)) };
    refuse::select(&select, source)?;
    let from = from::from(&select.from, source, &known)?;
    let group_by = refuse::group_by(select.group_by, source)?;
    let SelectNode { projection, selection, having, distinct, .. } = *select;
    Ok(Select {
        items: projection,
        items_source: source.clone(),
        from,
        filter: selection,
        filter_source: source.clone(),
        group_by,
        having,
        distinct: distinct.filter(|distinct| *distinct != Distinct::All),
        order_by,
        limit,
    })
}

fn parts(select: Option<&str>, filter: Option<&str>) -> Result<Select> {
    let (items_source, items) = match select {
        Some(text) => whole(text, "--select", list)?,
        None => (Source::new("--select", Vec::new()), vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())]),
    };
    let (filter_source, filter) = match filter {
        Some(text) => whole(text, "--where", Parser::parse_expr).map(|(source, filter)| (source, Some(filter)))?,
        None => (Source::new("--where", Vec::new()), None),
    };
    let from = From { table: Table::Input, name: Ident::new("input"), joins: Vec::new() };
    let (group_by, order_by) = (Vec::new(), Vec::new());
    let (having, distinct, limit) = (None, None, None);
    Ok(Select { items, items_source, from, filter, filter_source, group_by, having, distinct, order_by, limit })
}

/// A select list, which the parser would begin with a column of the name `distinct`.
fn list(parser: &mut Parser) -> Result<Vec<SelectItem>, ParserError> {
    let next = parser.peek_nth_token(1).token;
    let is_column = match &next {
        Token::EOF | Token::Comma => true,
        Token::Word(word) => word.keyword == Keyword::AS,
        _ => false,
    };
    if parser.peek_keyword(Keyword::DISTINCT) && !is_column {
        let place = parser.peek_token().span.start;
        let message = "distinct stands in a whole query: --sql \"select distinct … from input\"";
        return Err(ParserError::ParserError(format!("{message}{place}")));
    }
    parser.parse_projection()
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
        let word = rest.token.to_string();
        let whole = match word.to_lowercase().as_str() {
            "from" => source.whole_query(""),
            clause if hint::is_clause(clause) => source.whole_query(&format!(" … {clause} …")),
            _ => String::new(),
        };
        return Err(source.error(rest.span.start, format!("expected the end of the text, found {word}{whole}")));
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
    if source.count(Keyword::SELECT) > MAX_SELECTS {
        let message = format!("the query has more than {MAX_SELECTS} selects");
        return Err(source.error(Location { line: 1, column: 1 }, message));
    }
    tokens::check(&tokens, &source)?;
    let tokens = tokens::spelled_out(tokens);
    let parser = Parser::new(&GristDialect).with_recursion_limit(NESTING).with_tokens_with_locations(tokens);
    Ok((source, parser))
}
