//! Patterns of users, and what the ready ones take and refuse.

use super::*;

/// The columns that a line has, each as `name=text`.
fn check(pattern: &str, line: &str, expected: &str) {
    let pattern = Pattern::new(pattern).unwrap();
    let mut places = pattern.locations();
    let columns = pattern.find(line, &mut places).map(|places| {
        let groups = pattern.columns.iter().zip(&pattern.groups);
        let text = |group: usize| places.get(group).and_then(|(start, end)| line.get(start..end));
        let found = groups.filter_map(|((name, _), group)| Some(format!("{name}={}", text(*group)?)));
        found.collect::<Vec<_>>().join("|")
    });
    assert_eq!(columns.as_deref().unwrap_or("no match"), expected, "{line}");
}

#[test]
fn a_pattern_is_matched_by_the_whole_line() {
    check(r"(?<a>\d+)", "12", "a=12");
    check(r"(?<a>\d+)", "12 ", "no match");
    check(r"(?<a>x)|(?P<b>y)", "y", "b=y");
    check(r"(\d)-(?<a>\d)", "1-2", "a=2");
    check("(?x) (?<a> [a-z]+ ) # a word", "word", "a=word");
    check(r"(?<a>.)\n?", "é", "a=é");
}

#[test]
fn ready_patterns_take_what_servers_write() {
    let common = |request: &str, columns: &str| {
        let line = format!("10.0.0.1 - - [17/May/2015:10:05:03 +0000] \"{request}\" 200 -");
        let columns =
            format!("host=10.0.0.1|ident=-|user=-|time=17/May/2015:10:05:03 +0000|{columns}|status=200|bytes=-");
        check("common", &line, &columns);
        check("combined", &format!("{line} \"-\" \"a \\\"b\\\"\""), &format!("{columns}|referer=-|agent=a \\\"b\\\""));
    };
    common("GET /a?b=c HTTP/1.1", "method=GET|path=/a?b=c|protocol=HTTP/1.1");
    common("GET /a b HTTP/1.1", "method=GET|path=/a b|protocol=HTTP/1.1");
    common("GET /a", "method=GET|path=/a");
    common("-", "method=-");
    common(r"\x16\x03\x01", r"method=\x16\x03\x01");
    common(r#"GET /\"x\" HTTP/1.0"#, r#"method=GET|path=/\"x\"|protocol=HTTP/1.0"#);
    check("common", "::1 - Ann Lee [x] \"-\" - 0", "host=::1|ident=-|user=Ann Lee|time=x|method=-|status=-|bytes=0");
    check(
        "syslog",
        "Jun  4 15:16:01 combo sshd(pam)[19]: a: b",
        "time=Jun  4 15:16:01|host=combo|program=sshd(pam)|pid=19|message=a: b",
    );
    check(
        "syslog",
        "<13>2024-01-31T12:00:00.5+01:00 h cron: x",
        "time=2024-01-31T12:00:00.5+01:00|host=h|program=cron|message=x",
    );
    check(
        "syslog",
        "Jun 14 15:16:01 h last message repeated",
        "time=Jun 14 15:16:01|host=h|message=last message repeated",
    );
}

/// What the patterns for access logs make of a line's beginning, up to its time.
fn check_front(pattern: &str, front: &str, expected: &str) {
    let agent = if pattern == "common" { "" } else { " \"-\" \"-\"" };
    let columns = if pattern == "common" { "" } else { "|referer=-|agent=-" };
    let line = format!("{front} [x] \"-\" 200 1{agent}");
    match expected {
        "no match" => check(pattern, &line, expected),
        _ => check(pattern, &line, &format!("{expected}|time=x|method=-|status=200|bytes=1{columns}")),
    }
}

#[test]
fn a_list_of_addresses_is_one_host() {
    for pattern in ["common", "combined"] {
        let whole = |host: &str, user: &str| {
            check_front(pattern, &format!("{host} - {user}"), &format!("host={host}|ident=-|user={user}"));
        };
        for user in ["-", "ann", "Ann Lee"] {
            whole("203.0.113.9, 10.0.0.1", user);
            whole("203.0.113.9,10.0.0.1, 2001:db8::1", user);
            whole("a.ex.org, b.ex.org", user);
            whole("203.0.113.9, unknown", user);
        }
    }
    check_front("vhost_combined", "www a, b - -", "vhost=www|host=a, b|ident=-|user=-");
    check_front("vhost_combined", "www a, b - Ann Lee", "vhost=www|host=a, b|ident=-|user=Ann Lee");
}

#[test]
fn clients_are_whatever_servers_write() {
    for pattern in ["common", "combined"] {
        for host in [
            "2001:db8::",
            "2001:db8:1:2:x:x:x:x",
            "[fe80::1%eth0]:80",
            "fe80::1%eth0",
            "a+b/c==",
            "client.ex.org:51234",
            "www.ex.org:443",
            "unix:",
            "203.0.113.9,",
            "a,,b",
            "-",
        ] {
            for (ident, user) in
                [("-", "-"), ("-", "10.0.0.7"), ("-", "Ann Lee"), ("ann", "-"), ("ann.lee", "-"), ("-", "- -")]
            {
                let expected = format!("host={host}|ident={ident}|user={user}");
                let is_field_of_list = host.ends_with(',') && user.contains(' ');
                if !is_field_of_list {
                    check_front(pattern, &format!("{host} {ident} {user}"), &expected);
                }
            }
        }
    }
}

#[test]
fn a_field_more_in_front_is_no_match() {
    for pattern in ["common", "combined"] {
        for front in [
            "www.ex.org:443 203.0.113.9 - -",
            "www.ex.org:443 2001:db8:1:2:x:x:x:x - -",
            "www.ex.org:443 a+b/c== - -",
            "www.ex.org 203.0.113.9 - -",
            "www.ex.org 203.0.113.9 - ann",
            "www.ex.org 203.0.113.9 - Ann Lee",
            "www.ex.org 203.0.113.9 -",
            "www.ex.org client.ex.org - -",
            "www.ex.org client.ex.org - ann",
            "www.ex.org 203.0.113.9, 10.0.0.1 - -",
            "www.ex.org a.ex.org, b.ex.org - -",
            "203.0.113.9 10.0.0.1 - -",
            "203.0.113.9 10.0.0.1 10.0.0.2",
            "203.0.113.9, 10.0.0.1 -",
            "203.0.113.9 -",
            "- -",
            "203.0.113.9",
            "1758182633 203.0.113.9 - -",
            "Sep 18 10:03:53 web nginx: 203.0.113.9 - -",
            "",
        ] {
            check_front(pattern, front, "no match");
        }
    }
    for front in
        ["203.0.113.9 - -", "203.0.113.9 - Ann Lee", "203.0.113.9, 10.0.0.1 - -", "::1 - -", "w a b - -", "w:x a - -"]
    {
        check_front("vhost_combined", front, "no match");
    }
}

#[test]
fn a_line_of_another_pattern_is_told_so() {
    let check = |pattern: &str, line: &str, expected: &str| {
        let told = Pattern::new(pattern).unwrap().why_not(line);
        assert_eq!(told.strip_prefix("the line does not match extract.pattern"), Some(expected), "{line}");
    };
    let request = "[18/Sep/2025:10:03:53 +0200] \"GET / HTTP/1.1\" 200 10";
    let (client, agent) = ("203.0.113.9 - -", "\"-\" \"-\"");
    let ident = "; its fields are not those of the pattern, for ident would be \"203.0.113.9\"";
    check("common", &format!("www.ex.org:443 {client} {request}"), "; it matches vhost_combined");
    check("combined", &format!("www.ex.org:443 {client} {request} {agent}"), "; it matches vhost_combined");
    check("common", &format!("{client} {request} {agent}"), "; it matches combined");
    check("combined", &format!("{client} {request}"), "; it matches common");
    check("vhost_combined", &format!("{client} {request} {agent}"), "; it matches combined");
    check("common", &format!("web:80:x 203.0.113.9 - - {request}"), ident);
    check("syslog", "<34>1 2003-10-11T22:14:15.003Z h su - ID47 - x", "; it matches syslog5424");
    check("syslog5424", "<34>Oct 11 22:14:15 h su: x", "; it matches syslog");
    check("combined", "x", "");
    check("(?<a>x)", "y", "");
}

#[test]
fn an_access_log_s_time_and_request_stand_in_brackets_and_quotes() {
    let front = "203.0.113.9 - -";
    for rest in [
        "x] \"-\" 200 1",
        "[x \"-\" 200 1",
        "x \"-\" 200 1",
        "[x] - 200 1",
        "[x] \"-\" 200",
        "[x] \"-\" 1",
        "[x] [y] \"-\" 200 1",
        "[x] \"-\" 200 1 \"-\" \"-\"",
    ] {
        check("common", &format!("{front} {rest}"), "no match");
        check("vhost_combined", &format!("www:80 {front} {rest} 0.1"), "no match");
    }
}

#[test]
fn a_virtual_host_stands_in_front() {
    let client = "host=::1|ident=-|user=-";
    check_front("vhost_combined", "www.ex.org:443 ::1 - -", &format!("vhost=www.ex.org|port=443|{client}"));
    check_front("vhost_combined", "www ::1 - -", &format!("vhost=www|{client}"));
    check_front("vhost_combined", "[::1]:80 ::1 - -", &format!("vhost=[::1]|port=80|{client}"));
    check_front("vhost_combined", "10.0.0.1:- ::1 - -", &format!("vhost=10.0.0.1|port=-|{client}"));
    check(
        "vhost_combined",
        "w ::1 - - [x] \"-\" 200 1",
        &format!("vhost=w|{client}|time=x|method=-|status=200|bytes=1"),
    );
    check_front("vhost_combined", "www:80 - - Ann Lee", "vhost=www|port=80|host=-|ident=-|user=Ann Lee");
}

#[test]
fn syslog_s_days_and_priorities_have_both_forms() {
    for front in ["Oct  1", "Oct 1", "Oct 01", "Oct 11"] {
        let columns = format!("time={front} 02:03:04|host=h|program=su|message=x");
        check("syslog", &format!("{front} 02:03:04 h su: x"), &columns);
        check("syslog", &format!("<34>{front} 02:03:04 h su: x"), &columns);
    }
    check("syslog", "Oct  1 02:03:04 fw01: %ASA-6-1: x", "time=Oct  1 02:03:04|host=fw01:|program=%ASA-6-1|message=x");
    for line in ["Oct   1 02:03:04 h su: x", "Oct 001 02:03:04 h su: x"] {
        check("syslog", line, "no match");
    }
    check("syslog", "<34>1 2003-10-11T22:14:15.003Z h su - ID47 - x", "no match");
}

#[test]
fn syslog_of_rfc_5424_has_its_own_pattern() {
    let check = |rest: &str, columns: &str| {
        let line = format!("<165>1 2003-10-11T22:14:15.003Z h su 7 ID47 {rest}");
        let front = "priority=165|time=2003-10-11T22:14:15.003Z|host=h|program=su|pid=7|msgid=ID47";
        check("syslog5424", &line, &format!("{front}|{columns}"));
    };
    check("-", "data=-");
    check("- ", "data=-");
    check("- \u{feff}", "data=-|message=");
    check("- é", "data=-|message=é");
    check("- \u{feff}é  [x]", "data=-|message=é  [x]");
    check("[a@1] [b] c", "data=[a@1]|message=[b] c");
    check(r#"[a@1 x="1" y=""][b z="\"\\\]]"] c"#, r#"data=[a@1 x="1" y=""][b z="\"\\\]]"]|message=c"#);
}

#[test]
fn a_priority_is_a_number_up_to_191() {
    let rest = "2003-10-11T22:14:15Z - - - - -";
    for number in 0..=191 {
        let columns = "time=2003-10-11T22:14:15Z|host=-|program=-|pid=-|msgid=-|data=-";
        check("syslog5424", &format!("<{number}>1 {rest}"), &format!("priority={number}|{columns}"));
    }
    for number in ["192", "199", "200", "00", "01", "1000", "-1", ""] {
        check("syslog5424", &format!("<{number}>1 {rest}"), "no match");
    }
}

#[test]
fn what_is_not_rfc_5424_is_no_match() {
    let time = "2003-10-11T22:14:15Z";
    for line in [
        format!("<1>2 {time} h su - - - x"),
        format!("1 {time} h su - - - x"),
        format!("<1>1 {time} h su - - x"),
        format!("<1>1 {time} h su - - -x"),
        format!("<1>1 {time} h su - - x -"),
        format!("<1>1 {time} h su - - [a x=\"1] x"),
        format!("<1>1 {time} h su - - [a x=1] x"),
        format!("<1>1 {time} h su - - [a x"),
        "<1>1 Oct 11 22:14:15 h su - - - x".to_owned(),
        "<1>Oct 11 22:14:15 h su: x".to_owned(),
    ] {
        check("syslog5424", &line, "no match");
    }
}

#[test]
fn all_forms_of_a_ready_pattern_have_the_same_groups() {
    for name in ["common", "combined", "vhost_combined", "syslog", "syslog5424"] {
        let names = |regex: &Regex| regex.capture_names().map(|name| name.map(str::to_owned)).collect::<Vec<_>>();
        let pattern = Pattern::new(name).unwrap();
        assert!(pattern.regexes.iter().all(|regex| names(regex) == names(&pattern.regexes[0])), "{name}");
    }
}
