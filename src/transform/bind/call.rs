//! Calls: a name, its arguments, and the row of the function table that they mean.

use crate::arrow::array::{Array, AsArray};
use crate::arrow::datatypes::{Int32Type, Int64Type};
use anyhow::{Error, Result};
use sqlparser::ast::{self, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectNamePart};

use super::aggregate;
use super::coerce::excerpt;
use super::overload::{Target, choose, remedy};
use super::scope::unknown;
use super::unsupported;
use super::{Binder, Bound, literal};
use crate::transform::function::{Function, Parameter};
use crate::transform::functions;
use crate::transform::functions::signatures;
use crate::transform::memo::Memo;
use crate::transform::plan::{Expr, Node, OnFailure};
use crate::types::Type;

/// Where an aggregate may stand.
const PLACES: &str =
    "which stands in select, having or order by, and not inside another one; for more, put a select in from";

/// Forms written like functions, for the nearest name.
const FORM_NAMES: [&str; 4] = ["coalesce", "nullif", "greatest", "least"];

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
        if aggregate::is_aggregate(&name) {
            self.met_aggregate.set(true);
            return Err(self.source.at(at, format!("{name} is an aggregate, {PLACES}")));
        }
        if let Some(message) = unsupported::instead(&name) {
            return Err(self.source.at(at, message));
        }
        let parameters = !matches!(function.parameters, FunctionArguments::None);
        if parameters
            || function.filter.is_some()
            || function.null_treatment.is_some()
            || !function.within_group.is_empty()
        {
            return Err(self
                .source
                .at(at, format!("{name} is no aggregate: it takes arguments in brackets and nothing else")));
        }
        self.check_name(&name, at)?;
        let arguments = self.arguments(&function.args, at)?;
        let bracketless = matches!(function.args, FunctionArguments::None);
        if !bracketless && functions::find(&name).any(|function| function.bare) {
            let message = if arguments.is_empty() {
                "is written without brackets"
            } else {
                "takes no precision here; write it without brackets"
            };
            return Err(self.source.at(at, format!("{name} {message}")));
        }
        match self.form(&name, &arguments, at)? {
            Some(bound) => Ok(bound),
            None => self.call(&name, &arguments, at),
        }
    }

    fn arguments<'n>(&self, arguments: &'n FunctionArguments, at: &ast::Expr) -> Result<Vec<&'n ast::Expr>> {
        let list = match arguments {
            FunctionArguments::None => return Ok(Vec::new()),
            FunctionArguments::List(list) if list.clauses.is_empty() && list.duplicate_treatment.is_none() => list,
            FunctionArguments::List(_) => {
                return Err(self.source.at(at, "distinct and clauses are not supported in a call"));
            }
            FunctionArguments::Subquery(_) => {
                return Err(self.source.at(at, "a sub-select can stand in from, not in an expression"));
            }
        };
        let plain = |argument: &'n FunctionArg| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok(expr),
            FunctionArg::Unnamed(_) => Err(self.source.at(at, "* is for count alone, as in count(*)")),
            _ => Err(self.source.at(argument, "arguments have no names here; give them in order")),
        };
        list.args.iter().map(plain).collect()
    }

    /// A misspelt name is told before what stands in its brackets.
    fn check_name(&self, name: &str, at: &ast::Expr) -> Result<()> {
        if FORM_NAMES.contains(&name) || functions::find(name).next().is_some() {
            return Ok(());
        }
        let names = functions::all().flat_map(Function::names).chain(FORM_NAMES).chain(aggregate::NAMES);
        Err(self.source.at(at, unknown("function", name, names.filter(|name| is_word(name)))))
    }

    /// A row of the function table by name, also for operators.
    pub fn call(&self, name: &str, arguments: &[&ast::Expr], at: &ast::Expr) -> Result<Bound> {
        self.check_name(name, at)?;
        let bound = arguments.iter().map(|node| Ok((self.bind(node)?, *node))).collect::<Result<Vec<_>>>()?;
        self.call_bound(name, bound, at)
    }

    /// The same with arguments that are bound already.
    pub fn call_bound(&self, name: &str, arguments: Vec<(Bound, &ast::Expr)>, at: &ast::Expr) -> Result<Bound> {
        let types: Vec<Option<Type>> = arguments.iter().map(|(bound, _)| bound.ty()).collect();
        let is_guessed = |bound: &Bound| matches!(bound, Bound::Typed(expr) if self.text_of(expr).is_some());
        let guessed: Vec<bool> = arguments.iter().map(|(bound, _)| is_guessed(bound)).collect();
        let choice = choose(functions::find(name), &types, &guessed);
        let choice = choice.ok_or_else(|| self.no_overload(name, &arguments, at))?;
        let arguments = arguments.into_iter().zip(&choice.targets).enumerate();
        let arguments = arguments.map(|(place, ((bound, node), target))| {
            self.any_text(choice.function, place, &bound).map_or_else(|| self.argument(bound, *target, node), Ok)
        });
        let arguments = arguments.collect::<Result<Vec<Expr>>>()?;
        let ty = result_type(choice.function, &arguments).map_err(|message| self.source.at(at, message))?;
        self.done(Node::Call { function: choice.function, arguments, memo: Memo::default() }, ty, at)
    }

    /// The text of an argument that may be of any type, where its type has not all of its digits.
    fn any_text(&self, function: &Function, place: usize, bound: &Bound) -> Option<Expr> {
        let parameter = function.parameters.get(place).or(function.parameters.last())?;
        match bound {
            Bound::Typed(expr) if *parameter == Parameter::Any => self.whole_text(expr),
            _ => None,
        }
    }

    fn argument(&self, bound: Bound, target: Target, at: &ast::Expr) -> Result<Expr> {
        match (target, bound) {
            // What takes values of any type takes the text of JSON.
            (Target::Type(Type::Text), Bound::Typed(expr)) if expr.ty == Type::Json => {
                self.fold(self.cast_node(expr, Type::Text, OnFailure::Refuse), at)
            }
            (Target::Type(ty), bound) => self.as_type(bound, ty, at),
            (Target::OwnDecimal, Bound::Literal(text)) => self.own_decimal(&text, at),
            (Target::OwnDecimal, Bound::Null) => Ok(literal::null(Type::Decimal { precision: 1, scale: 0 })),
            (Target::OwnDecimal, Bound::Typed(expr)) => Ok(expr),
        }
    }

    fn no_overload(&self, name: &str, arguments: &[(Bound, &ast::Expr)], at: &ast::Expr) -> Error {
        let arguments = if name == "||" { around_fault(arguments) } else { arguments };
        let ty = |bound: &Bound| bound.ty().map_or("a literal".to_string(), |ty| ty.to_string());
        let types: Vec<String> = arguments.iter().map(|(bound, _)| ty(bound)).collect();
        let is_operator = !is_word(name) || name.ends_with("like");
        let message = match (is_operator, types.as_slice()) {
            (true, [left, right]) => format!("{left} {name} {right} is not possible"),
            (true, _) => format!("{name} {} is not possible", types.join(", ")),
            (false, _) => format!("{name}({}) is not possible; there is {}", types.join(", "), signatures(name)),
        };
        self.source.at(at, message + &self.remedy(name, arguments))
    }

    /// The cast that makes the call possible, and how to declare a column that was taken as text.
    fn remedy(&self, name: &str, arguments: &[(Bound, &ast::Expr)]) -> String {
        let types: Vec<Option<Type>> = arguments.iter().map(|(bound, _)| bound.ty()).collect();
        let Some((place, ty)) = remedy(functions::find(name), &types) else { return String::new() };
        let Some((_, node)) = arguments.get(place) else { return String::new() };
        format!("; write cast({} as {ty}){}", excerpt(node), self.taken_as_text(arguments, ty))
    }
}

/// Of a chain of `||` the first value that is no text, and its neighbour.
fn around_fault<'a, 'n>(arguments: &'a [(Bound, &'n ast::Expr)]) -> &'a [(Bound, &'n ast::Expr)] {
    let fault = arguments.iter().position(|(bound, _)| bound.ty().is_some_and(|ty| ty != Type::Text));
    let start = fault.unwrap_or_default().saturating_sub(1);
    arguments.get(start..start + 2).unwrap_or(arguments)
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
