//! The nodes of one row that decide which of their arguments are asked for.

use super::order::{holds, order};
use super::single::{Single, null};
use crate::arrow::array::{Array, ArrayRef};
use crate::transform::plan::{Branch, Comparison, Expr, Test};
use crate::types::Type;

impl Single<'_> {
    pub fn compare(&mut self, comparison: Comparison, left: &ArrayRef, right: &Expr) -> Option<bool> {
        let right = self.value(right);
        order(left, &right).map(|order| holds(comparison, order))
    }

    pub fn distinct(&mut self, left: &Expr, right: &Expr) -> bool {
        let (left, right) = (self.value(left), self.value(right));
        match order(&left, &right) {
            Some(order) => order.is_ne(),
            None => left.is_null(0) != right.is_null(0),
        }
    }

    pub fn test(&mut self, test: Test, value: &Expr) -> bool {
        match test {
            Test::Null => self.value(value).is_null(0),
            Test::True => self.truth(value) == Some(true),
            Test::False => self.truth(value) == Some(false),
        }
    }

    pub fn decide(&mut self, terms: &[Expr], decisive: bool) -> Option<bool> {
        let mut answer = Some(!decisive);
        for term in terms {
            match self.truth(term) {
                Some(truth) if truth == decisive => return Some(decisive),
                Some(_) => {}
                None => answer = None,
            }
        }
        answer
    }

    pub fn between(&mut self, value: &Expr, low: &Expr, high: &Expr) -> Option<bool> {
        let value = self.value(value);
        match self.compare(Comparison::GtEq, &value, low) {
            Some(false) => Some(false),
            first => match (first, self.compare(Comparison::LtEq, &value, high)) {
                (_, Some(false)) => Some(false),
                (Some(true), second) => second,
                _ => None,
            },
        }
    }

    pub fn is_in(&mut self, value: &Expr, list: &[Expr]) -> Option<bool> {
        let value = self.value(value);
        let mut answer = Some(false);
        for item in list {
            match self.compare(Comparison::Eq, &value, item) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
        }
        answer
    }

    pub fn case(&mut self, operand: Option<&Expr>, branches: &[Branch], otherwise: Option<&Expr>) -> Option<ArrayRef> {
        let operand = operand.map(|operand| self.value(operand));
        for Branch { condition, result } in branches {
            let chosen = match &operand {
                Some(operand) => self.compare(Comparison::Eq, operand, condition),
                None => self.truth(condition),
            };
            if chosen == Some(true) {
                return Some(self.value(result));
            }
        }
        otherwise.map(|otherwise| self.value(otherwise))
    }

    pub fn coalesce(&mut self, values: &[Expr], ty: Type) -> ArrayRef {
        values.iter().map(|value| self.value(value)).find(|array| array.is_valid(0)).unwrap_or_else(|| null(ty))
    }

    pub fn null_if(&mut self, value: &Expr, unless: &Expr) -> ArrayRef {
        let array = self.value(value);
        match array.is_valid(0) && self.compare(Comparison::Eq, &array, unless) == Some(true) {
            true => null(value.ty),
            false => array,
        }
    }

    pub fn extreme(&mut self, comparison: Comparison, first: &Expr, others: &[Expr]) -> ArrayRef {
        let mut best = self.value(first);
        for other in others {
            let other = self.value(other);
            let wins = order(&other, &best).is_some_and(|order| holds(comparison, order));
            if wins || best.is_null(0) {
                best = other;
            }
        }
        best
    }

    pub fn extreme_text(&mut self, comparison: Comparison, values: &[Expr], texts: &[Expr]) -> ArrayRef {
        let values: Vec<ArrayRef> = values.iter().map(|value| self.value(value)).collect();
        let mut best = 0;
        for place in 1..values.len() {
            let wins = order(&values[place], &values[best]).is_some_and(|order| holds(comparison, order));
            if wins || (values[best].is_null(0) && values[place].is_valid(0)) {
                best = place;
            }
        }
        self.value(&texts[best])
    }
}
