//! What SQL has and this stream does not, or not yet: refused with its place and what to use instead.

use anyhow::{Error, Result};
use sqlparser::ast::{
    Expr, GroupByExpr, Ident, LimitClause, OrderBy, OrderByExpr, OrderByKind, OrderBySort, Query, Select, SetExpr,
    SetOperator, Spanned, Value,
};
use sqlparser::keywords::Keyword;

use super::source::Source;

/// The clauses around the `select`.
pub fn clauses(query: &Query, source: &Source) -> Result<()> {
    let not_supported = [
        (query.fetch.is_some(), Keyword::FETCH, "fetch is not supported; write limit"),
        (!query.locks.is_empty() || query.for_clause.is_some(), Keyword::FOR, "for is not supported"),
        (query.settings.is_some(), Keyword::SETTINGS, "settings is not supported"),
        (query.format_clause.is_some(), Keyword::FORMAT, "format is not supported"),
    ];
    refuse_present(&not_supported, source)
}

fn refuse_present(clauses: &[(bool, Keyword, &str)], source: &Source) -> Result<()> {
    match clauses.iter().find(|(present, ..)| *present) {
        Some((_, keyword, message)) => Err(source.at_keyword(&[*keyword], message)),
        None => Ok(()),
    }
}

/// A query that is no plain `select`.
pub fn body(body: &SetExpr, source: &Source) -> Error {
    match body {
        SetExpr::SetOperation { op, right, .. } => {
            let (keyword, name) = match op {
                SetOperator::Union => (Keyword::UNION, "union"),
                SetOperator::Intersect => (Keyword::INTERSECT, "intersect"),
                SetOperator::Except | SetOperator::Minus => (Keyword::EXCEPT, "except"),
            };
            let message = format!("{name} is not supported; name several input files, or run once for each select");
            source.at_last_keyword(keyword, right.span().start, message)
        }
        SetExpr::Query(query) => source.at(query.as_ref(), "a select in brackets is not supported; leave them out"),
        SetExpr::Values(_) => {
            source.at_keyword(&[Keyword::VALUES], "values is not supported; write select … from input")
        }
        other => source.at(other, "only a select can transform rows"),
    }
}

/// The clauses inside the `select`.
pub fn select(select: &Select, source: &Source) -> Result<()> {
    let window = "windows are not possible for a stream; load the rows into a database and compute them there";
    refuse_present(
        &[
            (select.into.is_some(), Keyword::INTO, "into is not supported; the job's load section says where rows go"),
            (!select.named_window.is_empty(), Keyword::WINDOW, window),
            (select.qualify.is_some(), Keyword::QUALIFY, window),
            (select.top.is_some(), Keyword::TOP, "top is not supported; write limit"),
            (!select.lateral_views.is_empty(), Keyword::LATERAL, "lateral is not supported"),
            (!select.cluster_by.is_empty(), Keyword::CLUSTER, "cluster by is not supported"),
            (!select.distribute_by.is_empty(), Keyword::DISTRIBUTE, "distribute by is not supported"),
            (!select.sort_by.is_empty(), Keyword::SORT, "sort by is not supported"),
            (!select.connect_by.is_empty(), Keyword::CONNECT, "connect by is not supported"),
            (select.prewhere.is_some(), Keyword::PREWHERE, "prewhere is not supported; write where"),
        ],
        source,
    )
}

/// The keys of `group by`.
pub fn group_by(clause: GroupByExpr, source: &Source) -> Result<Vec<Expr>> {
    match clause {
        GroupByExpr::Expressions(keys, modifiers) if modifiers.is_empty() => {
            let special = |key: &&Expr| matches!(key, Expr::Rollup(_) | Expr::Cube(_) | Expr::GroupingSets(_));
            match keys.iter().find(special) {
                Some(key) => {
                    Err(source.at(key, "rollup, cube and grouping sets are not supported; run once for each grouping"))
                }
                None => Ok(keys),
            }
        }
        _ => Err(source.at_keyword(&[Keyword::GROUP], "group by takes a list of expressions; name the keys")),
    }
}

/// The terms of `order by`.
pub fn order_by(clause: Option<OrderBy>, source: &Source) -> Result<Vec<OrderByExpr>> {
    let Some(OrderBy { kind, interpolate: None }) = clause else { return Ok(Vec::new()) };
    let message = "order by takes a list of expressions, each with asc or desc and nulls first or last";
    let refused = || source.at_keyword(&[Keyword::ORDER], message);
    match kind {
        OrderByKind::Expressions(terms) => match terms.iter().all(is_plain) {
            true => Ok(terms),
            false => Err(refused()),
        },
        OrderByKind::All(_) => Err(refused()),
    }
}

/// Whether a term has nothing but a direction.
pub fn is_plain(term: &OrderByExpr) -> bool {
    term.with_fill.is_none() && !matches!(term.options.sort, Some(OrderBySort::Using(_)))
}

/// What is wrong with a name in the quotes of a text, which the parser takes.
pub fn text_as_name(name: &Ident) -> Option<String> {
    let value = &name.value;
    (name.quote_style == Some('\''))
        .then(|| format!("the text '{value}' cannot follow here; a name is written {value:?}"))
}

/// `limit 10`.
pub fn limit(clause: Option<&LimitClause>, source: &Source) -> Result<Option<u64>> {
    let (limit, offset) = match clause {
        None => return Ok(None),
        Some(LimitClause::LimitOffset { limit, offset, .. }) => (limit.as_ref(), offset.is_some()),
        Some(LimitClause::OffsetCommaLimit { limit, .. }) => (Some(limit), true),
    };
    if offset {
        return Err(source.at_keyword(
            &[Keyword::OFFSET, Keyword::LIMIT],
            "offset is not supported; where _line > 100 leaves out the first 100 lines of a file",
        ));
    }
    let Some(limit) = limit else { return Ok(None) };
    match limit {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok().map(Some),
            Value::Null => Some(None),
            _ => None,
        },
        _ => None,
    }
    .ok_or_else(|| source.at(limit, "limit must be a whole number of rows"))
}
