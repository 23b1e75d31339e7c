//! How JSON itself spells numbers and strings.

/// Whether a text is a number as JSON spells it.
pub fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, rest) = split_digits(text);
    let fraction = rest.strip_prefix(b".").map(split_digits);
    let rest = fraction.map_or(rest, |(_, rest)| rest);
    let exponent = rest.strip_prefix(b"e").or(rest.strip_prefix(b"E")).map(split_exponent);
    let rest = exponent.map_or(rest, |(_, rest)| rest);
    let has_digits = |part: Option<(&[u8], &[u8])>| part.is_none_or(|(digits, _)| !digits.is_empty());
    let sound_whole = matches!(whole, [b'0'] | [b'1'..=b'9', ..]);
    sound_whole && has_digits(fraction) && has_digits(exponent) && rest.is_empty()
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

fn split_exponent(text: &[u8]) -> (&[u8], &[u8]) {
    split_digits(text.strip_prefix(b"+").or(text.strip_prefix(b"-")).unwrap_or(text))
}

/// A JSON string: quotes, backslashes and control characters escaped, everything else as it is.
pub fn write_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        let (clean, escaped) = rest.split_at(at);
        out.extend_from_slice(clean);
        let (byte, after) = escaped.split_at(1);
        byte.iter().for_each(|byte| write_escaped(*byte, out));
        rest = after;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn write_escaped(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        0x08 => out.extend_from_slice(b"\\b"),
        0x0c => out.extend_from_slice(b"\\f"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend([byte >> 4, byte & 15].map(|nibble| HEX[usize::from(nibble)]));
        }
    }
}
