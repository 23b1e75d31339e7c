//! Samples of the files, which keys are found in and types are guessed from.

use anyhow::Result;

use super::Head;
use crate::batch::Chunk;
use crate::extract::input::Input;
use crate::extract::open::OpenInput;
use crate::extract::sample::{Enough, SAMPLE_BYTES, gather};
use crate::stop::Stop;

impl Head {
    /// Hands over the first records of files, enough to guess types from: of the first file, where they stay to be read, and
    /// of those later ones that are `wanted` by their place in the list of inputs. `wait`: a pipe is given time, once, to
    /// bring them.
    pub fn samples(
        &mut self,
        wait: bool,
        wanted: impl Fn(usize) -> bool,
        stop: &Stop,
        mut take: impl FnMut(&Chunk) -> Result<()>,
    ) -> Result<()> {
        if let Some(sample) = self.first_sample(wait, stop)? {
            take(&sample)?;
        }
        for input in self.rest.iter().filter(|input| wanted(input.file.index)) {
            let Some(sample) = self.later_sample(input.clone(), stop)? else { break };
            take(&sample)?;
        }
        Ok(())
    }

    fn first_sample(&mut self, wait: bool, stop: &Stop) -> Result<Option<Chunk>> {
        let Some(mut first) = self.first.take() else { return Ok(None) };
        let waits = wait && !self.waited;
        let why = if waits || !first.is_slow() { gather(&mut first, &mut self.enough(), stop)? } else { None };
        if let Some(why) = why {
            let (path, bytes) = (&first.file().name, first.buffered());
            self.warnings.push(format!("{path} {why}, so types were guessed from its first {bytes} bytes"));
        }
        let sample = first.peek(self.cutter(&first, SAMPLE_BYTES));
        (self.first, self.waited) = (Some(first), self.waited || wait);
        Ok(Some(sample))
    }

    fn later_sample(&self, input: Input, stop: &Stop) -> Result<Option<Chunk>> {
        let Some(mut input) = self.open_next(input, stop)? else { return Ok(None) };
        gather(&mut input, &mut self.enough(), stop)?;
        Ok(Some(input.peek(self.cutter(&input, SAMPLE_BYTES))))
    }

    /// Why the first file cannot be read to its end, as far as it has been read.
    pub fn broken(&mut self) -> Option<anyhow::Error> {
        self.first.as_mut().and_then(OpenInput::broken)
    }

    fn enough(&self) -> Enough<'_> {
        Enough::new(&self.settings, &[self.settings.dialect])
    }
}
