//! Rows into a table with keys into itself: a row that leads to one which is not there yet is kept for later, and the others
//! go in the order in which they could have gone had they come one by one.

use std::collections::HashMap;
use std::sync::Arc;

use super::agenda::Agenda;
use super::connection::Connection;
use super::fault::Fault;
use super::libpq::Complaint;
use super::loader::{Loader, Taken, complaint_of, origin};
use super::own_keys::{OwnKey, is_of, own_keys};
use super::search::Search;
use crate::batch::{Encoded, Payload};
use crate::load::Part;

/// What has become of a row.
enum Fate {
    /// Nothing yet.
    Waits,
    Loaded,
    /// A later row of its key is loaded.
    Superseded,
    /// `usize`: the place of the row that it had to wait for.
    Refused(usize, Complaint),
}

pub struct Rounds<'a> {
    loader: &'a Loader,
    /// Each by itself, in input order.
    rows: Vec<Part>,
    fates: Vec<Fate>,
    /// Of each row the first one of its key; empty as long as that is not known.
    alike: Vec<usize>,
    left_out: u64,
}

/// How a round ended.
#[derive(PartialEq, Eq)]
enum Round {
    Done,
    /// What is left is to be looked at again.
    BrokenOff,
}

impl<'a> Rounds<'a> {
    pub fn new(loader: &'a Loader, kept: &[Part], flush: &[Part]) -> Rounds<'a> {
        let one = |part: &Part, row| Part { encoded: Arc::clone(&part.encoded), rows: row..row + 1 };
        let parts = kept.iter().chain(flush);
        let rows: Vec<Part> = parts.flat_map(|part| part.rows.clone().map(move |row| one(part, row))).collect();
        let fates = rows.iter().map(|_| Fate::Waits).collect();
        Rounds { loader, rows, fates, alike: Vec::new(), left_out: 0 }
    }

    pub fn run(mut self, connection: &mut Connection) -> Result<Taken, Fault> {
        let keys = own_keys(connection, self.loader.target())?;
        let mut is_blind = false;
        loop {
            let waiting = self.waiting();
            let Some(mut agenda) = self.agenda(connection, &keys, &waiting, is_blind)? else { continue };
            if agenda.order.is_empty() {
                break;
            }
            let round = self.round(connection, &keys, &mut agenda)?;
            self.supersede();
            let has_moved = self.waiting().len() < waiting.len();
            match (round, agenda.is_blind) {
                (Round::Done, false) => break,
                (Round::Done | Round::BrokenOff, true) if !has_moved => break,
                _ => is_blind = !has_moved,
            }
        }
        self.taken()
    }

    fn waiting(&self) -> Vec<usize> {
        let waits = |row: &usize| matches!(self.fates.get(*row), Some(Fate::Waits));
        (0..self.rows.len()).filter(waits).collect()
    }

    fn set(&mut self, row: usize, to: Fate) {
        if let Some(fate) = self.fates.get_mut(row) {
            *fate = to;
        }
    }

    fn parts(&self, rows: impl Iterator<Item = usize>) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for row in rows.filter_map(|row| self.rows.get(row)) {
            match parts.last_mut() {
                Some(last) if Arc::ptr_eq(&last.encoded, &row.encoded) && last.rows.end == row.rows.start => {
                    last.rows.end = row.rows.end;
                }
                _ => parts.push(row.clone()),
            }
        }
        parts
    }

    /// Nothing where rows turn out to be none at all.
    fn agenda(
        &mut self,
        connection: &mut Connection,
        keys: &[OwnKey],
        waiting: &[usize],
        is_blind: bool,
    ) -> Result<Option<Agenda>, Fault> {
        let parts = self.parts(waiting.iter().copied());
        let sifted = match self.loader.sift(connection, keys, &parts, waiting.len()) {
            Err(fault) if fault.blames_rows() => {
                let unreadable = self.loader.unreadable(connection, &parts)?;
                if unreadable.is_empty() {
                    return Err(fault);
                }
                for (row, complaint) in unreadable.into_iter().filter_map(|(at, why)| Some((*waiting.get(at)?, why))) {
                    self.set(row, Fate::Refused(row, complaint));
                }
                return Ok(None);
            }
            sifted => sifted?,
        };
        let Some(sifted) = sifted else { return Ok(Some(Agenda::blind(waiting))) };
        if self.alike.is_empty() && !sifted.alike.is_empty() {
            self.alike = vec![usize::MAX; self.rows.len()];
            for (row, first) in waiting.iter().zip(&sifted.alike) {
                let first = waiting.get(*first).copied().unwrap_or(usize::MAX);
                self.alike.iter_mut().skip(*row).take(1).for_each(|alike| *alike = first);
            }
        }
        Ok(Some(Agenda::new(waiting, sifted, is_blind)))
    }

