//! Random SQL of a wanted type, of everything that the language has.

use std::collections::HashMap;

use super::calls::{Call, giving};
use super::chance::Chance;
use super::samples::{TYPES, argument, column, values};
use crate::transform::cast::castable;
use crate::types::Type;

/// The calls that give each type.
pub type Calls = HashMap<Type, Vec<Call>>;

pub fn calls() -> Calls {
    TYPES.into_iter().map(|ty| (ty, giving(ty))).collect()
}

pub struct Writer<'a> {
    pub chance: Chance,
    pub calls: &'a Calls,
}

impl Writer<'_> {
    pub fn any_type(&mut self) -> Type {
        *self.chance.pick(&TYPES)
    }

    /// An expression of a type, or of one that is widened to it.
    pub fn expression(&mut self, ty: Type, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(ty);
        }
        match self.chance.below(12) {
            0 => self.leaf(ty),
            1 | 2 => self.case(ty, depth - 1),
            3 | 4 => self.choice(ty, depth - 1),
            5 => self.cast(ty, depth - 1),
            6..=9 if ty == Type::Boolean => self.condition(depth - 1),
            _ => self.call(ty, depth - 1),
        }
    }

    fn leaf(&mut self, ty: Type) -> String {
        match self.chance.below(12) {
            0 => "null".to_string(),
            1 => format!("cast(null as {})", self.name(ty)),
            2 if ty == Type::Text => "_file".to_string(),
            2 if ty == Type::BigInt => "_line".to_string(),
            3..=4 => self.literal(ty),
            _ => column(ty, &mut self.chance).map_or_else(|| self.literal(ty), str::to_string),
        }
    }

    fn literal(&mut self, ty: Type) -> String {
        let text = self.chance.pick(values(ty)).replace('\'', "''");
        match ty {
            Type::Integer | Type::BigInt | Type::Double | Type::Decimal { .. }
                if !text.ends_with(char::is_alphabetic) && self.chance.one_in(2) =>
            {
                format!("({text})")
            }
            Type::Text => format!("'{text}'"),
            Type::Json => format!("cast('{text}' as json)"),
            _ => format!("{} '{text}'", self.name(ty)),
        }
    }

    fn name(&mut self, ty: Type) -> String {
        match ty {
            Type::Decimal { .. } => {
                self.chance.pick(&["decimal(12,2)", "decimal(38,10)", "decimal(5,0)", "decimal(18,6)"]).to_string()
            }
            other => other.to_string(),
        }
    }

    fn case(&mut self, ty: Type, depth: usize) -> String {
        let (operand, of) = match self.chance.one_in(2) {
            true => (String::new(), Type::Boolean),
            false => {
                let of = self.any_type();
                (self.expression(of, depth), of)
            }
        };
        let mut case = format!("case {operand}");
        for _ in 0..=self.chance.below(3) {
            case += &format!(" when {} then {}", self.expression(of, depth), self.expression(ty, depth));
        }
        if self.chance.one_in(2) {
            case += &format!(" else {}", self.expression(ty, depth));
        }
        case + " end"
    }

    fn choice(&mut self, ty: Type, depth: usize) -> String {
        let name = *self.chance.pick(&["coalesce", "nullif", "greatest", "least"]);
        let count = if name == "nullif" { 2 } else { 2 + self.chance.below(2) };
        format!("{name}({})", self.list(ty, depth, count))
    }

    fn constants(&mut self, ty: Type) -> String {
        let constant = |_| if self.chance.one_in(12) { "null".to_string() } else { self.literal(ty) };
        (0..12).map(constant).collect::<Vec<_>>().join(", ")
    }

    fn list(&mut self, ty: Type, depth: usize, count: usize) -> String {
        (0..count).map(|_| self.expression(ty, depth)).collect::<Vec<_>>().join(", ")
    }

    fn cast(&mut self, ty: Type, depth: usize) -> String {
        let from: Vec<Type> = TYPES.into_iter().filter(|from| castable(*from, ty)).collect();
        let from = *self.chance.pick(&from);
        let (value, name) = (self.expression(from, depth), self.name(ty));
        match self.chance.below(3) {
            0 => format!("cast({value} as {name})"),
            1 => format!("({value})::{name}"),
            _ => format!("try_cast({value} as {name})"),
        }
    }

    fn call(&mut self, ty: Type, depth: usize) -> String {
        let calls = self.calls;
        let Some(calls) = calls.get(&ty).filter(|calls| !calls.is_empty()) else { return self.cast(ty, depth) };
        let call = self.chance.pick(calls);
        let arguments = call.arguments.iter().enumerate();
        let arguments: Vec<String> = arguments.map(|(place, ty)| self.argument(call, place, *ty, depth)).collect();
        call.write(&arguments)
    }

    fn argument(&mut self, call: &Call, place: usize, ty: Option<Type>, depth: usize) -> String {
        let ty = ty.unwrap_or_else(|| self.any_type());
        match argument(call.function.name, place) {
            Some(literals) if !self.chance.one_in(4) => match ty {
                Type::Text => format!("'{}'", self.chance.pick(literals)),
                _ => format!("({})", self.chance.pick(literals)),
            },
            _ => self.expression(ty, depth),
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        let ty = self.any_type();
        let not = if self.chance.one_in(2) { "not " } else { "" };
        match self.chance.below(9) {
            0 | 1 => {
                let operator = *self.chance.pick(&["and", "or"]);
                let count = 2 + self.chance.below(2);
                let terms = (0..count).map(|_| format!("({})", self.expression(Type::Boolean, depth)));
                format!("({})", terms.collect::<Vec<_>>().join(&format!(" {operator} ")))
            }
            2 => format!("(not ({}))", self.expression(Type::Boolean, depth)),
            3 => {
                let words = *self.chance.pick(&["true", "false", "null", "unknown"]);
                format!("(({}) is {not}{words})", self.expression(Type::Boolean, depth))
            }
            4 => format!("(({}) is {not}null)", self.expression(ty, depth)),
            5 => {
                let (low, high) = (self.expression(ty, depth), self.expression(ty, depth));
                format!("(({}) {not}between ({low}) and ({high}))", self.expression(ty, depth))
            }
            6 => {
                // Long lists of constants are looked up another way.
                let long = self.chance.one_in(2);
                let list = if long { self.constants(ty) } else { self.list(ty, depth, 3) };
                format!("(({}) {not}in ({list}))", self.expression(ty, depth))
            }
            7 => format!("(({}) is {not}distinct from ({}))", self.expression(ty, depth), self.expression(ty, depth)),
            _ => {
                let comparison = *self.chance.pick(&["=", "<>", "<", "<=", ">", ">="]);
                format!("(({}) {comparison} ({}))", self.expression(ty, depth), self.expression(ty, depth))
            }
        }
    }
}
