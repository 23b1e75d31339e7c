//! The URL of a server, looked at before libpq sees it: libpq repeats what it cannot read, and that may be a password.

use super::libpq;
use crate::nearest::nearest;

/// Said in libpq's place.
pub const UNREADABLE: &str =
    "the URL cannot be read; signs such as : / ? # [ ] @ & % in a password or a name are written as %3A, %2F, …";

/// Whether libpq can read it, and cuts it where its writer means it to be cut; else what is wrong.
pub fn check(url: &str) -> Result<(), String> {
    if is_cut_as_meant(url) && libpq::can_read(url) {
        return Ok(());
    }
    Err(unknown_parameter(url).or_else(|| wrong_port(url)).unwrap_or_else(|| UNREADABLE.into()))
}

/// Says which parameter libpq does not know, where its name can be no piece of a password.
fn unknown_parameter(url: &str) -> Option<String> {
    let (_, parameters) = url.split_once('?').filter(|(_, parameters)| !parameters.contains(['@', '%']))?;
    let known = libpq::parameters();
    for parameter in parameters.split('&') {
        let (name, _) = parameter.split_once('=')?;
        let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match known.iter().any(|known| known == name) || name == "ssl" {
            true if name.contains("password") => return None,
            true => {}
            false if !is_word => return None,
            false => {
                let nearest = nearest(name, known.iter().map(String::as_str));
                let nearest = nearest.map(|nearest| format!("; the nearest is {nearest}")).unwrap_or_default();
                return Some(format!("the URL has a parameter {name}, which libpq does not know{nearest}"));
            }
        }
    }
    None
}

/// The port itself is not repeated, for it may be a piece of a password.
fn wrong_port(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let hosts = rest.split(['/', '?']).next().unwrap_or_default();
    let hosts = hosts.rsplit_once('@').map_or(hosts, |(_, hosts)| hosts);
    let is_wrong = !hosts.split(',').all(has_port);
    is_wrong.then(|| format!("a port of the URL is no number from 1 to 65535; or {UNREADABLE}"))
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
    use super::check as check_url;

    #[test]
    fn what_is_wrong_is_said() {
        let check = |url: &str, words: &str| {
            let said = check_url(url).unwrap_err();
            assert!(said.contains(words) && !said.contains("secret"), "{url}: {said}");
        };
        check("postgresql://h/d?sslmod=require", "parameter sslmod, which libpq does not know; the nearest is sslmode");
        check("postgresql://h/d?ssl=true&nonsense=1", "parameter nonsense, which");
        check("postgresql://h:abc/d", "no number from 1 to 65535");
        check("postgresql://h/d?password=ab&secret=1", "the URL cannot be read");
        check("postgresql://me:secret@h/d?password=ab&secretrest", "the URL cannot be read");
        check("postgresql://u:secret/x@h/d", "the URL cannot be read");
    }

    #[test]
    fn what_would_show_a_password_is_not_readable() {
        let check = |url: &str, readable| assert_eq!(check_url(url).is_ok(), readable, "{url}");
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
