//! From the command line as typed to a job.

use std::path::Path;

use anyhow::Result;
use toml::Value;

use crate::cli::{Output, RunArguments, ValidateArguments};
use crate::exit::{ExitCode, fatal};
use crate::job::{Changes, Job, Setting, foreign};

impl RunArguments {
    /// Reads the job file or builds the job of SOURCE and TARGET, and checks it.
    pub fn job(&self) -> Result<Job> {
        let is_job_file = Path::new(&self.source).extension().is_some_and(|extension| extension == "toml");
        // What is no file may hold a password.
        let shown = foreign(&self.source).map_or_else(|| self.source.clone(), |foreign| foreign.to_string());
        match (&self.target, is_job_file) {
            (None, true) => Job::load(Path::new(&self.source), self.changes()),
            (Some(target), false) => Job::from_arguments(&self.source, target, self.changes()),
            (None, false) => Err(usage(format!(
                "{shown} is no job file, whose name ends in .toml; to read it, name a target too: gristmill run SOURCE TARGET"
            ))),
            (Some(_), true) => Err(usage(format!(
                "{shown} is a job file and has its target inside; to change that, use --set load.to=TARGET"
            ))),
        }
    }

    pub fn output(&self) -> Output {
        let output = &self.output;
        Output {
            quiet: output.quiet,
            verbose: output.verbose,
            progress: output.progress,
            summary: output.summary.clone(),
        }
    }

    fn changes(&self) -> Changes {
        let mut settings = self.flags();
        settings.extend(self.columns());
        settings.extend(self.limits.set.iter().cloned());
        Changes {
            settings,
            filter: self.query.filter.clone(),
            select: self.query.select.clone(),
            sql: self.query.sql.clone(),
            limit: self.query.limit,
            all_text: self.input.all_text,
            dry_run: self.load.dry_run,
        }
    }

    /// The flags that stand for a key of the job file.
    fn flags(&self) -> Vec<Setting> {
        let RunArguments { input, load, limits, .. } = self;
        let flags = [
            ("--from-format", "extract.format", text(&input.from_format)),
            ("--delimiter", "extract.delimiter", text(&input.delimiter)),
            ("--no-header", "extract.header", input.no_header.then_some(Value::Boolean(false))),
            ("--to-format", "load.format", text(&load.to_format)),
            ("--union-by-name", "extract.union_by_name", input.union_by_name.then_some(Value::Boolean(true))),
            ("--mode", "load.mode", text(&load.mode)),
            ("--key", "load.key", load.key.as_ref().map(|names| Value::from(names.0.clone()))),
            ("--batch-count", "load.batch.count", load.batch_count.map(|count| number(count.get() as u64))),
            ("--batch-bytes", "load.batch.byte_size", text(&load.batch_bytes)),
            ("--batch-period", "load.batch.period", text(&load.batch_period)),
            ("--on-error", "errors.on_error", text(&limits.on_error)),
            ("--max-errors", "errors.max_errors", limits.max_errors.map(number)),
            ("--rejects", "errors.rejects", text(&limits.rejects)),
            ("--threads", "run.threads", limits.threads.map(|count| number(count.into()))),
            ("--memory-limit", "run.memory_limit", text(&limits.memory_limit)),
        ];
        let given = flags.into_iter().filter_map(|(flag, key, value)| Some(Setting::flag(flag, key, value?)));
        given.collect()
    }

    fn columns(&self) -> impl Iterator<Item = Setting> {
        let columns = self.input.columns.iter().flat_map(|columns| &columns.0);
        columns.map(|(name, ty)| Setting::column("--columns", name, *ty))
    }
}

impl ValidateArguments {
    /// Reads and checks the job file.
    pub fn job(&self) -> Result<Job> {
        Job::load(&self.job, Changes { settings: self.set.clone(), ..Changes::default() })
    }
}

fn text(flag: &Option<String>) -> Option<Value> {
    flag.clone().map(Value::String)
}

/// TOML's numbers end at 2^63 - 1, and no count gets there.
fn number(count: u64) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn usage(message: String) -> anyhow::Error {
    fatal(ExitCode::Usage, message)
}
