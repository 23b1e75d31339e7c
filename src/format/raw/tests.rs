use super::*;
use crate::format::encoding::Utf16Decoder;

/// Every encoding that there is, but UTF-8 and UTF-16, which have tests of their own.
const OTHERS: [&Encoding; 37] = [
    encoding_rs::BIG5,
    encoding_rs::EUC_JP,
    encoding_rs::EUC_KR,
    encoding_rs::GB18030,
    encoding_rs::GBK,
    encoding_rs::IBM866,
    encoding_rs::ISO_2022_JP,
    encoding_rs::ISO_8859_10,
    encoding_rs::ISO_8859_13,
    encoding_rs::ISO_8859_14,
    encoding_rs::ISO_8859_15,
    encoding_rs::ISO_8859_16,
    encoding_rs::ISO_8859_2,
    encoding_rs::ISO_8859_3,
    encoding_rs::ISO_8859_4,
    encoding_rs::ISO_8859_5,
    encoding_rs::ISO_8859_6,
    encoding_rs::ISO_8859_7,
    encoding_rs::ISO_8859_8,
    encoding_rs::ISO_8859_8_I,
    encoding_rs::KOI8_R,
    encoding_rs::KOI8_U,
    encoding_rs::MACINTOSH,
    encoding_rs::REPLACEMENT,
    encoding_rs::SHIFT_JIS,
    encoding_rs::WINDOWS_1250,
    encoding_rs::WINDOWS_1251,
    encoding_rs::WINDOWS_1252,
    encoding_rs::WINDOWS_1253,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1255,
    encoding_rs::WINDOWS_1256,
    encoding_rs::WINDOWS_1257,
    encoding_rs::WINDOWS_1258,
    encoding_rs::WINDOWS_874,
    encoding_rs::X_MAC_CYRILLIC,
    encoding_rs::X_USER_DEFINED,
];

/// The bytes that a reader of the rejects file makes of it.
fn restored(text: &str, escaped: bool, encode: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    if !escaped {
        return encode(text);
    }
    let mut pieces = text.split('\\');
    let mut bytes = pieces.next().map(&encode).unwrap_or_default();
    while let Some(piece) = pieces.next() {
        match piece.strip_prefix('x').and_then(|piece| piece.split_at_checked(2)) {
            Some((code, rest)) => {
                bytes.push(u8::from_str_radix(code, 16).unwrap());
                bytes.extend(encode(rest));
            }
            // The second of two.
            None => {
                assert_eq!(piece, "");
                bytes.extend(encode("\\"));
                bytes.extend(encode(pieces.next().unwrap()));
            }
        }
    }
    bytes
}

fn encoder(encoding: &'static Encoding) -> impl Fn(&str) -> Vec<u8> {
    move |text| {
        let (bytes, _, failed) = encoding.encode(text);
        assert!(!failed, "{text:?} cannot be written in {}", encoding.name());
        bytes.into_owned()
    }
}

#[track_caller]
fn check_bytes(raw: &[u8], encoding: &'static Encoding) -> bool {
    let (text, escaped) = raw_text(raw, Some(Charset::Other(encoding)));
    assert_eq!(restored(&text, escaped, encoder(encoding)), raw, "{} {text:?}", encoding.name());
    escaped
}

/// All single bytes, and all two where they may be one character, among others.
#[test]
fn all_bytes_of_every_encoding_come_back() {
    for encoding in OTHERS {
        let mut plain = 0;
        for first in 0..=u8::MAX {
            plain += usize::from(!check_bytes(&[first], encoding));
            let seconds = if encoding.is_single_byte() { first..=first } else { 0..=u8::MAX };
            for second in seconds {
                check_bytes(&[b'\\', first, second, b','], encoding);
            }
        }
        let least = if encoding == encoding_rs::REPLACEMENT { 0 } else { 125 };
        assert!(plain >= least, "{}: only {plain} bytes are text", encoding.name());
    }
}

/// Of four bytes there are too many; these are all kinds of them, and what is cut off within a character.
#[test]
fn long_characters_come_back() {
    let kinds = [0x1B, b'$', b'(', b'0', b'A', b'\\', 0x80, 0x81, 0x8E, 0x8F, 0xA1, 0xA3, 0xE3, 0xED, 0xFE, 0xFF];
    for encoding in OTHERS.into_iter().filter(|encoding| !encoding.is_single_byte()) {
        for index in 0..kinds.len().pow(4) {
            let of = |power: u32| kinds[index / kinds.len().pow(power) % kinds.len()];
            check_bytes(&[of(3), of(2), of(1), of(0)], encoding);
        }
    }
}

#[track_caller]
fn check(encoding: &'static Encoding, raw: &[u8], text: &str, escaped: bool) {
    assert_eq!(raw_text(raw, Some(Charset::Other(encoding))), (text.to_owned(), escaped));
    check_bytes(raw, encoding);
}

