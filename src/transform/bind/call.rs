//! Calls: a name, its arguments, and the row of the function table that they mean.

use crate::arrow::array::{Array, AsArray};
use crate::arrow::datatypes::{Int32Type, Int64Type};
use anyhow::{Error, Result};
use sqlparser::ast::{self, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectNamePart};

use super::coerce::excerpt;
use super::overload::{Target, choose, signatures};
use super::scope::unknown;
use super::{Binder, Bound, literal};
use crate::transform::function::Function;
use crate::transform::functions;
use crate::transform::plan::{Expr, Node};
use crate::types::Type;

/// What only makes sense over groups of rows.
const AGGREGATES: [&str; 18] = [
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
    "array_agg",
    "bool_and",
    "bool_or",
    "every",
    "median",
    "mode",
];

/// Forms written like functions, for the nearest name.
const FORM_NAMES: [&str; 6] = ["coalesce", "nullif", "greatest", "least", "substring", "position"];

impl Binder<'_> {
    /// A function as written, `name(a, b)`.
    pub fn function(&self, function: &ast::Function, at: &ast::Expr) -> Result<Bound> {
        let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else {
            return Err(self.source.at(at, "functions have no schema"));
        };
        let name = name.value.to_lowercase();
        if function.over.is_some() {
            let message =
                "window functions are not possible for a stream; load the rows into a database and compute them there";
            return Err(self.source.at(at, message));
        }
        if AGGREGATES.contains(&name.as_str()) {
            return Err(self.source.at(at, format!("{name} is not supported yet: rows are milled one by one")));
        }
        let parameters = !matches!(function.parameters, FunctionArguments::None);
        if parameters
            || function.filter.is_some()
            || function.null_treatment.is_some()
            || !function.within_group.is_empty()
        {
            return Err(self.source.at(at, format!("{name} takes arguments in brackets and nothing else")));
        }
        let arguments = self.arguments(&function.args, at)?;
        match name.as_str() {
            "current_timestamp" | "transaction_timestamp" if arguments.is_empty() => self.call("now", &[], at),
            "current_date" if arguments.is_empty() => self.today(at),
            _ => match self.form(&name, &arguments, at)? {
                Some(bound) => Ok(bound),
                None => self.call(&name, &arguments, at),
            },
        }
    }

    fn today(&self, at: &ast::Expr) -> Result<Bound> {
        match self.call("now", &[], at)? {
            Bound::Typed(now) => self.cast_to(now, Type::Date, at).map(Bound::Typed),
            bound => Ok(bound),
        }
    }

    fn arguments<'n>(&self, arguments: &'n FunctionArguments, at: &ast::Expr) -> Result<Vec<&'n ast::Expr>> {
        let list = match arguments {
            FunctionArguments::None => return Ok(Vec::new()),
            FunctionArguments::List(list) if list.clauses.is_empty() && list.duplicate_treatment.is_none() => list,
            FunctionArguments::List(_) => {
                return Err(self.source.at(at, "distinct and clauses are not supported in a call"));
            }
            FunctionArguments::Subquery(_) => return Err(self.source.at(at, "sub-selects are not supported yet")),
        };
        let plain = |argument: &'n FunctionArg| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok(expr),
            FunctionArg::Unnamed(_) => Err(self.source.at(at, "* is not an argument")),
            _ => Err(self.source.at(argument, "arguments have no names here; give them in order")),
        };
        list.args.iter().map(plain).collect()
    }

    /// A row of the function table by name, also for operators.
    pub fn call(&self, name: &str, arguments: &[&ast::Expr], at: &ast::Expr) -> Result<Bound> {
        if functions::find(name).next().is_none() {
            let names = functions::all().map(|function| function.name).chain(FORM_NAMES);
            return Err(self.source.at(at, unknown("function", name, names.filter(|name| is_word(name)))));
        }
        let bound = arguments.iter().map(|node| Ok((self.bind(node)?, *node))).collect::<Result<Vec<_>>>()?;
        self.call_bound(name, bound, at)
    }

    /// The same with arguments that are bound already.
    pub fn call_bound(&self, name: &str, arguments: Vec<(Bound, &ast::Expr)>, at: &ast::Expr) -> Result<Bound> {
        let types: Vec<Option<Type>> = arguments.iter().map(|(bound, _)| bound.ty()).collect();
        let choice = choose(functions::find(name), &types).ok_or_else(|| self.no_overload(name, &arguments, at))?;
        let arguments = arguments.into_iter().zip(&choice.targets);
        let arguments = arguments.map(|((bound, node), target)| self.argument(bound, *target, node));
        let arguments = arguments.collect::<Result<Vec<Expr>>>()?;
        let ty = result_type(choice.function, &arguments).map_err(|message| self.source.at(at, message))?;
        self.done(Node::Call { function: choice.function, arguments }, ty, at)
    }

    fn argument(&self, bound: Bound, target: Target, at: &ast::Expr) -> Result<Expr> {
        match (target, bound) {
            (Target::Type(ty), bound) => self.as_type(bound, ty, at),
            (Target::OwnDecimal, Bound::Literal(text)) => self.own_decimal(&text, at),
            (Target::OwnDecimal, Bound::Null) => Ok(literal::null(Type::Decimal { precision: 1, scale: 0 })),
            (Target::OwnDecimal, Bound::Typed(expr)) => Ok(expr),
        }
    }

    fn no_overload(&self, name: &str, arguments: &[(Bound, &ast::Expr)], at: &ast::Expr) -> Error {
        let ty = |bound: &Bound| bound.ty().map_or("a literal".to_string(), |ty| ty.to_string());
        let types: Vec<String> = arguments.iter().map(|(bound, _)| ty(bound)).collect();
        let signatures = signatures(functions::find(name));
        let message = match (is_word(name) && !TEXT_OPERATORS.contains(&name), types.as_slice()) {
            (false, [left, right]) => format!("{left} {name} {right} is not possible{}", remedy(name, arguments)),
            (false, _) => format!("{name} {} is not possible", types.join(", ")),
            (true, _) => format!("{name}({}) is not possible; there is {signatures}", types.join(", ")),
        };
        self.source.at(at, message)
    }
}

