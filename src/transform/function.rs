//! What a function is: one row of the one table, with everything that binding, evaluation and the reference need.

use crate::arrow::array::{Array, ArrayRef};
use crate::arrow::buffer::NullBuffer;

use super::memo::Memo;
use crate::batch::Computed;
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
    /// Rows with a NULL argument are NULL, and the kernel is not asked for them: `Arguments::valid` leaves them out.
    Strict,
    /// The kernel says.
    Own,
}

/// The work itself: pure, over whole columns. A row that fails is NULL among the results and is told with its message, in
/// ascending order, each row once.
pub type Kernel = fn(&Arguments) -> Result<Computed, KernelFault>;

/// Why a kernel gives no results, or a loop over rows none for the row at hand.
#[derive(Debug, PartialEq, Eq)]
pub enum KernelFault {
    /// What is wrong with the row; with every row, where a kernel says it.
    Wrong(String),
    /// The rows ask for more text than `Arguments::most_text`.
    TooMuchText,
}

impl KernelFault {
    /// What a row is refused with.
    pub fn message(self) -> String {
        match self {
            KernelFault::Wrong(message) => message,
            KernelFault::TooMuchText => "the resulting text is too long".to_owned(),
        }
    }
}

impl From<String> for KernelFault {
    fn from(message: String) -> KernelFault {
        KernelFault::Wrong(message)
    }
}

impl From<&str> for KernelFault {
    fn from(message: &str) -> KernelFault {
        KernelFault::Wrong(message.to_owned())
    }
}

/// The arguments of one call.
pub struct Arguments<'a> {
    pub values: &'a [Value],
    /// Rows to compute, also where every argument is a constant.
    pub rows: usize,
    /// Which of them are computed at all, the others being NULL; `None` when that is all of them.
    pub valid: Option<NullBuffer>,
    /// The type promised by `Function::result`.
    pub result: Type,
    pub session: &'a Session,
    /// Bytes of text that the results may hold together.
    pub most_text: usize,
    /// What this call in the query has compiled so far.
    pub memo: &'a Memo,
}

impl Nulls {
    /// Which rows of a call are computed, for `Arguments::valid`.
    pub fn valid(self, values: &[Value], rows: usize) -> Option<NullBuffer> {
        match self {
            Nulls::Strict => values.iter().fold(None, |valid: Option<NullBuffer>, value| {
                NullBuffer::union(valid.as_ref(), value.valid(rows).as_ref())
            }),
            Nulls::Own => None,
        }
    }
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

    /// Which of so many rows have a value; `None` when that is all of them.
    pub fn valid(&self, rows: usize) -> Option<NullBuffer> {
        match self {
            Value::Column(array) => array.nulls().filter(|nulls| nulls.null_count() > 0).cloned(),
            Value::Constant(array) => array.is_null(0).then(|| NullBuffer::new_null(rows)),
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
