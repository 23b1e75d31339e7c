use crate::transform::functions::check::*;
use crate::transform::functions::find;
use crate::types::Type;

#[track_caller]
fn integers(operator: &str, left: i32, right: i32, expected: &str) {
    check(operator, &[int(left), int(right)], expected);
    if !expected.contains("range") {
        check(operator, &[big(left.into()), big(right.into())], expected);
    }
}

#[test]
fn whole_numbers() {
    integers("+", 1, 2, "3");
    integers("+", i32::MAX, 1, "error: integer out of range");
    integers("-", i32::MIN, 1, "error: integer out of range");
    integers("*", 65536, 65536, "error: integer out of range");
    integers("/", 7, 2, "3");
    integers("/", -7, 2, "-3");
    integers("/", 1, 0, "error: division by zero");
    integers("/", i32::MIN, -1, "error: integer out of range");
    integers("%", -7, 2, "-1");
    integers("%", i32::MIN, -1, "0");
    integers("mod", 7, 0, "error: division by zero");
    check("+", &[big(i64::MAX), big(1)], "error: bigint out of range");
    check("/", &[big(i64::MIN), big(-1)], "error: bigint out of range");
    check("-", &[big(i64::MIN)], "error: bigint out of range");
    check("-", &[int(5)], "-5");
    check("abs", &[int(i32::MIN)], "error: integer out of range");
    check("abs", &[big(-5)], "5");
    check("/", &[null(Type::Integer), int(0)], "NULL"); // What stands under a NULL cannot fail.
}

#[test]
fn doubles() {
    check("+", &[double(0.1), double(0.2)], "0.30000000000000004");
    check("+", &[double(1e308), double(1e308)], "error: value out of range: overflow");
    check("+", &[double(f64::INFINITY), double(1.0)], "inf");
    check("*", &[double(1e-200), double(1e-200)], "error: value out of range: underflow");
    check("*", &[double(1e200), double(1e200)], "error: value out of range: overflow");
    check("/", &[double(1.0), double(0.0)], "error: division by zero");
    check("/", &[double(f64::NAN), double(0.0)], "NaN");
    check("/", &[double(1e-300), double(1e300)], "error: value out of range: underflow");
    check("%", &[double(-7.5), double(2.0)], "-1.5");
    check("%", &[double(1.0), double(-0.0)], "error: division by zero");
    check("-", &[double(0.0)], "-0");
    check("abs", &[double(-0.0)], "0");
    check("sign", &[double(-2.5)], "-1");
    check("sign", &[double(-0.0)], "0");
}

#[test]
fn decimals() {
    check("+", &[decimal("1.50", 4), decimal("0.005", 4)], "1.505");
    check("-", &[decimal("1.50", 4), decimal("2", 1)], "-0.50");
    check("*", &[decimal("1.50", 4), decimal("-0.25", 3)], "-0.3750");
    check("/", &[decimal("7", 1), decimal("2.0", 2)], "3.500000");
    check("/", &[decimal("2", 1), decimal("3", 1)], "0.666667");
    check("/", &[decimal("-2", 1), decimal("3", 1)], "-0.666667");
    check("/", &[decimal("1", 1), decimal("0.00", 3)], "error: division by zero");
    check("%", &[decimal("-7.5", 2), decimal("2", 1)], "-1.5");
    check("mod", &[decimal("1.50", 3), decimal("0.4", 2)], "0.30");
    check("-", &[decimal("1.50", 3)], "-1.50");
    check("abs", &[decimal("-1.50", 3)], "1.50");
    check("sign", &[decimal("-0.01", 3)], "-1");
    let most = "99999999999999999999999999999999999999";
    check("+", &[decimal(most, 38), decimal("1", 1)], "error: decimal out of range: more than 38 digits");
    check("*", &[decimal(most, 38), decimal("2", 1)], "error: decimal out of range: more than 38 digits");
    check("-", &[decimal(most, 38), decimal("1", 1)], "99999999999999999999999999999999999998");
    check(
        "/",
        &[decimal("30000000000000000000000000000000", 38), decimal("3", 1)],
        "10000000000000000000000000000000.000000",
    );
    let small = |digits: &str| format!("0.{digits:0<38}");
    check("/", &[decimal(&small("25"), 38), decimal(&small("5"), 38)], &small("5")); // 76 digits on the way.
}

