//! Whether the fields in front of an access log's time are host, ident and user: a format with other fields has the same shape.

// Addresses alone: what speaks to a network is in std.
use core::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Whether each of the three is what it is called; `host` may be a list with commas between, as proxies send it on.
pub fn is_client(host: &str, ident: &str, user: &str) -> bool {
    hosts(host).all(is_host) && is_ident(ident, host) && is_user(user, ident)
}

fn hosts(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(|host| host.strip_prefix(' ').unwrap_or(host))
}

/// A client at a socket of the machine itself is `unix:` to nginx.
fn is_host(text: &str) -> bool {
    text == "-" || text == "unix:" || is_address(text) || is_name(text)
}

/// Any name that a resolver or a private network has, those that are not by the rules included.
fn is_name(text: &str) -> bool {
    let names = |c: char| c.is_alphanumeric() || c == '_' || c == '*';
    text.chars().any(names) && text.chars().all(|c| names(c) || c == '-' || c == '.')
}

/// An IP address, alone or with its port or zone.
fn is_address(text: &str) -> bool {
    // All but the names that are given to people begin so, and most fields end here.
    if !text.starts_with(|c: char| c.is_ascii_hexdigit() || c == ':' || c == '[') {
        return false;
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse::<IpAddr>().is_ok() || text.parse::<SocketAddr>().is_ok() || has_zone(bare)
}

fn has_zone(text: &str) -> bool {
    let zoned = text.split_once('%');
    zoned.is_some_and(|(address, zone)| address.parse::<Ipv6Addr>().is_ok() && is_name(zone))
}

/// Almost always `-`. A dotted name is a second host where the first is a name as well; behind an address it may stand, as
/// lighttpd has its own name there.
fn is_ident(text: &str, host: &str) -> bool {
    let plain = || host != "-" && !text.contains([':', ',', '[']) && !is_address(text);
    text == "-" || plain() && (!text.contains('.') || hosts(host).all(is_address))
}

/// Names may have blanks, but behind an ident as well they are more likely fields too many, and so they are beside a lone `-`.
fn is_user(text: &str, ident: &str) -> bool {
    let blanks = text.contains(' ');
    let loose = |text: &str| text == "-" || text.starts_with("- ") || text.ends_with(" -");
    let no_field = !blanks || ident == "-" && !loose(text.trim_start());
    no_field && !text.split([' ', ',']).any(is_address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_addresses_names_and_lists_of_them() {
        for host in [
            "203.0.113.9",
            "203.0.113.9:51234",
            "2001:db8::1",
            "::ffff:10.0.0.1",
            "fe80::1%eth0",
            "[2001:db8::1]",
            "[2001:db8::1]:443",
            "localhost",
            "my_host.ex.org",
            "xn--bcher-kva.example.",
            "bücher.example",
            "***.novo.dk",
            "unix:",
            "-",
            "203.0.113.9, 10.0.0.1",
            "2001:db8::1,unknown, 10.0.0.1",
        ] {
            assert!(is_client(host, "-", "-"), "{host}");
        }
    }

    #[test]
    fn what_is_no_host_is_no_client() {
        for host in [
            "www.ex.org:443",
            "fe80::1%",
            "ex.org%eth0",
            "1:2:3",
            "\"203.0.113.9\"",
            "[error]",
            "http://ex.org/",
            "ann@ex.org",
            "a=b",
            "<13>web",
            "203.0.113.9,",
            ",203.0.113.9",
            "a,,b",
            "a,  b",
            "--",
            ".",
            "",
        ] {
            assert!(!is_client(host, "-", "-"), "{host}");
        }
    }

    #[test]
    fn users_are_what_people_are_called() {
        for user in [
            "-",
            "\"\"",
            "ann",
            "Ann Lee",
            "\"Ann Lee\"",
            " ann",
            "Ann - Lee",
            "ann@ex.org",
            "EX\\ann",
            "ann.lee",
            "Lee, Ann",
            "1.2.3",
            "cafe",
        ] {
            assert!(is_client("203.0.113.9", "-", user), "{user}");
        }
        for user in ["- -", "- ann", "ann -", " -", "203.0.113.9", "::1", "ann 203.0.113.9", "203.0.113.9, x"] {
            assert!(!is_client("203.0.113.9", "-", user), "{user}");
        }
    }

    #[test]
    fn an_ident_is_no_second_host() {
        for (host, ident) in [("203.0.113.9", "ann"), ("www.ex.org", "ann"), ("203.0.113.9", "www.ex.org")] {
            assert!(is_client(host, ident, "ann"), "{host} {ident}");
            assert!(!is_client(host, ident, "Ann Lee"), "{host} {ident}");
        }
        for (host, ident) in [
            ("www.ex.org", "203.0.113.9"),
            ("www.ex.org", "203.0.113.9:80"),
            ("www.ex.org", "2001:db8::1"),
            ("www.ex.org", "client.ex.org"),
            ("203.0.113.9", "www.ex.org:443"),
            ("203.0.113.9", "198.51.100.7"),
            ("203.0.113.9", "a,b"),
            ("203.0.113.9", "[12]"),
            ("-", "ann"),
        ] {
            assert!(!is_client(host, ident, "-"), "{host} {ident}");
        }
    }
}
