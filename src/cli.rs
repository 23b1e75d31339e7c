//! The command line as typed. The doc comments are the help text; `arguments` makes a job of it.

mod arguments;
mod help;
mod refusal;
#[cfg(test)]
mod tests;

pub use help::help;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::job::{Setting, columns, units};
use crate::types::Type;

/// Batch ETL for large CSV files: extract from files, transform with SQL, load into files and databases
#[derive(Debug, Parser)]
#[command(name = "gristmill", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a job file, or read SOURCE and write TARGET
    #[command(override_usage = "gristmill run [OPTIONS] JOB.toml\n       gristmill run [OPTIONS] SOURCE TARGET")]
    Run(Box<RunArguments>),
    /// Check a job as a run would at its start, and write nothing
    Validate(ValidateArguments),
    /// Print the SQL reference: every operator and function
    Functions,
    /// Print the help of a command, or of a topic: keys (of a job file)
    Help {
        #[arg(value_name = "COMMAND|TOPIC")]
        topic: Option<String>,
    },
}

/// What `run` is given.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// A job file, or what to read: a path, a 'glob' or - for standard input
    #[arg(value_name = "JOB.toml|SOURCE")]
    source: String,
    /// Where to write: a path, sqlite:FILE?table=NAME, postgresql://…/DB?table=NAME, - for standard output, or null: to count only
    target: Option<String>,
    #[command(flatten)]
    query: QueryArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    load: LoadArguments,
    #[command(flatten)]
    limits: LimitArguments,
    #[command(flatten)]
    output: OutputArguments,
}

/// What `validate` is given.
#[derive(Debug, Args)]
pub struct ValidateArguments {
    /// The job file
    #[arg(value_name = "JOB.toml")]
    pub job: PathBuf,
    /// Change a key of the job, as in --set load.to=out.csv
    #[arg(long, value_name = "KEY=VALUE", value_parser = Setting::parse)]
    set: Vec<Setting>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Query")]
struct QueryArguments {
    /// Keep the rows where this SQL condition is true
    #[arg(long = "where", value_name = "CONDITION", allow_hyphen_values = true, conflicts_with = "sql")]
    filter: Option<String>,
    /// Write these columns: SQL expressions, separated by commas
    #[arg(long, value_name = "LIST", allow_hyphen_values = true, conflicts_with = "sql")]
    select: Option<String>,
    /// Run a whole query: select … from input …
    #[arg(long, value_name = "QUERY")]
    sql: Option<String>,
    /// Stop after this many output rows
    #[arg(long, value_name = "ROWS")]
    limit: Option<u64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
struct InputArguments {
    /// Declare columns, as in 'id:bigint,amount:decimal(12,2),"Unit Price":text'; the others are guessed
    #[arg(long, value_name = "NAME:TYPE,…", value_parser = Columns::parse)]
    columns: Option<Columns>,
    /// Take columns that are not declared as text, and guess nothing
    #[arg(long)]
    all_text: bool,
    /// What separates the fields: one character or several, or tab
    #[arg(long, value_name = "CHARACTER", allow_hyphen_values = true, value_parser = delimiter)]
    delimiter: Option<String>,
    /// The first record is data; columns are column_1, column_2, … or the declared names
    #[arg(long)]
    no_header: bool,
    /// Format of the input, whatever its name says: csv, jsonl, text (with --set extract.pattern=…), lines or parquet
    #[arg(long, value_name = "FORMAT")]
    from_format: Option<String>,
    /// Match the columns of several files by name; one that a file lacks is NULL there
    #[arg(long)]
    union_by_name: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Load")]
struct LoadArguments {
    /// What becomes of rows already there; replace for files and append for databases if left out
    #[arg(long, value_parser = ["append", "truncate", "replace", "upsert"])]
    mode: Option<String>,
    /// The columns that tell rows apart, for upsert, as in id,region; a name with a comma stands in double quotes
    #[arg(long, value_name = "NAME,…", value_parser = Names::parse)]
    key: Option<Names>,
    /// Format of the output, whatever its name says
    #[arg(long, value_name = "FORMAT", value_parser = ["csv", "jsonl", "parquet"])]
    to_format: Option<String>,
    /// Write at least every ROWS rows; 20000 for PostgreSQL and 100000 for SQLite if left out
    #[arg(long, value_name = "ROWS")]
    batch_count: Option<NonZeroUsize>,
    /// Write at least every SIZE of encoded rows; 16MiB for databases, 1MiB for files if left out
    #[arg(long, value_name = "SIZE", value_parser = size)]
    batch_bytes: Option<String>,
    /// Write rows at the latest after this time, as in 500ms; 1s if left out
    #[arg(long, value_name = "TIME", value_parser = period)]
    batch_period: Option<String>,
    /// Read and evaluate everything, write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Errors and limits")]
struct LimitArguments {
    /// What a bad row does: go to the rejects file, or stop the run
    #[arg(long, value_parser = ["reject", "stop"])]
    on_error: Option<String>,
    /// Stop after more rejects than this; 1000 if left out
    #[arg(long, value_name = "ROWS")]
    max_errors: Option<u64>,
    /// The rejects file; NAME.rejects.csv if left out, NAME being the job's or the target's, none for null:
    #[arg(long, value_name = "FILE.csv")]
    rejects: Option<String>,
    /// Threads to mill with; 0 for every core
    #[arg(long, value_name = "COUNT")]
    threads: Option<u32>,
    /// Memory for chunks in flight; 256MiB if left out
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory_limit: Option<String>,
    /// Change any key of the job, as in --set extract.null='["", "NA"]'
    #[arg(long, value_name = "KEY=VALUE", value_parser = Setting::parse)]
    set: Vec<Setting>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
struct OutputArguments {
    /// Write the summary as JSON too
    #[arg(long, value_name = "FILE.json")]
    summary: Option<PathBuf>,
    /// Show progress: a line that is redrawn, or in a log one every 5 seconds; auto is on a terminal only
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Progress::Auto)]
    progress: Progress,
    /// Print errors only, and one line where rows were rejected
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Print all that the run knows
    #[arg(short, long, action = ArgAction::SetTrue)]
    verbose: bool,
}

/// When the progress line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Progress {
    Auto,
    Always,
    Never,
}

/// What a run prints, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    pub quiet: bool,
    pub verbose: bool,
    pub progress: Progress,
    /// The file for the summary as JSON.
    pub summary: Option<PathBuf>,
}

/// `--columns`; a type of its own, because clap takes a list for a repeated flag.
#[derive(Clone, Debug)]
struct Columns(Vec<(String, Type)>);

impl Columns {
    fn parse(text: &str) -> Result<Columns, String> {
        columns::parse(text).map(Columns)
    }
}

/// `--key`.
#[derive(Clone, Debug)]
struct Names(Vec<String>);

impl Names {
    fn parse(text: &str) -> Result<Names, String> {
        columns::names(text).map(Names)
    }
}

fn delimiter(text: &str) -> Result<String, String> {
    crate::job::delimiter(text).map(|_| text.to_owned())
}

fn size(text: &str) -> Result<String, String> {
    units::size(text).map(|_| text.to_owned())
}

fn period(text: &str) -> Result<String, String> {
    units::period(text).map(|_| text.to_owned())
}
