//! What SQL has and this stream does not, or not yet: refused with its place and what to use instead.

use anyhow::{Error, Result};
use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, Ident, LimitClause, ObjectName, ObjectNamePart, Query, Select, SetExpr, SetOperator,
    Spanned, TableAlias, TableFactor, TableWithJoins, Value,
};
use sqlparser::keywords::Keyword;

use super::source::Source;

/// The clauses around the `select`.
pub fn clauses(query: &Query, source: &Source) -> Result<()> {
    let limited = query.limit_clause.is_some();
    let order_by = if limited {
        "order by … limit is not supported yet"
    } else {
        "order by is not possible for a stream of any size; sort the output, or load it into a database and order it there"
    };
    let not_supported = [
        (query.with.is_some(), Keyword::WITH, "with is not supported yet"),
        (query.order_by.is_some(), Keyword::ORDER, order_by),
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
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(keys, modifiers) => !keys.is_empty() || !modifiers.is_empty(),
    };
    let distinct = select.distinct.as_ref().is_some_and(|distinct| *distinct != Distinct::All);
    let window = "windows are not possible for a stream; load the rows into a database and compute them there";
    refuse_present(
        &[
            (distinct, Keyword::DISTINCT, "distinct is not supported yet"),
            (select.into.is_some(), Keyword::INTO, "into is not supported; the job's load section says where rows go"),
            (grouped, Keyword::GROUP, "group by is not supported yet"),
            (select.having.is_some(), Keyword::HAVING, "having is not supported yet"),
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

/// `from input`, with another name perhaps.
pub fn table(from: &[TableWithJoins], source: &Source) -> Result<Option<Ident>> {
    let [table] = from else {
        return Err(match from.get(1) {
            Some(second) => source.at(second, "join is not supported yet; the only table is input"),
            None => source.at_keyword(&[Keyword::SELECT], "from is missing; write select … from input"),
        });
    };
    if let Some(join) = table.joins.first() {
        return Err(source.at(join, "join is not supported yet; the only table is input"));
    }
    let (name, alias) = match &table.relation {
        TableFactor::Table {
            name,
            alias,
            args: None,
            with_hints,
            sample: None,
            version: None,
            with_ordinality: false,
            ..
        } if with_hints.is_empty() => (name, alias),
        TableFactor::Table { name, .. } => {
            return Err(source.at(name, "only a name can follow the table's name in from"));
        }
        other => {
            return Err(source.at(other, "only a table's name can stand in from: sub-selects are not supported yet"));
        }
    };
    check_input(name, source)?;
    alias.as_ref().map(|alias| other_name(alias, name, source)).transpose()
}

/// Quoted names match exactly, others in any case.
fn check_input(name: &ObjectName, source: &Source) -> Result<()> {
    let [ObjectNamePart::Identifier(part)] = name.0.as_slice() else {
        return Err(source.at(name, "unknown table; the only table is input"));
    };
    if let Some(message) = text_as_name(part) {
        return Err(source.at_keyword(&[Keyword::FROM], message));
    }
    let known = match part.quote_style {
        None => part.value.eq_ignore_ascii_case("input"),
        Some(_) => part.value == "input",
    };
    match known {
        true => Ok(()),
        false => Err(source.at(name, format!("unknown table {:?}; the only table is input", part.value))),
    }
}

fn other_name(alias: &TableAlias, table: &ObjectName, source: &Source) -> Result<Ident> {
    if !alias.columns.is_empty() {
        return Err(source.at(alias, "columns cannot be renamed in from; use as"));
    }
    match text_as_name(&alias.name) {
        Some(message) => Err(source.at(table, message)),
        None => Ok(alias.name.clone()),
    }
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
        return Err(source.at_keyword(&[Keyword::OFFSET, Keyword::LIMIT], "offset is not supported"));
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
