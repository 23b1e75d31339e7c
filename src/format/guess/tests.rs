use super::*;

fn check(texts: &[&str], expected: Type) {
    let mut guesser = Guesser::default();
    guesser.push(None);
    texts.iter().for_each(|text| guesser.push(Some(text)));
    assert_eq!(guesser.finish(), expected, "{texts:?}");
}

#[test]
fn booleans() {
    check(&["true", "FALSE", " True "], Type::Boolean);
    check(&["t", "f"], Type::Text);
    check(&["yes"], Type::Text);
    check(&["true", "1"], Type::Text);
}

#[test]
fn numbers() {
    check(&["1", "-2", "0", " 3 "], Type::BigInt);
    check(&["9223372036854775807", "-9223372036854775808"], Type::BigInt);
    check(&["1", "0.5", "-.5", "1e5", "2.5E-3"], Type::Double);
    check(&["-0", "1"], Type::Double);
    check(&["1.5", "NaN", "-inf"], Type::Double);
    check(&["NaN"], Type::Text);
    check(&["1,5"], Type::Text);
    check(&["0x1F"], Type::Text);
    check(&["-"], Type::Text);
    check(&["1 2"], Type::Text);
}

#[test]
fn codes_that_look_like_numbers_with_exponents() {
    check(&["12E12", "7E3"], Type::Text);
    check(&["1e5"], Type::Text);
    check(&["1e5", "NaN"], Type::Text);
    check(&["1e5", "2.5"], Type::Double);
    check(&["1e5", "7"], Type::Double);
    let mut guesser = Guesser::default();
    guesser.push_number("1e5");
    assert_eq!(guesser.finish(), Type::Double);
}

#[test]
fn names_that_look_like_numbers() {
    check(&["007", "12"], Type::Text);
    check(&["00"], Type::Text);
    check(&["-01"], Type::Text);
    check(&["00.5"], Type::Text);
    check(&["+4930123456"], Type::Text);
    check(&["1."], Type::Text);
    check(&["1.e5"], Type::Text);
}

#[test]
fn numbers_that_would_lose_digits() {
    check(&["9223372036854775808"], Type::Text);
    check(&["1e400"], Type::Text);
    check(&["9007199254740993", "0.5"], Type::Text);
    check(&["9007199254740992", "0.5"], Type::Double);
    check(&["0.1234567890123456789"], Type::Text);
    // What programs print for doubles.
    check(&["0.30000000000000004", "0.10000000000000001"], Type::Double);
    check(&["1234567890.123456"], Type::Double);
    // The nearest double is …566 at this length.
    check(&["12345678901234.567"], Type::Text);
    check(&["123456789012345678.25"], Type::Text);
    check(&["100000000000000000000.0"], Type::Double);
}

#[test]
fn dates_and_times() {
    check(&["2024-01-31", "0001-01-01"], Type::Date);
    check(&["2024-01-31", "2024-01-31 12:00"], Type::Timestamp);
    check(&["2024-01-31T12:00:00.123456"], Type::Timestamp);
    check(&["2024-01-31T12:00:00Z", "2024-01-31 12:00:00+02:00"], Type::TimestampTz);
    check(&["2024-01-31", "2024-01-31 12:00", "2024-01-31T12:00:00Z"], Type::TimestampTz);
    check(&["2024-02-30"], Type::Text);
    check(&["2024-01-31 25:00"], Type::Text);
    check(&["2024-01-31T12:00:00.1234567"], Type::Text);
    check(&["20240131"], Type::BigInt);
    check(&["2024-1-5"], Type::Text);
    check(&["31.01.2024"], Type::Text);
    check(&["12:00:00"], Type::Text);
    check(&["2024-01-31", "1"], Type::Text);
}

#[test]
fn nothing_to_go_by() {
    check(&[], Type::Text);
    check(&[""], Type::Text);
    check(&[" "], Type::Text);
    check(&["a", "1"], Type::Text);
}

#[test]
fn numbers_in_another_notation() {
    let check = |decimal: char, thousands: Option<char>, texts: &[&str], expected: Type| {
        let mut guesser = Guesser::new(Notation { decimal, thousands });
        texts.iter().for_each(|text| guesser.push(Some(text)));
        assert_eq!(guesser.finish(), expected, "{texts:?}");
        guesser.typing()
    };
    let german = Some('.');
    let price = check(',', german, &["1.299,90", "5,50", "0,00"], Type::Double);
    assert_eq!((price.spelling.places, price.notation.decimal), (Some(2), ','));
    assert!(check(',', None, &["1,5", "12"], Type::Double).spelling.shortest);
    check(',', german, &["1.299", "12"], Type::BigInt);
    check('.', Some(','), &["1,299", "1,299.5"], Type::Double);
    check(',', german, &["12.5", "1,5"], Type::Text);
    check(',', None, &["12.5"], Type::Text);
    check(',', german, &["0.299"], Type::Text);
    check(',', german, &["007"], Type::Text);
    check(',', german, &["00,5"], Type::Text);
    check(',', german, &["+1,5"], Type::Text);
    check(',', german, &["12E12"], Type::Text);
    check(',', german, &["2024-01-31"], Type::Date);
    check(',', german, &["31.01.2024"], Type::Text);
    check(',', german, &["2024-01-31 12:00:00.5"], Type::Timestamp);
    check(',', german, &["true"], Type::Boolean);
    check(',', german, &["1,5", "NaN"], Type::Double);
}
