//! Stand-in table.

use std::sync::Arc;

use arrow::array::*;
use arrow::compute::kernels::numeric;

use super::function::{Arguments, Function, Group, Kernel, Nulls, Parameter, Value};
use crate::types::Type;
use Parameter::{Any, Exact};

pub fn find(name: &str) -> impl Iterator<Item = &'static Function> {
    all().filter(move |f| f.name.eq_ignore_ascii_case(name))
}

pub fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter()
}

const fn row(
    name: &'static str,
    parameters: &'static [Parameter],
    result: fn(&[Type]) -> Result<Type, String>,
    kernel: Kernel,
) -> Function {
    Function {
        name,
        group: Group::Number,
        parameters,
        optional: 0,
        variadic: false,
        result,
        refine: None,
        nulls: Nulls::Strict,
        kernel,
        doc: "",
        differs: None,
    }
}

const INT: &[Parameter] = &[Exact(Type::Integer), Exact(Type::Integer)];
const BIG: &[Parameter] = &[Exact(Type::BigInt), Exact(Type::BigInt)];
const DBL: &[Parameter] = &[Exact(Type::Double), Exact(Type::Double)];
const DEC: &[Parameter] = &[Parameter::Decimal, Parameter::Decimal];
const TXT: &[Parameter] = &[Exact(Type::Text), Exact(Type::Text)];
const ONE: &[Parameter] = &[Exact(Type::Text)];

fn first(types: &[Type]) -> Result<Type, String> {
    Ok(types[0])
}
fn boolean(_: &[Type]) -> Result<Type, String> {
    Ok(Type::Boolean)
}
fn text(_: &[Type]) -> Result<Type, String> {
    Ok(Type::Text)
}
fn bigint(_: &[Type]) -> Result<Type, String> {
    Ok(Type::BigInt)
}
fn tz(_: &[Type]) -> Result<Type, String> {
    Ok(Type::TimestampTz)
}
fn product(types: &[Type]) -> Result<Type, String> {
    match types {
        [Type::Decimal { scale: a, .. }, Type::Decimal { scale: b, .. }] => Ok(Type::Decimal { precision: 38, scale: a + b }),
        _ => Err("x".into()),
    }
}
fn sum(types: &[Type]) -> Result<Type, String> {
    match types {
        [Type::Decimal { scale: a, .. }, Type::Decimal { scale: b, .. }] => Ok(Type::Decimal { precision: 38, scale: *a.max(b) }),
        _ => Err("x".into()),
    }
}

fn datum(v: &Value) -> Box<dyn Datum> {
    match v {
        Value::Column(a) => Box::new(a.clone()),
        Value::Constant(a) => Box::new(Scalar::new(a.clone())),
    }
}
fn binary(
    a: &Arguments,
    f: fn(&dyn Datum, &dyn Datum) -> Result<ArrayRef, arrow::error::ArrowError>,
) -> Result<ArrayRef, String> {
    let out = f(datum(&a.values[0]).as_ref(), datum(&a.values[1]).as_ref()).map_err(|e| match e {
        arrow::error::ArrowError::DivideByZero => "division by zero".to_owned(),
        _ => format!("{} is out of range", a.result),
    })?;
    arrow::compute::cast(&out, &a.result.arrow()).map_err(|e| e.to_string())
}
fn add(a: &Arguments) -> Result<ArrayRef, String> {
    binary(a, numeric::add)
}
fn sub(a: &Arguments) -> Result<ArrayRef, String> {
    binary(a, numeric::sub)
}
fn mul(a: &Arguments) -> Result<ArrayRef, String> {
    binary(a, numeric::mul)
}
fn div(a: &Arguments) -> Result<ArrayRef, String> {
    binary(a, numeric::div)
}
fn s<'a>(a: &'a Arguments, n: usize, row: usize) -> Option<&'a str> {
    let v = &a.values[n];
    let array = v.array().as_string::<i32>();
    array.is_valid(v.index(row)).then(|| array.value(v.index(row)))
}
fn upper(a: &Arguments) -> Result<ArrayRef, String> {
    Ok(Arc::new((0..a.rows).map(|r| s(a, 0, r).map(str::to_uppercase)).collect::<StringArray>()))
}
fn concat(a: &Arguments) -> Result<ArrayRef, String> {
    Ok(Arc::new((0..a.rows).map(|r| Some(format!("{}{}", s(a, 0, r)?, s(a, 1, r)?))).collect::<StringArray>()))
}
fn length(a: &Arguments) -> Result<ArrayRef, String> {
    Ok(Arc::new((0..a.rows).map(|r| Some(s(a, 0, r)?.chars().count() as i64)).collect::<Int64Array>()))
}
fn like(a: &Arguments) -> Result<ArrayRef, String> {
    arrow::compute::like(datum(&a.values[0]).as_ref(), datum(&a.values[1]).as_ref())
        .map(|b| Arc::new(b) as ArrayRef)
        .map_err(|e| e.to_string())
}
fn matches(a: &Arguments) -> Result<ArrayRef, String> {
    if let Value::Constant(_) = a.values[1] {
        if let Some(p) = s(a, 1, 0) {
            regex::Regex::new(p).map_err(|_| format!("{p:?} is not a regular expression"))?;
        }
    }
    Ok(Arc::new((0..a.rows).map(|r| Some(regex::Regex::new(s(a, 1, r)?).unwrap().is_match(s(a, 0, r)?))).collect::<BooleanArray>()))
}
fn now(a: &Arguments) -> Result<ArrayRef, String> {
    Ok(Arc::new(TimestampMicrosecondArray::from(vec![a.session.now; a.rows]).with_timezone("UTC")))
}
fn typeof_(a: &Arguments) -> Result<ArrayRef, String> {
    Ok(Arc::new(StringArray::from(vec![a.values[0].array().data_type().to_string(); a.rows])))
}
fn extract(a: &Arguments) -> Result<ArrayRef, String> {
    if s(a, 0, 0) != Some("year") {
        return Err("unknown field".into());
    }
    Ok(arrow::compute::cast(
        &arrow::compute::date_part(a.values[1].array(), arrow::compute::DatePart::Year).map_err(|e| e.to_string())?,
        &arrow::datatypes::DataType::Int64,
    )
    .unwrap())
}

static FUNCTIONS: &[Function] = &[
    row("+", INT, first, add),
    row("+", BIG, first, add),
    row("+", DEC, sum, add),
    row("+", DBL, first, add),
    row("+", &[Exact(Type::Timestamp), Exact(Type::Interval)], first, add),
    row("-", INT, first, sub),
    row("-", BIG, first, sub),
    row("-", DEC, sum, sub),
    row("-", DBL, first, sub),
    row("*", INT, first, mul),
    row("*", BIG, first, mul),
    row("*", DEC, product, mul),
    row("*", DBL, first, mul),
    row("/", INT, first, div),
    row("/", BIG, first, div),
    row("/", DBL, first, div),
    row("||", TXT, text, concat),
    row("like", TXT, boolean, like),
    row("~", TXT, boolean, matches),
    row("upper", ONE, text, upper),
    row("length", ONE, bigint, length),
    row("typeof", &[Any], text, typeof_),
    row("extract", &[Exact(Type::Text), Exact(Type::Date)], bigint, extract),
    row("now", &[], tz, now),
];