    fn round(&mut self, connection: &mut Connection, keys: &[OwnKey], agenda: &mut Agenda) -> Result<Round, Fault> {
        let loader = self.loader;
        let parts = self.parts(agenda.order.iter().map(|(_, row)| *row));
        let mut search = Search::new(&parts);
        let mut ended = Round::Done;
        while let Some(rows) = search.next() {
            match loader.attempt(connection, &search.parts(&rows)) {
                Ok(count) => {
                    search.loaded(&rows);
                    self.left_out += (rows.len() as u64).saturating_sub(count);
                    let loaded = agenda.order.get(rows).unwrap_or_default();
                    loaded.iter().for_each(|(_, row)| self.set(*row, Fate::Loaded));
                }
                Err(fault) if fault.blames_rows() => {
                    let complaint = complaint_of(fault);
                    if is_of(keys, &complaint) && !agenda.is_blind {
                        ended = Round::BrokenOff;
                        break;
                    }
                    let refused = search.refused_rows();
                    search.refused(rows, complaint, &loader.relation.table);
                    let is_new = search.refused_rows() > refused && !agenda.is_blind;
                    // What needs it is to be kept.
                    match search.last_refused().filter(|_| is_new).map_or(Some(Vec::new()), |at| agenda.without(at)) {
                        Some(others) => others.into_iter().for_each(|at| search.leave_out(at)),
                        None => {
                            ended = Round::BrokenOff;
                            break;
                        }
                    }
                }
                Err(fault) => return Err(fault),
            }
            if let Some(complaint) = search.blames_statement() {
                return Err(Fault::Refused(Box::new(complaint)));
            }
            connection.heed_stop()?;
        }
        for (at, complaint) in search.into_refused() {
            let Some((time, row)) = agenda.order.get(at).copied() else { continue };
            // An upsert of which nothing is known may not come back over later rows of its key.
            let stays = is_of(keys, &complaint) && (self.loader.merge.is_none() || !self.alike.is_empty());
            if !stays {
                self.set(row, Fate::Refused(time, complaint));
            }
        }
        Ok(ended)
    }

    /// Rows that wait while a later one of their key is loaded would come back over it.
    fn supersede(&mut self) {
        let mut last = HashMap::new();
        for (row, first) in self.alike.iter().enumerate() {
            if matches!(self.fates.get(row), Some(Fate::Loaded)) {
                last.insert(*first, row);
            }
        }
        for row in self.waiting() {
            let later = self.alike.get(row).and_then(|first| last.get(first));
            if later.is_some_and(|later| *later > row) {
                self.set(row, Fate::Superseded);
            }
        }
    }

    fn taken(self) -> Result<Taken, Fault> {
        let mut taken = Taken { left_out: self.left_out, ..Taken::default() };
        let mut refused = Vec::new();
        for (row, (part, fate)) in self.rows.iter().zip(self.fates).enumerate() {
            match fate {
                Fate::Waits => taken.kept.extend(by_itself(part)),
                Fate::Loaded | Fate::Superseded => taken.loaded += 1,
                Fate::Refused(time, complaint) => refused.push((time, row, part, complaint)),
            }
        }
        refused.sort_by_key(|(time, row, ..)| (*time, *row));
        for (_, _, part, complaint) in refused {
            taken.rejects.push(self.loader.reject(origin(std::slice::from_ref(part), 0), complaint)?);
        }
        Ok(taken)
    }
}

/// A row in memory of its own, so that it does not hold those that came with it.
fn by_itself(part: &Part) -> Option<Part> {
    let bytes = part.text()?.to_vec();
    let origins = part.encoded.origins.get(part.rows.clone())?.to_vec();
    let ends = vec![bytes.len() + origins.iter().map(|origin| origin.raw.len()).sum::<usize>()];
    let payload = Payload::Rows { ends: vec![bytes.len()], bytes };
    Some(Part { encoded: Arc::new(Encoded { payload, ends, origins }), rows: 0..1 })
}
