use super::*;

/// Writes a line with each name in the place of its value, in brackets.
fn check(text: &str, expected: &str) {
    let template = Template::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    let mut line = Vec::new();
    template.write_line(&mut line, |name, out| out.extend_from_slice(format!("<{name}>").as_bytes()));
    assert_eq!(String::from_utf8(line).unwrap(), expected, "{text}");
}

fn refuses(text: &str, expected: &str) {
    assert_eq!(Template::parse(text).unwrap_err(), expected, "{text}");
}

#[test]
fn values_stand_between_texts() {
    check("{a}", "<a>\n");
    check("{a}{b}", "<a><b>\n");
    check("{a}: {b c} €", "<a>: <b c> €\n");
    check("plain", "plain\n");
    check("", "");
}

#[test]
fn doubled_braces_are_plain() {
    check("{{", "{\n");
    check("{{}}", "{}\n");
    check("{{a}}", "{a}\n");
    check("{{{a}}}", "{<a>}\n");
    check("{\"x\"}", "<\"x\">\n");
    check("}}{a}{{", "}<a>{\n");
}

#[test]
fn lone_braces_have_places() {
    refuses("{", "has a lone { at character 1; write {{ for a plain brace");
    refuses("é {a", "has a lone { at character 3; write {{ for a plain brace");
    refuses("{a{b}", "has a lone { at character 1; write {{ for a plain brace");
    refuses("a}", "has a lone } at character 2; write }} for a plain brace");
    refuses("{a}}", "has a lone } at character 4; write }} for a plain brace");
    refuses("{{a}", "has a lone } at character 4; write }} for a plain brace");
    refuses("a{}", "has {} at character 2, which names nothing; write {{}} for plain braces");
}

#[test]
fn a_name_that_stands_for_nothing_is_told() {
    let template = Template::parse("{a} {b} {c}").unwrap();
    let bound = template.bind(|name| (name == "a").then_some(1));
    assert_eq!(bound.unwrap_err(), "b");
}
