//! The writing half: each flush is a transaction of its own, and nothing is open between them. A flush is kept until its
//! COMMIT is confirmed, so it can be sent again to a server that went away.

use anyhow::Result;

use super::fault::Fault;
use super::kept::Kept;
use super::loader::Loader;
use super::opening::BEGIN;
use super::progress::Progress;
use super::prologue::Around;
use super::session::Session;
use super::shape::{compare, holds_rows, locked};
use super::state::State;
use super::transaction::{Check, Worked};
use super::trial::of_the_job;
use crate::batch::{Place, Reject};
use crate::job::Figure;
use crate::load::{Account, Part, Sink, Tried};

pub struct Target {
    pub session: Session,
    pub loader: Loader,
    pub around: Around,
    pub check: Check,
    /// None where the table for it could not be made.
    pub state: Option<State>,
    pub kept: Kept,
    pub progress: Progress,
}

impl Sink for Target {
    fn write(&mut self, flush: &[Part], _: Option<&Place>) -> Result<Vec<Reject>> {
        if flush.is_empty() {
            return Ok(Vec::new());
        }
        let rejects = self.write_with_kept(flush)?;
        self.progress.bytes += flush.iter().filter_map(Part::text).map(|bytes| bytes.len() as u64).sum::<u64>();
        Ok(rejects)
    }

    fn kept(&self) -> usize {
        self.kept.rows().len()
    }

    fn kept_bytes(&self) -> usize {
        self.kept.bytes()
    }

    fn settle(&mut self) -> Result<Option<Vec<Reject>>> {
        /// What the budget for rejects judges at once.
        const MANY: usize = 500;
        if self.kept.rows().is_empty() {
            return Ok(None);
        }
        if !std::mem::replace(&mut self.kept.is_over, true) {
            return self.write_with_kept(&[]).map(Some);
        }
        let last: Vec<Part> = self.kept.rows().iter().take(MANY).cloned().collect();
        let taken = self.load(|connection, loader| {
            let taken = loader.load_last(connection, &last)?;
            Ok(Worked { keeps: taken.loaded > 0, done: taken })
        })?;
        self.progress.left_out += taken.left_out;
        self.kept.forget(last.len());
        Ok(Some(taken.rejects))
    }

    fn prepare(&mut self, account: &Account) -> Result<()> {
        self.progress.only_rejects = account.figure(Figure::Loaded) == 0 && account.figure(Figure::Rejected) > 0;
        Ok(())
    }

    fn publish(&mut self) -> Result<()> {
        if !self.progress.only_rejects {
            self.put_in_place()?;
        }
        self.progress.published = true;
        Ok(())
    }

    fn conclude(&mut self) -> Result<()> {
        let what = format!("table {} is loaded and stays so, but after_load failed", self.loader.table.table);
        let after = std::mem::take(&mut self.around.after);
        after.iter().try_for_each(|sql| self.once(sql, &what)).map_err(of_the_job)
    }

    fn remark(&self) -> Option<String> {
        let Progress { left_out, .. } = self.progress;
        let table = &self.loader.table.table;
        (left_out > 0).then(|| {
            format!("a trigger of table {table} has put {left_out} rows elsewhere or left them out; they are counted as loaded")
        })
    }

    fn emptied(&self) -> bool {
        self.progress.emptied
    }

    fn bytes_written(&self) -> u64 {
        self.progress.bytes
    }

    fn tried(&self) -> Tried {
        self.session.server.tried()
    }

    fn commits(&self) -> bool {
        self.around.cleanup.is_none()
    }
}

impl Target {
    /// Loads a flush, and what is kept from earlier ones along with it.
    fn write_with_kept(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        let kept = self.kept.rows().to_vec();
        let taken = self.load(|connection, loader| {
            let taken = loader.load(connection, &kept, flush)?;
            // What the load begins with waits for the first row.
            Ok(Worked { keeps: taken.loaded > 0, done: taken })
        })?;
        self.progress.left_out += taken.left_out;
        self.kept.replace(taken.kept, &self.loader.table.table)?;
        Ok(taken.rejects)
    }

    /// What is to be done at the end, and before it what no row has brought about.
    fn put_in_place(&mut self) -> Result<()> {
        if !self.progress.begun {
            self.progress.is_over = true;
            let holds = self
                .load(|connection, loader| Ok(Worked { done: holds_rows(connection, &loader.table)?, keeps: true }))?;
            self.progress.emptied = self.progress.held && (self.around.empties || !holds);
        }
        let publish = std::mem::take(&mut self.around.publish);
        if publish.is_empty() {
            return Ok(());
        }
        let what = format!("cannot publish table {}", self.loader.table.table);
        let Check { columns, shape } = &self.check;
        let (columns, shape) = (columns.clone(), shape.clone().filter(|_| self.around.empties));
        self.transaction(&what, |connection, loader| {
            connection.run(BEGIN)?;
            if let Some(shape) = &shape {
                compare(&loader.table.table, shape, &locked(connection, "", &loader.table, &columns)?)?;
            }
            publish.iter().try_for_each(|sql| connection.run(sql).map(drop))?;
            Ok(Worked { done: (), keeps: true })
        })?;
        Ok(())
    }

    /// Takes back what is half done: no staging table, no note of a run that is over.
    fn tidy(&mut self) -> Result<(), Fault> {
        let cleanup = self.around.cleanup.iter().filter(|_| !self.progress.published).cloned();
        let traces: Vec<String> = cleanup.chain(self.state.iter().map(State::forget)).collect();
        let connection = self.session.connection()?;
        connection.take_back();
        connection.run("rollback")?;
        traces.iter().try_for_each(|sql| connection.run(sql).map(drop))
    }
}

impl Drop for Target {
    /// Leaves no trace behind, where the server can still be reached. That its connection is lost may show only now.
    fn drop(&mut self) {
        if self.session.last_connection().is_some() && self.tidy().is_err() {
            self.session.lose();
            let _gone = self.tidy().is_err();
        }
    }
}
