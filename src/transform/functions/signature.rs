//! How a row of the table is written down: parameters, result types and a builder with the usual defaults.

use crate::transform::function::{Function, Group, Kernel, Nulls, Parameter, Refine};
use crate::types::Type;

pub const TEXT: Parameter = Parameter::Exact(Type::Text);
pub const INTEGER: Parameter = Parameter::Exact(Type::Integer);
pub const BIGINT: Parameter = Parameter::Exact(Type::BigInt);
pub const DOUBLE: Parameter = Parameter::Exact(Type::Double);
pub const DATE: Parameter = Parameter::Exact(Type::Date);
pub const TIME: Parameter = Parameter::Exact(Type::Time);
pub const TIMESTAMP: Parameter = Parameter::Exact(Type::Timestamp);
pub const TIMESTAMPTZ: Parameter = Parameter::Exact(Type::TimestampTz);
pub const INTERVAL: Parameter = Parameter::Exact(Type::Interval);
pub const DECIMAL: Parameter = Parameter::Decimal;
pub const JSON: Parameter = Parameter::Json;
pub const ANY: Parameter = Parameter::Any;

/// What `Function::result` gives.
pub type Typed = Result<Type, String>;

impl Function {
    /// A function whose result is NULL where an argument is.
    pub const fn strict(
        name: &'static str,
        group: Group,
        parameters: &'static [Parameter],
        result: fn(&[Type]) -> Typed,
        kernel: Kernel,
        doc: &'static str,
    ) -> Function {
        Function {
            name,
            aliases: &[],
            group,
            parameters,
            optional: 0,
            variadic: false,
            bare: false,
            result,
            refine: None,
            nulls: Nulls::Strict,
            kernel,
            doc,
            differs: None,
        }
    }

    /// The last `count` parameters may be left out.
    pub const fn optional(mut self, count: usize) -> Function {
        self.optional = count;
        self
    }

    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Function {
        self.aliases = aliases;
        self
    }

    pub const fn bare(mut self) -> Function {
        self.bare = true;
        self
    }

    /// The last parameter may be repeated.
    pub const fn variadic(mut self) -> Function {
        self.variadic = true;
        self
    }

    /// The last parameter may be repeated, and NULL is the kernel's business.
    pub const fn variadic_over_nulls(mut self) -> Function {
        self.variadic = true;
        self.nulls = Nulls::Own;
        self
    }

    pub const fn refine(mut self, refine: Refine) -> Function {
        self.refine = Some(refine);
        self
    }

    pub const fn differs(mut self, differs: &'static str) -> Function {
        self.differs = Some(differs);
        self
    }
}

pub fn boolean(_: &[Type]) -> Typed {
    Ok(Type::Boolean)
}

pub fn integer(_: &[Type]) -> Typed {
    Ok(Type::Integer)
}

pub fn bigint(_: &[Type]) -> Typed {
    Ok(Type::BigInt)
}

pub fn double(_: &[Type]) -> Typed {
    Ok(Type::Double)
}

pub fn text(_: &[Type]) -> Typed {
    Ok(Type::Text)
}

pub fn json(_: &[Type]) -> Typed {
    Ok(Type::Json)
}

pub fn date(_: &[Type]) -> Typed {
    Ok(Type::Date)
}

pub fn time(_: &[Type]) -> Typed {
    Ok(Type::Time)
}

pub fn timestamp(_: &[Type]) -> Typed {
    Ok(Type::Timestamp)
}

pub fn timestamptz(_: &[Type]) -> Typed {
    Ok(Type::TimestampTz)
}

pub fn interval(_: &[Type]) -> Typed {
    Ok(Type::Interval)
}

/// The type of the first argument.
pub fn same(types: &[Type]) -> Typed {
    types.first().copied().ok_or_else(|| "an argument is missing".to_string())
}
