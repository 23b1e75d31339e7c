//! Aggregates: which there are, what they take and give.

use anyhow::Result;
use sqlparser::ast::{
    self, DuplicateTreatment, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, OrderByExpr,
};

use super::chain::computed;
use super::grouping::Grouping;
use super::literal;
use super::meaning::meaning;
use crate::arrow::array::{Array, AsArray};
use crate::transform::gather::{Aggregate, Kind, SortKey};
use crate::transform::parse::is_plain;
use crate::transform::plan::{Branch, Expr, Node, OnFailure};
use crate::types::{InputColumn, Known, Type, Typing};

/// Names of the aggregates, for the nearest one too.
pub const NAMES: [&str; 15] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "variance",
    "var_samp",
    "var_pop",
    "string_agg",
    "bool_and",
    "bool_or",
    "every",
];

pub fn is_aggregate(name: &str) -> bool {
    NAMES.contains(&name)
}

/// An aggregate as written, taken apart.
struct Call<'n> {
    name: String,
    arguments: Vec<&'n ast::Expr>,
    star: bool,
    distinct: bool,
    order: &'n [OrderByExpr],
    filter: Option<&'n ast::Expr>,
    at: &'n ast::Expr,
}

impl Grouping<'_> {
    /// The column of a group's row that holds the aggregate's value.
    pub fn aggregate(&self, function: &ast::Function, at: &ast::Expr) -> Result<Expr> {
        let call = self.parts(function, at)?;
        let filter = call.filter.map(|filter| self.rows.condition(filter, "filter")).transpose()?;
        let aggregate = match (call.star, call.arguments.as_slice()) {
            (true, []) if call.name == "count" && !call.distinct => self.count_rows(filter),
            (false, [value, rest @ ..]) => self.of_value(&call, value, rest, filter)?,
            _ => {
                let message = format!("{} takes one value; count(*) counts rows", call.name);
                return Err(self.rows.source.at(at, message));
            }
        };
        let ty = aggregate.ty;
        let mut aggregates = self.aggregates.borrow_mut();
        let found = aggregates.iter().position(|other| other.same(&aggregate));
        let place = found.unwrap_or(aggregates.len());
        if found.is_none() {
            aggregates.push(aggregate);
        }
        Ok(Expr { node: Node::Column(self.keys.len() + place), ty })
    }

    fn parts<'n>(&self, function: &'n ast::Function, at: &'n ast::Expr) -> Result<Call<'n>> {
        let name = function.name.to_string().to_lowercase();
        let refuse = |message: &str| Err(self.rows.source.at(at, format!("{name} {message}")));
        let FunctionArguments::List(list) = &function.args else { return refuse("needs a value in brackets") };
        let mut call = Call {
            name: name.clone(),
            arguments: Vec::new(),
            star: false,
            distinct: list.duplicate_treatment == Some(DuplicateTreatment::Distinct),
            order: &[],
            filter: function.filter.as_deref(),
            at,
        };
        for argument in &list.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => call.arguments.push(value),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => call.star = true,
                _ => return refuse("takes values without names"),
            }
        }
        for clause in &list.clauses {
            match clause {
                FunctionArgumentClause::OrderBy(terms) if terms.iter().all(is_plain) => call.order = terms,
                _ => return refuse("takes distinct, order by and filter (where …), and no other clause"),
            }
        }
        if !function.within_group.is_empty() || function.null_treatment.is_some() {
            return refuse("takes distinct, order by and filter (where …), and no other clause");
        }
        Ok(call)
    }

    fn count_rows(&self, filter: Option<Expr>) -> Aggregate {
        let argument = filter.map(|filter| {
            let expr = only_where(Some(filter), literal::boolean(true));
            (self.item(expr), Type::Boolean)
        });
        Aggregate { argument, ..Aggregate::of(Kind::Count, Type::BigInt) }
    }

    fn of_value(&self, call: &Call, value: &ast::Expr, rest: &[&ast::Expr], filter: Option<Expr>) -> Result<Aggregate> {
        let refuse = |message: String| Err(self.rows.source.at(call.at, message));
        let (expr, text) = self.argument(&call.name, value)?;
        let separator = match (call.name.as_str(), rest) {
            ("string_agg", [separator]) => self.separator(separator)?,
            ("string_agg", _) => return refuse("string_agg takes a text and what to put between, as in ', '".into()),
            (_, []) => String::new(),
            ("count", _) if call.distinct => {
                return refuse(
                    "count takes one value; for several write select count(*) from (select distinct a, b from input)"
                        .into(),
                );
            }
            (name, _) => return refuse(format!("{name} takes one value")),
        };
        if matches!(call.name.as_str(), "min" | "max") {
            self.rows.has_order(&expr, value)?;
        }
        let (kind, input, ty) = match meaning(&call.name, expr.ty, separator) {
            Some(meaning) => meaning,
            None => return refuse(format!("{}({}) is not possible{}", call.name, expr.ty, remedy(&call.name, value))),
        };
        let expr = if expr.ty == input { expr } else { self.rows.cast_node(expr, input, OnFailure::Refuse) };
        let order = call.order.iter().map(|term| self.sort_key(term, &filter)).collect::<Result<Vec<_>>>()?;
        let own = only_where(filter.clone(), self.rows.typed(value)?);
        let argument = only_where(filter.clone(), expr);
        let is_own = |key: &SortKey| self.is_item(key.column, &argument) || self.is_item(key.column, &own);
        if call.distinct && !order.iter().all(is_own) {
            return refuse(format!("{}(distinct …) can be ordered by its own value only", call.name));
        }
        let argument = Some((self.item(argument), input));
        let text = text.map(|(text, typing)| (self.item(only_where(filter, text)), typing));
        Ok(Aggregate { kind, argument, text, distinct: call.distinct, order, ty })
    }

    /// What the aggregate takes of a value, and its text where the one that wins is put out as it was read. Which values
    /// there are is told by their texts, which of them is first by their type.
    fn argument(&self, name: &str, value: &ast::Expr) -> Result<(Expr, Option<(Expr, Typing)>)> {
        let expr = self.rows.typed(value)?;
        if let ("count" | "string_agg", Some(text)) = (name, self.rows.whole_text(&expr)) {
            return Ok((text, None));
        }
        Ok(match (name, self.rows.text_of(&expr)) {
            ("min" | "max", Some(text)) => {
                let typing = self.rows.output(String::new(), &expr).typing;
                (expr, Some((text, typing)))
            }
            _ => (expr, None),
        })
    }

    fn is_item(&self, column: usize, expr: &Expr) -> bool {
        self.items.borrow().get(column).is_some_and(|item| item.same(expr))
    }

    fn separator(&self, node: &ast::Expr) -> Result<String> {
        let expr = self.rows.typed(node)?;
        match expr.constant().filter(|_| expr.ty == Type::Text) {
            Some(text) if text.is_valid(0) => Ok(text.as_string::<i32>().value(0).to_owned()),
            Some(_) => Ok(String::new()),
            None => Err(self.rows.source.at(node, "what string_agg puts between is a constant text, as in ', '")),
        }
    }

    fn sort_key(&self, term: &OrderByExpr, filter: &Option<Expr>) -> Result<SortKey> {
        let expr = self.rows.typed(&term.expr)?;
        if expr.ty == Type::Interval {
            return Err(self.rows.source.at(&term.expr, "values cannot be ordered by an interval"));
        }
        self.rows.has_order(&expr, &term.expr)?;
        let descending = matches!(term.options.sort, Some(ast::OrderBySort::Desc));
        let nulls_first = term.options.nulls_first.unwrap_or(descending);
        let (ty, column) = (expr.ty, self.item(only_where(filter.clone(), expr)));
        Ok(SortKey { column, ty, descending, nulls_first })
    }
}