#[test]
fn text_of_an_encoding_is_text() {
    check(encoding_rs::WINDOWS_1252, b"1,B\xE4ckerei,C:\\new", r"1,Bäckerei,C:\new", false);
    check(encoding_rs::SHIFT_JIS, b"1,\x93\xFA\x96{", "1,日本", false);
    check(encoding_rs::EUC_JP, b"\xC6\xFC\x8E\xB1", "日ｱ", false);
    check(encoding_rs::BIG5, b"\xA4\xA4", "中", false);
    check(encoding_rs::EUC_KR, b"\xC7\xD1", "한", false);
    check(encoding_rs::GB18030, b"\xD6\xD0\x81\x30\x81\x30", "中\u{80}", false);
    check(encoding_rs::KOI8_R, b"\xC4\xC1", "да", false);
    check(encoding_rs::X_USER_DEFINED, b"a\x80", "a\u{F780}", false);
}

#[test]
fn what_does_not_come_back_is_escaped_with_its_backslashes() {
    // No character.
    check(encoding_rs::WINDOWS_1253, b"\xE1\\\xAA", r"α\\\xAA", true);
    check(encoding_rs::SHIFT_JIS, b"\x93\xFA\\\xFF,\x93", r"日\\\xFF,\x93", true);
    // A second code of a character: the first one would come back.
    check(encoding_rs::GB18030, b"\xD6\xD0\xA3\xA0\\", r"中\xA3\xA0\\", true);
    check(encoding_rs::SHIFT_JIS, b"\xED\x40a", r"\xED\x40a", true);
    check(encoding_rs::BIG5, b"\x88\x62", r"\x88\x62", true);
    // Characters that are read and never written.
    check(encoding_rs::EUC_JP, b"\xC6\xFC\x8F\xB0\xA1", r"日\x8F\xB0\xA1", true);
    // States between the characters.
    check(encoding_rs::ISO_2022_JP, b"a\x1B$BF|\x1B(B", "a日", false);
    check(encoding_rs::ISO_2022_JP, b"\x1B$BF|", r"\x1B$BF|", true);
    check(encoding_rs::REPLACEMENT, b"a", r"\x61", true);
}

#[test]
fn utf_8_is_text_as_it_stands_or_escaped() {
    let check = |raw: &[u8], text: &str, escaped: bool| {
        assert_eq!(raw_text(raw, None), (text.to_owned(), escaped));
        assert_eq!(restored(text, escaped, |text| text.as_bytes().to_vec()), raw);
    };
    ["", "1,a", r"C:\x41\", "größe\0", "a\r\nb"].iter().for_each(|text| check(text.as_bytes(), text, false));
    check(b"\xff", r"\xFF", true);
    check(b"a\xe4b", r"a\xE4b", true);
    check(b"\xc3", r"\xC3", true);
    check(b"\xed\xa0\x80", r"\xED\xA0\x80", true);
    check(b"C:\\xE4\xe4", r"C:\\xE4\xE4", true);
    check(b"\\\xff\\", r"\\\xFF\\", true);
    check("größe\u{0}\n".bytes().chain([0x80]).collect::<Vec<_>>().as_slice(), "größe\0\n\\x80", true);
}

#[test]
fn utf_16_is_text_or_has_its_own_bytes() {
    let check = |units: &[u16], half: &[u8], text: [&str; 2], escaped: bool| {
        for (big_endian, text) in [false, true].into_iter().zip(text) {
            let bytes = |unit: &u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
            let raw: Vec<u8> = units.iter().flat_map(bytes).chain(half.iter().copied()).collect();
            let (mut decoder, mut made) = (Utf16Decoder::new(big_endian), Vec::new());
            decoder.decode(&raw, &mut made);
            decoder.finish(&mut made);
            assert_eq!(raw_text(&made, Some(decoder.charset())), (text.to_owned(), escaped));
            let encode = |text: &str| text.encode_utf16().flat_map(|unit| bytes(&unit)).collect::<Vec<u8>>();
            assert_eq!(restored(text, escaped, encode), raw);
        }
    };
    let text: Vec<u16> = "1,ä😀\\x".encode_utf16().collect();
    check(&text, &[], ["1,ä😀\\x"; 2], false);
    check(&[0x5C, 0xD83D, 0x41], &[], [r"\\\x3D\xD8A", r"\\\xD8\x3DA"], true);
    check(&[0xDE00, 0xE4], &[], [r"\x00\xDEä", r"\xDE\x00ä"], true);
    check(&[0xDFFF], &[], [r"\xFF\xDF", r"\xDF\xFF"], true);
    for half in [0x00, 0x2C, 0x7F, 0x80, 0xFF] {
        let text = format!(r"A\x{half:02X}");
        check(&[0x41], &[half], [text.as_str(); 2], true);
    }
}
