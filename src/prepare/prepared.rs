//! What second zero comes to: the parts of a run, and what there is to say of it.

use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::Result;

use crate::batch::Place;
use crate::extract::{self, Head, Origin};
use crate::job::{Job, Lookup};
use crate::metrics::Metrics;
use crate::pipeline::{Asked, Destination, Line, Mill, earliest, explained};
use crate::rejects::{Inputs, Rejects};
use crate::stop::Stop;

use super::notes::Notes;

/// A job whose input, query and target fit together.
pub struct Prepared {
    pub(crate) head: Head,
    pub(crate) mill: Mill,
    /// In job order.
    pub(crate) sinks: Vec<Destination>,
    pub(crate) threads: NonZeroUsize,
    pub(crate) chunk_size: NonZeroUsize,
    pub(crate) memory_limit: usize,
    /// Columns of the input.
    pub(crate) columns: usize,
    pub notes: Notes,
}

impl Prepared {
    /// Bytes of all inputs together, where they are known.
    pub fn size(&self) -> Option<u64> {
        self.head.size
    }

    /// The parts of the run, ready to be joined.
    pub fn line<'a>(self, metrics: &'a Metrics, stop: &'a Stop) -> Line<'a> {
        let (mill, skips_repeats) = (self.mill, self.head.settings.skips_repeated_header);
        let gatherers: Vec<_> = mill.query.steps.iter().map(|step| step.gather.clone()).collect();
        // What is gathered is known at the end only, and then is all there is.
        let tells = gatherers.is_empty();
        let begin = earliest(&self.sinks).filter(|_| tells).map(Place::at_begin);
        let source = extract::source(self.head, begin.map(|begin| begin.begin), self.chunk_size.get(), metrics, stop);
        Line {
            begin: begin.or_else(|| source.begin().filter(|_| tells).map(Place::first)),
            source,
            limit: mill.query.limit,
            gatherers,
            forms: mill.forms.len(),
            asked: Asked {
                partners: mill.query.joins().filter_map(|join| join.partners.clone()).collect(),
                repeats: mill.repeats(),
                skips_repeats,
                encoders: mill.forms.iter().map(|form| Arc::clone(&form.encoder)).collect(),
            },
            job: Arc::new(move |work| mill.mill(work)),
            sinks: self.sinks,
            threads: self.threads,
            memory_limit: self.memory_limit,
        }
    }

    /// Where the run's rejects go, which know its inputs.
    pub fn rejects(&self, job: &Job, stop: &Stop) -> Result<Rejects> {
        let inputs = self.head.inputs.iter().filter_map(|input| input.origin.file());
        let lookups = job.lookups.iter().filter_map(Lookup::place);
        let lookups = lookups.filter_map(|(path, _)| Origin::File(path.to_owned()).file());
        let inputs = Inputs::of(inputs.chain(lookups));
        let rejects = Rejects::create(&job.errors, inputs, job.run.dry_run, &stop.flag());
        rejects.map_err(|error| explained(error, stop))
    }
}