/// NULL, which counts for nothing, where the filter is not true; the value is not even computed there.
fn only_where(filter: Option<Expr>, value: Expr) -> Expr {
    let Some(condition) = filter else { return value };
    let ty = value.ty;
    let branches = vec![Branch { condition, result: value }];
    Expr { node: Node::Case { operand: None, branches, otherwise: None }, ty }
}

fn remedy(name: &str, value: &ast::Expr) -> String {
    match name {
        "string_agg" => format!("; write cast({value} as text)"),
        "sum" | "avg" => format!("; write cast({value} as double), or declare the column"),
        "bool_and" | "bool_or" | "every" => "; it takes a boolean".to_owned(),
        _ => String::new(),
    }
}

/// What an aggregate is in a group's row.
pub fn column(aggregate: &Aggregate) -> InputColumn {
    match &aggregate.text {
        Some((_, typing)) => {
            InputColumn { name: String::new(), typing: typing.clone(), known: Known::Guessed, is_json: false }
        }
        None => computed(String::new(), aggregate.ty),
    }
}

impl Aggregate {
    /// Whether both are the same of any group.
    fn same(&self, other: &Aggregate) -> bool {
        self.kind == other.kind
            && self.argument == other.argument
            && self.text == other.text
            && self.distinct == other.distinct
            && self.order == other.order
    }
}
