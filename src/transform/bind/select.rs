//! A whole select: from, where, group by, having, the select list, distinct, order by and limit, in the order in which
//! they happen.

use std::sync::Arc;

use anyhow::Result;
use sqlparser::ast::{self, Distinct, SelectItem};

use super::Binder;
use super::aggregate;
use super::chain::{Chain, carried, computed, key};
use super::grouping::Grouping;
use super::join;
use super::order::{Term, out_of_range, place};
use super::scope::{Index, Scope, matches};
use crate::transform::gather::{Aggregate, Gather, GroupPlan, Kind, SortKey, TopPlan};
use crate::transform::lookup;
use crate::transform::parse::{Select, Table};
use crate::transform::plan::Expr;
use crate::types::{InputColumn, OutputColumn, Session, Type};

/// The select list and the terms of the order, bound.
type Listed = (Vec<(OutputColumn, Expr)>, Vec<Term>);

/// What a query may read.
pub struct Sources<'a> {
    pub columns: &'a [InputColumn],
    /// In the order of the names that the query was parsed with; `None` of one that it does not join.
    pub lookups: &'a [Option<Arc<lookup::LookupTable>>],
    pub session: Session,
}

/// Binds a select and those that it reads.
pub fn select(select: &Select, sources: &Sources) -> Result<Chain> {
    let session = sources.session;
    let (mut chain, pseudo) = match &select.from.table {
        Table::Input => (Chain::of_input(sources.columns, session), true),
        Table::Select(inner) => (self::select(inner, sources)?, false),
    };
    if let Some(limit) = chain.limit.take() {
        first_rows(&mut chain, Vec::new(), Some(limit))?;
    }
    let tables = join::tables(&mut chain, &select.from, &select.items_source, pseudo, sources)?;
    let (condition, listed, grouped, on) = {
        let scope = Scope { pseudo, listed: &select.items, ..chain.scope(tables) };
        let conditions = Binder::new(&scope, &select.filter_source, &session);
        let condition = select.filter.as_ref().map(|filter| conditions.condition(filter, "where")).transpose()?;
        let binder = Binder::new(&scope, &select.items_source, &session);
        match plain(select, &binder)? {
            Some(listed) => {
                let on = distinct_keys(select, &binder, &listed.0)?;
                (condition, listed, None, on)
            }
            None => {
                let (listed, grouped) = group(select, &binder)?;
                (condition, listed, Some(grouped), Vec::new())
            }
        }
    };
    condition.into_iter().for_each(|condition| chain.keep(condition));
    if let Some(Grouped { plan, items, outputs, having }) = grouped {
        let names = items.iter().map(|_| String::new()).collect();
        chain.gather(items, names, Gather::Group(plan), outputs);
        having.into_iter().for_each(|having| chain.keep(having));
    }
    let (items, terms) = listed;
    chain.items = items;
    let terms = match &select.distinct {
        None | Some(Distinct::All) => terms,
        Some(Distinct::Distinct) => distinct(select, &mut chain, terms)?,
        Some(Distinct::On(keys)) => distinct_on(select, &mut chain, keys, on, &terms)?,
    };
    order(select, &mut chain, terms)?;
    Ok(chain)
}

/// The select list of a select without groups; `None` where it has aggregates.
fn plain(select: &Select, binder: &Binder) -> Result<Option<Listed>> {
    if !select.group_by.is_empty() || select.having.is_some() {
        return Ok(None);
    }
    let listed = binder.items(&select.items).and_then(|items| {
        let terms = binder.terms(&select.order_by, &items)?;
        Ok((items, terms))
    });
    match listed {
        Err(_) if binder.met_aggregate.get() => Ok(None),
        listed => listed.map(Some),
    }
}

/// What a select with groups comes to.
struct Grouped {
    plan: GroupPlan,
    /// What is computed of each row.
    items: Vec<Expr>,
    /// The columns of a group's row.
    outputs: Vec<InputColumn>,
    having: Option<Expr>,
}

fn group(select: &Select, rows: &Binder) -> Result<(Listed, Grouped)> {
    let keys = select.group_by.iter().map(|key| group_key(select, rows, key)).collect::<Result<Vec<_>>>()?;
    let grouping = Grouping::new(rows, keys);
    let nothing = [];
    let scope = Scope {
        inputs: &nothing,
        columns: Vec::new(),
        index: Index::default(),
        tables: Vec::new(),
        pseudo: false,
        listed: &[],
    };
    let mut binder = Binder::new(&scope, rows.source, rows.session);
    binder.grouping = Some(&grouping);
    let having = select.having.as_ref().map(|having| binder.condition(having, "having")).transpose()?;
    let items = binder.items(&select.items)?;
    let terms = binder.terms(&select.order_by, &items)?;
    let Grouping { columns, items: inner, aggregates, .. } = grouping;
    let (inner, aggregates) = (inner.into_inner(), aggregates.into_inner());
    let keys = inner.iter().take(columns.len()).map(|key| key.ty).collect();
    let outputs = columns.into_iter().chain(aggregates.iter().map(aggregate::column)).collect();
    Ok(((items, terms), Grouped { plan: GroupPlan { keys, aggregates }, items: inner, outputs, having }))
}

