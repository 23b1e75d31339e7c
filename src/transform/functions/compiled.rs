//! Arguments whose texts are compiled before anything can be done with them: a pattern, a template, the name of a unit.

use super::input::{Input, input, optional};
use crate::arrow::array::StringArray;
use crate::transform::function::Arguments;
use crate::transform::memo::Kept;

/// What is compiled of an argument's text in each row, or of the texts of two arguments. What does not compile fails its row.
pub struct Compiled<'a, T: Send + Sync + 'static> {
    texts: Input<'a, StringArray>,
    others: Option<Input<'a, StringArray>>,
    kept: Kept<'a, T>,
    /// Where the one stands that is the same for every row.
    only: Option<usize>,
}

impl<'a, T: Send + Sync + 'static> Compiled<'a, T> {
    /// Of the argument at `place`.
    pub fn of(arguments: &'a Arguments, place: usize) -> Result<Compiled<'a, T>, String> {
        let texts = input::<StringArray>(arguments, place)?;
        Ok(Compiled { texts, others: None, kept: arguments.memo.kept(), only: None })
    }

    /// Of the arguments at `place` and at `other`, where there is one there.
    pub fn of_both(arguments: &'a Arguments, place: usize, other: usize) -> Result<Compiled<'a, T>, String> {
        let others = optional::<StringArray>(arguments, other)?;
        Ok(Compiled { others, ..Compiled::of(arguments, place)? })
    }

    /// Whether there is one for all rows.
    pub fn is_constant(&self) -> bool {
        self.texts.constant && self.others.as_ref().is_none_or(|others| others.constant)
    }

    /// That of a row without NULL; `make` compiles what is not known yet.
    #[inline]
    pub fn at(&mut self, row: usize, make: impl FnOnce(&str, Option<&str>) -> Result<T, String>) -> Result<&T, String> {
        let place = match self.only {
            Some(place) => place,
            None => self.find(row, make),
        };
        self.kept.at(place)
    }

    fn find(&mut self, row: usize, make: impl FnOnce(&str, Option<&str>) -> Result<T, String>) -> usize {
        let (text, other) = (self.texts.at(row), self.others.as_ref().map(|others| others.at(row)));
        let place = self.kept.place((text, other), || make(text, other));
        self.only = self.is_constant().then_some(place);
        place
    }
}
