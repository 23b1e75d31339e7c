//! The URL of a server, looked at before libpq sees it: libpq repeats what it cannot read, and that may be a password.

use super::libpq;

/// Said in libpq's place.
pub const UNREADABLE: &str =
    "the URL cannot be read; signs such as : / ? # [ ] @ & % in a password or a name are written as %3A, %2F, …";

/// Whether libpq can read it, and cuts it where its writer means it to be cut.
pub fn is_readable(url: &str) -> bool {
    is_cut_as_meant(url) && libpq::can_read(url)
}

/// A password with a sign in it that has a meaning would become a host, a port or the name of a database.
fn is_cut_as_meant(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (user, behind) = match rest.split_once('@') {
        Some((user, behind)) if !user.contains('/') => (user, behind),
        _ => ("", rest),
    };
    let location = behind.split('?').next().unwrap_or_default();
    let (hosts, _) = location.split_once('/').unwrap_or((location, ""));
    let name = user.split(':').next().unwrap_or_default();
    !name.contains('?') && !location.contains('@') && hosts.split(',').all(has_port)
}

/// A number, or none; the colons of an address in brackets part no port.
fn has_port(host: &str) -> bool {
    let behind = host.rsplit_once(']').map_or(host, |(_, behind)| behind);
    behind.split_once(':').is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_show_a_password_is_not_readable() {
        let check = |url: &str, readable| assert_eq!(is_readable(url), readable, "{url}");
        check("postgresql://u:se%2Fcr%40et@host:5432,[::1]:5433,other/db?password=hidden", true);
        check("postgresql:///?service=mill", true);
        check("postgresql://u:localhost@localhost:1/d", true);
        check("postgresql://u:se/cr@et@host:5432/db", false);
        check("postgresql://u:12/cr@host/db", false);
        check("postgresql://u:a@secret@host/db", false);
        check("postgresql://u:12?secret@host/db", true);
        check("postgresql://u:12?a@secret@host/db", false);
        check("postgresql://u:12?a/secret@host/db", false);
        check("postgresql://host?password=a@secret", false);
        check("postgresql://u@h/d?password=ab&secretrest", false);
        check("postgresql://u@h/d?sslpassword=q&password=hidden%zz", false);
        check("postgresql://u@h/d?pass%77ord=secret%zz", false);
    }
}