#[test]
fn rounding() {
    check("round", &[double(2.5)], "2");
    check("round", &[double(-1.5)], "-2");
    check("round", &[decimal("2.5", 2)], "3");
    check("round", &[decimal("-2.5", 2)], "-3");
    check("round", &[decimal("9.99", 3)], "10");
    check("round", &[double(2.675), big(2)], "2.67"); // It is a little less than it reads.
    check("round", &[double(-104.595), big(2)], "-104.59");
    check("round", &[double(0.125), big(2)], "0.13"); // A half that a double holds.
    check("round", &[double(15.0), big(-1)], "20");
    check("round", &[double(9007199254740993.0), big(2)], "9007199254740992");
    check("round", &[double(57807778.144427285), big(8)], "57807778.14442728");
    check("round", &[double(521008469865066.94), big(1)], "521008469865066.9");
    check("round", &[double(0.1), big(20)], "0.1");
    check("round", &[double(-1234.5), big(-2)], "-1200");
    check("round", &[double(1e17), big(300)], "100000000000000000");
    check("round", &[double(1.5), big(-400)], "0");
    check("round", &[double(f64::NAN), big(2)], "NaN");
    check("trunc", &[double(-2.679), big(2)], "-2.67");
    check("trunc", &[double(-2.7)], "-2");
    check("round", &[decimal("2.345", 4), big(2)], "2.350");
    check("round", &[decimal("-2.345", 4), big(2)], "-2.350");
    check("round", &[decimal("155.5", 4), big(-1)], "160.0");
    check("round", &[decimal("155.5", 4), big(i64::MIN)], "0.0");
    check("round", &[decimal("155.5", 4), big(i64::MAX)], "155.5");
    check("trunc", &[decimal("-2.349", 4), big(2)], "-2.340");
    check("trunc", &[decimal("-2.7", 2)], "-2");
    check("ceil", &[decimal("-2.7", 2)], "-2");
    check("ceiling", &[decimal("2.1", 2)], "3");
    check("floor", &[decimal("-2.1", 2)], "-3");
    check("ceil", &[double(-0.5)], "-0");
    check("ceiling", &[double(0.5)], "1");
    check("floor", &[double(-0.5)], "-1");
}

#[test]
fn roots_and_powers() {
    check("sqrt", &[double(2.0)], "1.4142135623730951");
    check("sqrt", &[double(-1.0)], "error: cannot take the square root of a negative number");
    check("power", &[double(2.0), double(10.0)], "1024");
    check(
        "pow",
        &[double(-8.0), double(0.5)],
        "error: a negative number raised to a power that is not whole has no real result",
    );
    check("power", &[double(0.0), double(-1.0)], "error: zero raised to a negative power is undefined");
    check("power", &[double(10.0), double(400.0)], "error: value out of range: overflow");
    check("exp", &[double(0.0)], "1");
    check("exp", &[double(-1000.0)], "error: value out of range: underflow");
    check("ln", &[double(0.0)], "error: cannot take the logarithm of zero");
    check("log", &[double(1000.0)], "3");
    check("log10", &[double(-1.0)], "error: cannot take the logarithm of a negative number");
}

/// A constant count of digits gives the type that the count asks for.
#[test]
fn constants_refine_types() {
    let refine = find("round").find_map(|function| function.refine).unwrap();
    let price = Type::Decimal { precision: 12, scale: 4 };
    assert_eq!(refine(&[price, Type::BigInt], &[None, Some(2)]), Type::Decimal { precision: 11, scale: 2 });
    assert_eq!(refine(&[price, Type::BigInt], &[None, Some(6)]), Type::Decimal { precision: 14, scale: 6 });
    assert_eq!(refine(&[price, Type::BigInt], &[None, Some(-1)]), Type::Decimal { precision: 9, scale: 0 });
    assert_eq!(refine(&[price, Type::BigInt], &[None, None]), price);
}
