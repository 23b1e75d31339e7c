//! Which row of the function table a call means: the one that its arguments reach in the fewest widening steps.

use super::unify::{decimal_of, is_decimal, widens};
use crate::transform::function::{Function, Parameter};
use crate::types::Type;

/// What is known of an argument's type: nothing for a text literal or NULL.
pub type Argument = Option<Type>;

/// What an argument must be made into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Type(Type),
    /// A literal that is to be a decimal of its own digits.
    OwnDecimal,
}

/// A row of the table and what each argument must become.
pub struct Choice {
    pub function: &'static Function,
    pub targets: Vec<Target>,
}

/// What it costs to take a guessed value as the text that was read: more than any widening, so that a function of its type
/// comes first.
const READ_AS_TEXT: u32 = 1_000;

/// The cheapest overload; the first of equals. Guessed arguments may be taken as text too.
pub fn choose(
    overloads: impl Iterator<Item = &'static Function>,
    arguments: &[Argument],
    guessed: &[bool],
) -> Option<Choice> {
    let fitting = overloads.filter_map(|function| {
        let (cost, targets) = fit(function, arguments, guessed)?;
        Some((cost, Choice { function, targets }))
    });
    fitting.min_by_key(|(cost, _)| *cost).map(|(_, choice)| choice)
}

fn fit(function: &Function, arguments: &[Argument], guessed: &[bool]) -> Option<(u32, Vec<Target>)> {
    let parameters = function.parameters;
    if !takes(function, arguments.len()) {
        return None;
    }
    let known: Vec<Type> = arguments.iter().flatten().copied().collect();
    let mut cost = 0;
    let mut targets = Vec::with_capacity(arguments.len());
    for (index, argument) in arguments.iter().enumerate() {
        let parameter = parameters.get(index).or(parameters.last())?;
        let (steps, target) = match argument {
            Some(ty) if guessed.get(index) == Some(&true) => read(*ty, *parameter)?,
            Some(ty) => typed(*ty, *parameter)?,
            None => untyped(*parameter, &known),
        };
        cost += steps;
        targets.push(target);
    }
    Some((cost, targets))
}

/// Whether a function takes so many arguments.
fn takes(function: &Function, count: usize) -> bool {
    let parameters = function.parameters.len();
    count + function.optional >= parameters && (count <= parameters || function.variadic)
}

/// Steps are counted tenfold, so that `Any` is a little worse than an exact parameter.
fn typed(ty: Type, parameter: Parameter) -> Option<(u32, Target)> {
    match parameter {
        Parameter::Exact(to) => widens(ty, to).map(|steps| (steps * 10, Target::Type(to))),
        Parameter::Decimal => {
            let to = decimal_of(ty)?;
            Some((widens(ty, to)? * 10, Target::Type(to)))
        }
        Parameter::Json => match ty {
            Type::Json => Some((0, Target::Type(ty))),
            Type::Text => Some((10, Target::Type(ty))),
            _ => None,
        },
        Parameter::Any if ty == Type::Json => Some((5, Target::Type(Type::Text))),
        Parameter::Any => Some((5, Target::Type(ty))),
    }
}

/// The same of a value whose type is a guess: where any type will do, it is the text that was read.
fn read(ty: Type, parameter: Parameter) -> Option<(u32, Target)> {
    let text = || typed(Type::Text, parameter).map(|(steps, target)| (steps + READ_AS_TEXT, target));
    match parameter {
        Parameter::Any => typed(Type::Text, parameter),
        Parameter::Exact(_) | Parameter::Decimal | Parameter::Json => typed(ty, parameter).or_else(text),
    }
}

/// A literal without a type takes the parameter's: best what another argument is, then text, then the widest of a ladder.
fn untyped(parameter: Parameter, known: &[Type]) -> (u32, Target) {
    match parameter {
        Parameter::Exact(to) => {
            let steps = match to {
                _ if known.contains(&to) => 0,
                Type::Text => 10,
                Type::Double | Type::TimestampTz | Type::Interval => 20,
                _ => 30,
            };
            (steps, Target::Type(to))
        }
        Parameter::Decimal => (if known.iter().any(|ty| is_decimal(*ty)) { 0 } else { 30 }, Target::OwnDecimal),
        Parameter::Json => (10, Target::Type(Type::Text)),
        Parameter::Any => (5, Target::Type(Type::Text)),
    }
}

/// The argument that a cast would make fit, and the type to cast it to: a value that is to be text, or a text that is not.
pub fn remedy(overloads: impl Iterator<Item = &'static Function>, arguments: &[Argument]) -> Option<(usize, Type)> {
    let casts: Vec<(usize, Type)> = overloads.filter_map(|function| first_cast(function, arguments)).collect();
    let wanted = |ty: Type| casts.iter().find(move |cast| cast.1 == ty).copied();
    match casts.as_slice() {
        [only] => Some(*only),
        _ => [Some(Type::Text), beside_text(arguments), Some(Type::Double), Some(Type::Timestamp)]
            .into_iter()
            .flatten()
            .find_map(wanted),
    }
}

/// The first of the casts after which a function could take the arguments; `None` where no casts help.
fn first_cast(function: &Function, arguments: &[Argument]) -> Option<(usize, Type)> {
    let parameters = function.parameters;
    if !takes(function, arguments.len()) {
        return None;
    }
    let mut casts = Vec::new();
    for (place, argument) in arguments.iter().enumerate() {
        let (Some(ty), parameter) = (*argument, *parameters.get(place).or(parameters.last())?) else { continue };
        match parameter {
            _ if typed(ty, parameter).is_some() => {}
            Parameter::Exact(to) if ty == Type::Text || to == Type::Text => casts.push((place, to)),
            Parameter::Decimal if ty == Type::Text => casts.push((place, beside_text(arguments)?)),
            _ => return None,
        }
    }
    casts.first().copied()
}

/// The type of the argument that is no text.
fn beside_text(arguments: &[Argument]) -> Argument {
    arguments.iter().flatten().find(|ty| **ty != Type::Text).copied()
}
