//! What a function is: one row of the one table, with everything that binding, evaluation and the reference need.

use crate::arrow::array::ArrayRef;

use super::functions::pattern::kept::Shared;
use crate::types::{Session, Type};

/// One row of the function table. Overloads are several rows of one name.
pub struct Function {
    /// As SQL writes it: `upper`, or an operator such as `+`.
    pub name: &'static str,
    /// Other names of the same.
    pub aliases: &'static [&'static str],
    pub group: Group,
    pub parameters: &'static [Parameter],
    /// How many of the last parameters may be left out.
    pub optional: usize,
    /// The last parameter may be repeated.
    pub variadic: bool,
    /// SQL writes it without brackets.
    pub bare: bool,
    /// Type of the result from the (already coerced) argument types; an error is one for the author of the query.
    pub result: fn(&[Type]) -> Result<Type, String>,
    /// A narrower result type where integer arguments are constants, `None` for those that are not. Optional to use:
    /// the kernel fills whichever type it is promised.
    pub refine: Option<Refine>,
    pub nulls: Nulls,
    pub kernel: Kernel,
    /// One line for the reference.
    pub doc: &'static str,
    /// How it differs from PostgreSQL, where it does.
    pub differs: Option<&'static str>,
}

impl Function {
    /// Every name, the one that it is listed by first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// Result type from the argument types and the constants among the arguments.
pub type Refine = fn(&[Type], &[Option<i64>]) -> Type;

/// Heading of the reference that a function stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Operator,
    Conditional,
    Text,
    Pattern,
    Number,
    Time,
    Hash,
    Json,
    /// Over the rows of a group.
    Aggregate,
}

/// What an argument may be. A narrower number is widened to fit: integer -> bigint -> decimal -> double;
/// date -> timestamp -> timestamptz. Nothing is turned into text by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    Exact(Type),
    /// A decimal of any precision and scale (integers are taken as decimal(10,0) and decimal(19,0)).
    Decimal,
    /// JSON, or text that is checked to be.
    Json,
    /// Any type, as it is; what is JSON as text.
    Any,
}

/// Whether a NULL argument makes the result NULL by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// Result rows with a NULL argument are NULL; the evaluator clears them, and a failure on such a row does not count.
    Strict,
    /// The kernel says.
    Own,
}

/// The work itself: pure, over whole columns. `Err` is the message of any one failing row; the evaluator then finds
/// the failing rows by halving, so a kernel may simply stop at the first.
pub type Kernel = fn(&Arguments) -> Result<ArrayRef, String>;

/// The arguments of one call.
pub struct Arguments<'a> {
    pub values: &'a [Value],
    /// Rows to compute, also where every argument is a constant.
    pub rows: usize,
    /// The type promised by `Function::result`.
    pub result: Type,
    pub session: &'a Session,
    /// Bytes of text that the results of several rows may hold together.
    pub most_text: usize,
    /// The patterns that this call in the query has compiled so far.
    pub patterns: &'a Shared,
}

/// An argument: a column, or one constant for all rows.
#[derive(Clone, Debug)]
pub enum Value {
    Column(ArrayRef),
    /// One value in an array of length 1.
    Constant(ArrayRef),
}

impl Value {
    pub fn array(&self) -> &ArrayRef {
        match self {
            Value::Column(array) | Value::Constant(array) => array,
        }
    }

    /// Where row `row` stands in `array()`.
    pub fn index(&self, row: usize) -> usize {
        match self {
            Value::Column(_) => row,
            Value::Constant(_) => 0,
        }
    }
}

/// A form of the language that is no function, such as `case`, for the reference.
pub struct Form {
    /// As SQL writes it: `case when condition then value … end`.
    pub syntax: &'static str,
    pub group: Group,
    /// One line for the reference.
    pub doc: &'static str,
    /// How it differs from PostgreSQL, where it does.
    pub differs: &'static [&'static str],
}
