//! What a round tries: the rows that can be loaded, in the order in which they could have been had they come one by one.

use std::collections::HashMap;

use super::links::{Links, Living, ordered};
use super::sift::Sifted;

pub struct Agenda {
    /// The place that each waits for, and the row.
    pub order: Vec<(usize, usize)>,
    /// What the server refuses for a key into the table is not what we expect: it stays for later.
    pub is_blind: bool,
    /// Of each in the order, its number among the rows that were looked at; and the other way round.
    numbers: Vec<usize>,
    places: HashMap<usize, usize>,
    living: Living,
    /// Of each of these rows, whether the next one of its key waits for its turn.
    has_next: Vec<bool>,
}

impl Agenda {
    /// Where nothing is known of them.
    pub fn blind(waiting: &[usize]) -> Agenda {
        let order = waiting.iter().map(|row| (*row, *row)).collect();
        let living = Living::new(0, &[]);
        Agenda { order, is_blind: true, numbers: Vec::new(), places: HashMap::new(), living, has_next: Vec::new() }
    }

    pub fn new(waiting: &[usize], sifted: Sifted, is_blind: bool) -> Agenda {
        let living = Living::new(waiting.len(), &sifted.links);
        let turns = Links::in_turn(&sifted.alike, living.alive());
        let mut has_next = vec![false; waiting.len()];
        turns
            .parents
            .iter()
            .flatten()
            .for_each(|row| has_next.iter_mut().skip(*row).take(1).for_each(|has| *has = true));
        let mut all = sifted.links;
        all.push(turns);
        let placed = ordered(living.alive(), &all);
        let real = |number: usize| waiting.get(number).copied().unwrap_or(usize::MAX);
        let order = placed.iter().map(|(time, row)| (real(*time), real(*row))).collect();
        let numbers: Vec<usize> = placed.into_iter().map(|(_, row)| row).collect();
        let places = numbers.iter().enumerate().map(|(place, number)| (*number, place)).collect();
        Agenda { order, is_blind, numbers, places, living, has_next }
    }

    /// The one at this place is refused: the places of those that cannot be loaded without it. Nothing where the turn of
    /// others depends on these, so that all is to be looked at again.
    pub fn without(&mut self, place: usize) -> Option<Vec<usize>> {
        let refused = self.numbers.get(place).copied().into_iter().collect();
        let gone = self.living.take_out(refused);
        if gone.iter().any(|row| self.has_next.get(*row) == Some(&true)) {
            return None;
        }
        Some(gone.iter().filter_map(|row| self.places.get(row).copied()).collect())
    }
}
