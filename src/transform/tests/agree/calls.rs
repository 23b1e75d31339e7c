//! The function table as calls to be written, by the type of their results.

use super::samples::{DECIMAL, TYPES, kind};
use crate::transform::function::{Function, Parameter};
use crate::transform::functions;
use crate::types::Type;

/// One way to call a function.
pub struct Call {
    pub function: &'static Function,
    /// `None` for an argument of any type.
    pub arguments: Vec<Option<Type>>,
}

/// The ways to call that give a type, whose arguments may be left out or repeated.
pub fn giving(ty: Type) -> Vec<Call> {
    let calls = functions::all().flat_map(ways);
    calls.filter(|call| call.result() == Some(ty)).collect()
}

/// The ways to call a function.
pub fn ways(function: &'static Function) -> Vec<Call> {
    let count = function.parameters.len();
    let most = if function.variadic { count + 2 } else { count };
    let parameter = |place: usize| match function.parameters[place.min(count - 1)] {
        Parameter::Exact(ty) => Some(ty),
        Parameter::Decimal => Some(DECIMAL),
        Parameter::Json => Some(Type::Json),
        Parameter::Any => None,
    };
    let way = |arguments| Call { function, arguments: (0..arguments).map(parameter).collect() };
    (count - function.optional..=most).map(way).collect()
}

impl Call {
    fn result(&self) -> Option<Type> {
        let types: Vec<Type> = self.arguments.iter().map(|ty| ty.unwrap_or(Type::Text)).collect();
        (self.function.result)(&types).ok().map(kind)
    }

    /// As SQL writes it.
    pub fn write(&self, arguments: &[String]) -> String {
        let name = self.function.name;
        let word = name.starts_with(char::is_alphabetic);
        match arguments {
            [] if self.function.bare => name.to_string(),
            [only] if !word => format!("({name} {only})"),
            [field, from] if name == "extract" => format!("extract({} from {from})", field.trim_matches('\'')),
            [first, rest @ ..] if !word => {
                rest.iter().fold(first.clone(), |left, right| format!("({left} {name} {right})"))
            }
            [text, pattern] if matches!(name, "like" | "ilike") => format!("({text} {name} {pattern})"),
            [text, pattern, escape] if matches!(name, "like" | "ilike") => {
                format!("({text} {name} {pattern} escape {escape})")
            }
            _ => format!("{name}({})", arguments.join(", ")),
        }
    }
}

#[test]
fn every_type_has_calls() {
    TYPES.into_iter().filter(|ty| *ty != Type::Time).for_each(|ty| assert!(!giving(ty).is_empty(), "{ty}"));
}
