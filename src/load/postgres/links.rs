//! Rows that refer to each other: which of them can be loaded now, and in what order. It is the order in which rows that come
//! one by one could be, so that it does not matter how many come at once.

use std::collections::{BTreeSet, HashMap};

/// How the rows of a flush refer to each other by one key.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// Of each row, whether it needs no other row of the flush.
    pub is_met: Vec<bool>,
    /// Of each row, those of the flush that it may refer to.
    pub parents: Vec<Vec<usize>>,
}

impl Links {
    /// Each row behind the one before it of those that are alike; `alike` names the first of them.
    pub fn in_turn(alike: &[usize], alive: &[bool]) -> Links {
        let mut links = Links::new(alike.len());
        let mut last = HashMap::new();
        for (row, first) in alike.iter().enumerate().filter(|(row, _)| alive.get(*row) == Some(&true)) {
            if let (Some(before), Some(parents)) = (last.insert(first, row), links.parents.get_mut(row)) {
                parents.push(before);
                links.is_met.iter_mut().skip(row).take(1).for_each(|met| *met = false);
            }
        }
        links
    }

    pub fn new(rows: usize) -> Links {
        Links { is_met: vec![true; rows], parents: vec![Vec::new(); rows] }
    }

    fn children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![Vec::new(); self.parents.len()];
        for (child, parents) in self.parents.iter().enumerate().filter(|(child, _)| !self.is_met(*child)) {
            parents.iter().for_each(|parent| children.get_mut(*parent).unwrap_or(&mut Vec::new()).push(child));
        }
        children
    }

    fn is_met(&self, row: usize) -> bool {
        self.is_met.get(row).copied().unwrap_or(true)
    }

    fn parents(&self, row: usize) -> &[usize] {
        self.parents.get(row).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Which rows can be loaded along with the others that can: all that they refer to are there, or among these.
pub struct Living {
    alive: Vec<bool>,
    /// For each key, those that refer to a row and need it.
    children: Vec<Vec<Vec<usize>>>,
    /// For each key, how many rows are left that a row may refer to.
    left: Vec<Vec<usize>>,
}

impl Living {
    pub fn new(rows: usize, links: &[Links]) -> Living {
        let children = links.iter().map(Links::children).collect();
        let left = links.iter().map(|links| links.parents.iter().map(Vec::len).collect()).collect();
        let mut living = Living { alive: vec![true; rows], children, left };
        let lacks = |row: &usize| links.iter().any(|links| !links.is_met(*row) && links.parents(*row).is_empty());
        living.take_out((0..rows).filter(lacks).collect());
        living
    }

    pub fn alive(&self) -> &[bool] {
        &self.alive
    }

    /// Takes these out, and what cannot be loaded without them: the latter.
    pub fn take_out(&mut self, mut gone: Vec<usize>) -> Vec<usize> {
        let mut with_them = Vec::new();
        gone.iter().for_each(|row| self.alive.iter_mut().skip(*row).take(1).for_each(|alive| *alive = false));
        while let Some(row) = gone.pop() {
            for (left, children) in self.left.iter_mut().zip(&self.children) {
                for child in children.get(row).map(Vec::as_slice).unwrap_or_default() {
                    let (Some(left), Some(alive)) = (left.get_mut(*child), self.alive.get_mut(*child)) else {
                        continue;
                    };
                    *left = left.saturating_sub(1);
                    if *left == 0 && std::mem::replace(alive, false) {
                        gone.push(*child);
                        with_them.push(*child);
                    }
                }
            }
        }
        with_them
    }
}

/// The rows that can be loaded, with the place of the row that each has to wait for and in the order of these, each behind what
/// it refers to and else in the order in which they came; those that wait for each other in a ring, and what depends on these,
/// are the last of their time.
pub fn ordered(alive: &[bool], links: &[Links]) -> Vec<(usize, usize)> {
    let times = times(alive, links);
    let mut rows: Vec<(usize, usize)> = times.iter().zip(0..).filter_map(|(time, row)| Some(((*time)?, row))).collect();
    rows.sort_unstable();
    let mut placing = Placing::new(links);
    for same in rows.chunk_by(|(one, _), (other, _)| one == other) {
        placing.place(same);
    }
    placing.order
}

/// When each row can be loaded, had they come one by one: the row without which it is among those that cannot be.
fn times(alive: &[bool], links: &[Links]) -> Vec<Option<usize>> {
    let mut living = Living::new(alive.len(), links);
    let mut times = vec![None; alive.len()];
    for last in (0..alive.len()).rev().filter(|row| alive.get(*row) == Some(&true)) {
        let is_gone = living.alive.get(last) != Some(&true);
        let gone = if is_gone { Vec::new() } else { living.take_out(vec![last]) };
        let itself = (!is_gone).then_some(last);
        gone.into_iter()
            .chain(itself)
            .for_each(|row| times.iter_mut().skip(row).take(1).for_each(|time| *time = Some(last)));
    }
    times
}

/// Rows in order, as far as it is known.
struct Placing {
    order: Vec<(usize, usize)>,
    children: Vec<Vec<Vec<usize>>>,
    met: Vec<Vec<bool>>,
}

impl Placing {
    fn new(links: &[Links]) -> Placing {
        let children = links.iter().map(Links::children).collect();
        Placing { order: Vec::new(), children, met: links.iter().map(|links| links.is_met.clone()).collect() }
    }

    /// Rows of one time.
    fn place(&mut self, rows: &[(usize, usize)]) {
        let mut left: BTreeSet<usize> = rows.iter().map(|(_, row)| *row).collect();
        let mut ready: BTreeSet<usize> = left.iter().copied().filter(|row| self.is_ready(*row)).collect();
        let time = rows.first().map_or(0, |(time, _)| *time);
        while let Some(row) = ready.pop_first() {
            left.remove(&row);
            ready.extend(self.put(time, row).into_iter().filter(|child| left.contains(child)));
        }
        for row in left {
            self.put(time, row);
        }
    }

    fn is_ready(&self, row: usize) -> bool {
        self.met.iter().all(|met| met.get(row).copied().unwrap_or(true))
    }

    /// The rows that need no other by now.
    fn put(&mut self, time: usize, row: usize) -> Vec<usize> {
        self.order.push((time, row));
        let mut ready = Vec::new();
        for (key, children) in self.children.iter().enumerate() {
            for child in children.get(row).into_iter().flatten().copied() {
                let met = self.met.get_mut(key).and_then(|met| met.get_mut(child));
                let was_met = met.is_none_or(|met| std::mem::replace(met, true));
                if !was_met && self.is_ready(child) {
                    ready.push(child);
                }
            }
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(parents: &[&[usize]]) -> Links {
        let is_met = parents.iter().map(|parents| parents.is_empty()).collect();
        Links { is_met, parents: parents.iter().map(|parents| parents.to_vec()).collect() }
    }

    fn rows(alive: &[bool], links: &[Links]) -> Vec<usize> {
        ordered(alive, links).into_iter().map(|(_, row)| row).collect()
    }

    fn order(parents: &[&[usize]], dangling: &[usize]) -> Vec<usize> {
        let mut links = links(parents);
        dangling.iter().for_each(|row| links.is_met[*row] = false);
        rows(Living::new(parents.len(), std::slice::from_ref(&links)).alive(), &[links])
    }

    #[test]
    fn parents_come_first_and_what_dangles_does_not() {
        // 4→3, 3→2, 2→1, 1, 9→99 of the issue.
        assert_eq!(order(&[&[1], &[2], &[3], &[], &[]], &[4]), [3, 2, 1, 0]);
        // A chain that dangles goes as a whole, a row with another chance does not.
        assert_eq!(order(&[&[1], &[], &[1, 3], &[]], &[1]), [3, 2]);
        // A ring loads, and what hangs on it.
        assert_eq!(order(&[&[2], &[0], &[0], &[]], &[]), [0, 1, 2, 3]);
        // A ring is there as soon as all of it has come.
        assert_eq!(order(&[&[1], &[0, 2], &[]], &[]), [0, 1, 2]);
        // As if they came one by one: row 1 is there before row 0 can be.
        assert_eq!(order(&[&[2], &[], &[]], &[]), [1, 2, 0]);
    }

    #[test]
    fn every_key_must_be_met() {
        let (one, other) = (links(&[&[1], &[], &[]]), links(&[&[2], &[], &[]]));
        let both = [one.clone(), other.clone()];
        assert_eq!(rows(Living::new(3, &both).alive(), &both), [1, 2, 0]);
        let mut lacking = other;
        lacking.is_met[2] = false;
        assert_eq!(Living::new(3, &[one, lacking]).alive(), [false, true, false]);
    }
    #[test]
    fn what_is_taken_out_takes_along_what_hangs_on_it() {
        let mut living = Living::new(5, &[links(&[&[1, 4], &[2], &[], &[0], &[]])]);
        assert_eq!(living.take_out(vec![2]), [1]);
        // Row 0 had another chance.
        assert_eq!(living.take_out(vec![4]), [0, 3]);
        assert_eq!(living.alive(), [false; 5]);
    }
}