/// Operators that take nothing but text.
const TEXT_OPERATORS: [&str; 7] = ["||", "like", "ilike", "~", "~*", "!~", "!~*"];

/// The cast that makes a text into the number or time beside it, or for an operator on texts the other way round.
fn remedy(name: &str, arguments: &[(Bound, &ast::Expr)]) -> String {
    if TEXT_OPERATORS.contains(&name) {
        let other = arguments.iter().find(|(bound, _)| bound.ty().is_some_and(|ty| ty != Type::Text));
        return other.map(|(_, node)| format!("; write cast({} as text)", excerpt(node))).unwrap_or_default();
    }
    let text = arguments.iter().find(|(bound, _)| bound.ty() == Some(Type::Text));
    let other = arguments.iter().find_map(|(bound, _)| bound.ty().filter(|ty| *ty != Type::Text));
    match (text, other) {
        (Some((_, node)), Some(ty)) => format!("; write cast({} as {ty})", excerpt(node)),
        _ => String::new(),
    }
}

fn result_type(function: &Function, arguments: &[Expr]) -> Result<Type, String> {
    let types: Vec<Type> = arguments.iter().map(|argument| argument.ty).collect();
    let result = (function.result)(&types)?;
    let integers: Vec<Option<i64>> = arguments.iter().map(integer).collect();
    Ok(function.refine.map_or(result, |refine| refine(&types, &integers)))
}

/// The value of an integer constant.
fn integer(argument: &Expr) -> Option<i64> {
    let array = argument.constant().filter(|array| array.is_valid(0))?;
    match argument.ty {
        Type::Integer => Some(i64::from(array.as_primitive::<Int32Type>().value(0))),
        Type::BigInt => Some(array.as_primitive::<Int64Type>().value(0)),
        _ => None,
    }
}

fn is_word(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
}
