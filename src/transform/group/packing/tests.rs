use super::*;
use crate::arrow::array::StringArray;

#[track_caller]
fn returns(array: impl Array + 'static, ty: Type) {
    let (column, packing): (ArrayRef, _) = (Arc::new(array), Packing::new([ty, ty].into_iter()));
    let mut rows: Vec<Vec<u8>> = Vec::new();
    packing.each(&[column.clone(), column.clone()], column.len(), |row| rows.push(row.to_vec()));
    let columns = packing.columns(rows.iter().map(|row| Key::new(row)));
    assert_eq!(columns, [column.clone(), column]);
    rows.sort();
    rows.dedup();
    assert_eq!(rows.len(), columns[0].len(), "different values are the same bytes");
}

#[test]
fn what_is_packed_comes_back() {
    let small = [Some(0), Some(-1), Some(1), None, Some(63), Some(64), Some(-64), Some(-65)];
    returns(Int32Array::from_iter(small.into_iter().chain([Some(i32::MIN), Some(i32::MAX)])), Type::Integer);
    returns(Date32Array::from_iter(small), Type::Date);
    let large = small.map(|number: Option<i32>| number.map(i64::from));
    returns(Int64Array::from_iter(large.into_iter().chain([Some(i64::MIN), Some(i64::MAX)])), Type::BigInt);
    returns(TimestampMicrosecondArray::from_iter(large).with_timezone("UTC"), Type::TimestampTz);
    let most = 10_i128.pow(38) - 1;
    let decimals = Decimal128Array::from(vec![Some(most), Some(-most), None, Some(0), Some(1 << 100)]);
    let ty = Type::Decimal { precision: 38, scale: 2 };
    returns(decimals.with_data_type(ty.arrow()), ty);
    let doubles = [Some(0.0), None, Some(-1.5), Some(f64::INFINITY), Some(5e-324)];
    returns(Float64Array::from(doubles.to_vec()), Type::Double);
    returns(BooleanArray::from(vec![Some(true), None, Some(false)]), Type::Boolean);
    let [long, longer] = [300, 301].map(|length| "x".repeat(length));
    let texts = [Some(""), None, Some("\0"), Some("ä"), Some(&long), Some(&longer)];
    returns(StringArray::from_iter(texts), Type::Text);
}

/// What is only nearly the canonical form of a number stays what it is.
#[test]
fn texts_that_are_numbers_come_back() {
    let near = ["07", "007", "+7", " 7", "7 ", "7.0", "7e0", "-7", "-0", "0", "-", "--7", "", "7\u{a0}", "0x7"];
    let large = ["9223372036854775807", "-9223372036854775808", "9223372036854775808", "-9223372036854775809"];
    let numbers = (-300..300).map(|number| number.to_string());
    let others = near.into_iter().filter(|text| *text != "-7" && *text != "0").chain(large).map(str::to_owned);
    returns(StringArray::from_iter_values(numbers.chain(others)), Type::Text);
}

#[test]
fn numbers_stand_for_the_texts_that_they_are_written_as() {
    let numbers = [Some(0), None, Some(-1), Some(77), Some(i64::MIN), Some(i64::MAX)];
    let texts = numbers.map(|number: Option<i64>| number.map(|number| number.to_string()));
    let packing = Packing::new(std::iter::once(Type::Text));
    let packed = |column: ArrayRef| {
        let mut rows: Vec<Vec<u8>> = Vec::new();
        packing.each(&[column], numbers.len(), |row| rows.push(row.to_vec()));
        rows
    };
    let texts: ArrayRef = Arc::new(StringArray::from_iter(texts));
    let rows = packed(Arc::new(Int64Array::from_iter(numbers)));
    assert_eq!(packed(texts.clone()), rows);
    assert_eq!(packing.columns(rows.iter().map(|row| Key::new(row))), [texts]);
    assert_eq!(rows[3].len(), 2, "few bytes");
}
