//! Whether a line of an access log has one field more in front than its pattern, so that each stands in the next one's place.

// Addresses alone: what speaks to a network is in std.
use core::net::{IpAddr, SocketAddr};

/// The fields in front of an access log's time.
#[derive(Clone, Copy)]
pub struct Client<'a> {
    pub host: &'a str,
    /// Almost always `-`, and never an address.
    pub ident: &'a str,
    pub user: &'a str,
    /// A virtual host stands before them.
    pub is_behind_vhost: bool,
}

impl Client<'_> {
    /// Whether `ident` is a host, or `user` two fields.
    pub fn is_shifted(self) -> bool {
        let Client { host, ident, user, is_behind_vhost } = self;
        let is_list = || ident.ends_with(',');
        let are_two = || user.contains(' ') && (user.starts_with("- ") || user.ends_with(" -"));
        ident != "-" && (are_two() || is_list() || is_address(ident) || is_behind_vhost && host == "-")
    }
}

/// An IP address, alone, with its port or zone, or with parts of it blanked.
fn is_address(text: &str) -> bool {
    // What people are called begins otherwise.
    if !text.starts_with(|c: char| c.is_ascii_hexdigit() || c == ':' || c == '[') {
        return false;
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let bare = bare.split_once('%').map_or(bare, |(address, _)| address);
    bare.parse::<IpAddr>().is_ok() || text.parse::<SocketAddr>().is_ok() || text.starts_with('[') || is_blanked(bare)
}

/// `203.0.113.x`, and `2001:db8:x:x:x:x:x:x`.
fn is_blanked(text: &str) -> bool {
    let of_number = |c: char| c.is_ascii_digit() || c == 'x' || c == '*';
    let is_number = |part: &str| !part.is_empty() && part.chars().all(of_number);
    let of_group = |c: char| c.is_ascii_hexdigit() || c == 'x' || c == '*' || c == ':';
    text.split('.').count() == 4 && text.split('.').all(is_number)
        || text.matches(':').count() > 1 && text.chars().all(of_group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_shifted(host: &str, ident: &str, user: &str, is_behind_vhost: bool) -> bool {
        Client { host, ident, user, is_behind_vhost }.is_shifted()
    }

    #[test]
    fn an_address_is_no_ident() {
        for ident in [
            "203.0.113.9",
            "203.0.113.9:80",
            "203.0.113.x",
            "2001:db8::1",
            "2001:db8::",
            "2001:db8:1:2:x:x:x:x",
            "fe80::1%eth0",
            "[2001:db8::1]",
            "[2001:db8::1]:443",
            "203.0.113.9,",
            "client.ex.org,",
        ] {
            assert!(is_shifted("www.ex.org", ident, "-", false), "{ident}");
        }
    }

    #[test]
    fn people_are_called_many_things() {
        for ident in
            ["-", "ann", "ann.lee", "cafe", "1.2.3", "10", "a:b", "d3ad:beef", "client.ex.org", "10.0.0", "EX\\ann"]
        {
            for user in ["-", "ann", "Ann Lee", "10.0.0.7", "2001:db8::1", "Ann - Lee", "\"\"", " ann"] {
                assert!(!is_shifted("203.0.113.9", ident, user, false), "{ident} {user}");
            }
        }
        assert!(!is_shifted("-", "ann", "-", false));
        assert!(is_shifted("-", "ann", "lee", true));
        assert!(!is_shifted("-", "-", "- x", false));
    }

    #[test]
    fn behind_an_ident_a_user_is_no_two_fields() {
        for user in ["- -", "- ann", "ann -", "10.0.0.1 - -"] {
            assert!(is_shifted("www.ex.org", "client.ex.org", user, false), "{user}");
        }
    }
}
