use crate::transform::functions::check::{big, check, decimal, double, int, text};

#[test]
fn digits_fill_their_template() {
    check("to_char", &[int(-485), text("999S")], "485-");
    check("to_char", &[big(1485), text("9G999")], " 1,485");
    check("to_char", &[decimal("-0.1", 2), text("99.99")], "  -.10");
    check("to_char", &[double(148.5), text("FM999.990")], "148.500");
    check("to_char", &[int(482), text("FMRNth")], "CDLXXXII");
    check("to_char", &[int(12), text("99V999")], " 12000");
    check("to_char", &[decimal("0.000485", 6), text("9.99EEEE")], " 4.85e-04");
    check("to_char", &[int(1234), text("999")], " ###");
}

/// A double has 15 digits; PostgreSQL ends the text where more are wanted.
#[test]
fn a_double_writes_no_digits_that_it_has_not() {
    check("to_char", &[double(123_456_789_012.345_6), text("FM999999999999.000000")], "123456789012.346");
}

#[test]
fn wrong_templates_are_explained() {
    let wrong = |template: &str, reason: &str| {
        check("to_char", &[int(1), text(template)], &format!("error: invalid template {template:?}: {reason}"));
    };
    wrong("9.9.9", "a number has one point");
    wrong("S9MI", "S does not go with MI, PL or SG");
    wrong("9EEEE9", "EEEE must be the last of the template");
    wrong("PR9", "PR stands behind all digits");
    let long = format!("error: invalid template \"{}…\": it has more than 1000 digits", "9".repeat(60));
    check("to_char", &[int(1), text(&"9".repeat(100_000))], &long);
}
