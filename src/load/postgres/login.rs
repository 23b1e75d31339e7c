//! What libpq finds wrong with a connection that no waiting mends, and what to do about it. Its own words are English.

use std::borrow::Cow;

/// What libpq says, and the remedy, the more special before the more general.
const HOPELESS: [(&str, &str); 18] = [
    (
        "does not match host name",
        "connect by a name that stands in the server's certificate; sslmode=verify-ca looks at no name",
    ),
    ("certificate verify failed", "sslrootcert=FILE names the certificate of who signed the server's"),
    (
        "root certificate file",
        "let sslrootcert=FILE name one that is there, or sslrootcert=system trust those of the system",
    ),
    ("could not load system root certificate", "let sslrootcert=FILE name one"),
    ("does not support SSL", "sslmode=prefer goes without encryption where the server has none"),
    ("private key", "sslcert and sslkey name files that belong together and that only you may read"),
    ("certificate", "sslcert, sslkey and sslrootcert name the files of a connection that is encrypted"),
    ("alert", "the server does not accept how this side encrypts: sslcert, sslkey, ssl_min_protocol_version"),
    ("SSL protocol", "ssl_min_protocol_version and ssl_max_protocol_version name one that the server has"),
    ("GSSAPI", "gssencmode=disable goes without it"),
    ("no password supplied", "the password comes from the URL, PGPASSWORD or the file .pgpass"),
    ("channel binding", "channel_binding=prefer goes without it"),
    ("authentication method", "require_auth names the methods that may be used"),
    ("requirepeer", "the server runs under another account than the one that requirepeer names"),
    ("service", "PGSERVICEFILE names the file that services stand in"),
    ("Permission denied", "this account may not use that socket or port"),
    ("expected authentication request", "what listens there is no PostgreSQL server"),
    ("received invalid", "what listens there is no PostgreSQL server"),
];

/// What is wrong with the parameters themselves, each of which libpq names.
const PARAMETERS: [&str; 7] = [
    "invalid",
    "could not match",
    "weak sslmode",
    "is too long",
    "may not be used",
    "must be specified",
    "not supported",
];

const NO_SUCH_NAME: &str = "could not translate host name";

/// What to do about a connection that cannot be made, where time does not mend it.
pub fn remedy(why: &str) -> Option<&'static str> {
    let words = unquoted(why);
    if is_unknown_name(&words) {
        return Some("look at how the name of the host is written, and whether this machine can look it up");
    }
    let found = HOPELESS.iter().find(|(said, _)| words.contains(said)).map(|(_, remedy)| *remedy);
    let of_parameters = || PARAMETERS.iter().any(|said| words.contains(said));
    found.or_else(|| of_parameters().then_some("look at the parameters of the URL, the PG… variables and the service"))
}

/// A name that nobody knows. One that was known before is likely to be known again.
pub fn is_unknown_name(why: &str) -> bool {
    // A resolver that is away itself says so.
    why.lines().any(|line| line.contains(NO_SUCH_NAME) && !line.contains("Temporary failure"))
}

/// Without what stands in double quotes, which is the user's.
fn unquoted(why: &str) -> Cow<'_, str> {
    match why.contains('"') {
        true => why.split('"').step_by(2).collect::<Vec<_>>().join("\"").into(),
        false => why.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_time_does_not_mend() {
        let check = |why: &str, words: Option<&str>| match (remedy(why), words) {
            (Some(remedy), Some(words)) => assert!(remedy.contains(words), "{why}: {remedy}"),
            (found, expected) => assert_eq!(found, expected, "{why}"),
        };
        let at = "connection to server at \"h\" (127.0.0.1), port 5432 failed: ";
        check(&format!("{at}SSL error: certificate verify failed: self-signed"), Some("sslrootcert=FILE names"));
        check(
            &format!("{at}server certificate for \"a\" does not match host name \"h\""),
            Some("stands in the server's certificate"),
        );
        check(&format!("{at}root certificate file \"ca.crt\" does not exist\nEither provide"), Some("is there"));
        check(&format!("{at}server does not support SSL, but SSL was required"), Some("sslmode=prefer"));
        check("could not translate host name \"h\" to address: Name or service not known", Some("host"));
        check("could not translate host name \"h\" to address: Temporary failure in name resolution", None);
        check("invalid port number: \"99999\"", Some("parameters"));
        // What is the user's says nothing.
        check("connection to server at \"invalid-certificate\" (1.2.3.4) failed: Connection refused", None);
        check(&format!("{at}Connection refused\n\tIs the server running?"), None);
        check(&format!("{at}SSL SYSCALL error: EOF detected"), None);
        check(&format!("{at}server closed the connection unexpectedly"), None);
    }
}