/// A key: an expression, a place in the select list, or a name from there that is no column.
fn group_key(select: &Select, rows: &Binder, node: &ast::Expr) -> Result<Expr> {
    let node = match (place(node), node) {
        (Some(place), _) => match place.checked_sub(1).and_then(|index| item(select.items.get(index)?)) {
            Some(item) => item,
            None => return Err(rows.source.at(node, out_of_range("group by", place, select.items.len()))),
        },
        (None, ast::Expr::Identifier(name)) if rows.scope.column(name, rows.source).is_err() => {
            let named = |item: &&SelectItem| matches!(item, SelectItem::ExprWithAlias { alias, .. } if matches(name, &alias.value));
            select.items.iter().find(named).and_then(item).unwrap_or(node)
        }
        _ => node,
    };
    let key = rows.typed(node)?;
    match key.ty {
        Type::Interval => Err(rows.source.at(node, "rows cannot be grouped by an interval")),
        _ => Ok(key),
    }
}

fn item(item: &SelectItem) -> Option<&ast::Expr> {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    }
}

/// Equal rows become one: all columns are keys.
fn distinct(select: &Select, chain: &mut Chain, terms: Vec<Term>) -> Result<Vec<Term>> {
    let (keys, outputs): (Vec<Expr>, Vec<InputColumn>) =
        chain.items.iter().map(|(column, expr)| key(column, expr)).unzip();
    let names = outputs.iter().map(|column| column.name.clone()).collect();
    let plan = GroupPlan { keys: keys.iter().map(|key| key.ty).collect(), aggregates: Vec::new() };
    chain.gather(keys, names, Gather::Group(plan), outputs);
    let listed = |(index, term): (usize, Term)| match term.output.and_then(|output| chain.items.get(output)) {
        Some((_, expr)) => Ok(Term { expr: expr.clone(), ..term }),
        None => {
            let node = &select.order_by[index].expr;
            Err(select.items_source.at(node, "with distinct, order by takes what stands in the select list"))
        }
    };
    terms.into_iter().enumerate().map(listed).collect()
}

/// The keys of `distinct on`; none where it does not stand there.
fn distinct_keys(select: &Select, binder: &Binder, listed: &[(OutputColumn, Expr)]) -> Result<Vec<Expr>> {
    match &select.distinct {
        Some(Distinct::On(keys)) => {
            let key = |key| {
                let expr = binder.distinct_key(key, listed)?;
                Ok(binder.whole_text(&expr).unwrap_or(expr))
            };
            keys.iter().map(key).collect()
        }
        _ => Ok(Vec::new()),
    }
}

/// Of the rows with equal keys the first one counts.
fn distinct_on(
    select: &Select,
    chain: &mut Chain,
    nodes: &[ast::Expr],
    mut items: Vec<Expr>,
    terms: &[Term],
) -> Result<Vec<Term>> {
    let source = &select.items_source;
    if let (Some(term), false) = (select.order_by.first(), terms.is_empty()) {
        let message =
            "distinct on takes the first row in input order; leave order by out, or put it around this select";
        return Err(source.at(&term.expr, message));
    }
    if let (Some(first), true) = (nodes.first(), items.is_empty()) {
        return Err(source.at(first, "distinct on cannot stand beside group by; put it around that select"));
    }
    let plan_keys: Vec<Type> = items.iter().map(|key| key.ty).collect();
    let mut outputs: Vec<InputColumn> = items.iter().map(|key| computed(String::new(), key.ty)).collect();
    let mut aggregates = Vec::new();
    for (output, expr) in &chain.items {
        let (expr, column) = carried(output, expr, &chain.inputs);
        let argument = Some((items.len(), expr.ty));
        let ty = expr.ty;
        aggregates.push(Aggregate { argument, ..Aggregate::of(Kind::First, ty) });
        items.push(expr);
        outputs.push(column);
    }
    let names = outputs.iter().map(|column| column.name.clone()).collect();
    let (hidden, plan) = (plan_keys.len(), GroupPlan { keys: plan_keys, aggregates });
    chain.gather(items, names, Gather::Group(plan), outputs);
    chain.items.drain(..hidden);
    Ok(Vec::new())
}

/// Order and limit.
fn order(select: &Select, chain: &mut Chain, terms: Vec<Term>) -> Result<()> {
    if terms.is_empty() {
        chain.limit = select.limit;
        return Ok(());
    }
    if select.limit.is_none() && !chain.is_gathered() {
        let message = "order by of all rows is not possible for a stream; add limit, or sort the output, or load it into a database and order it there";
        return Err(select.items_source.at_keyword(&[sqlparser::keywords::Keyword::ORDER], message));
    }
    first_rows(chain, terms, select.limit)
}

/// The first rows of an order, or of the input.
fn first_rows(chain: &mut Chain, terms: Vec<Term>, limit: Option<u64>) -> Result<()> {
    let (mut items, outputs): (Vec<Expr>, Vec<InputColumn>) =
        chain.items.iter().map(|(output, expr)| carried(output, expr, &chain.inputs)).unzip();
    let width = items.len();
    let mut names: Vec<String> = outputs.iter().map(|output| output.name.clone()).collect();
    let mut keys = Vec::with_capacity(terms.len());
    for Term { expr, descending, nulls_first, .. } in terms {
        keys.push(SortKey { column: items.len(), ty: expr.ty, descending, nulls_first });
        items.push(expr);
        names.push("order by".to_owned());
    }
    chain.gather(items, names, Gather::Top(TopPlan { keys, limit, width }), outputs);
    Ok(())
}
