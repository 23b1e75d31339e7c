//! Encrypted connections: what is set up wrongly ends the run at once, with what to do.

use std::time::{Duration, Instant};

use super::server::Schema;

/// The certificate that signed the server's, and the server's address.
fn server() -> (String, String) {
    let both =
        std::env::var("GRISTMILL_POSTGRES_TLS").expect("a server with encryption, as scripts/with-postgres starts one");
    let (authority, address) = both.split_once(' ').expect("a file and an address");
    (authority.to_owned(), address.to_owned())
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_connection_that_cannot_be_trusted_ends_the_run_at_once() {
    let schema = Schema::new();
    let (authority, address) = server();
    schema.folder.write("in.csv", "id\n1\n");
    let wrong = schema.folder.path().join("in.csv").display().to_string();
    let trusted = format!("sslrootcert={authority}");
    for (host, parameters, words) in [
        ("mill.test", format!("sslmode=verify-full&{trusted}"), None),
        ("other.test", format!("sslmode=verify-ca&{trusted}"), None),
        ("other.test", "sslmode=require".to_owned(), None),
        (
            "other.test",
            format!("sslmode=verify-full&{trusted}"),
            Some("a name that stands in the server's certificate"),
        ),
        ("mill.test", "sslmode=verify-full&sslrootcert=system".to_owned(), Some("sslrootcert=FILE names")),
        ("mill.test", "sslmode=verify-ca&sslrootcert=/nosuch/ca.crt".to_owned(), Some("name one that is there")),
        ("mill.test", format!("sslmode=verify-ca&sslrootcert={wrong}"), Some("root certificate file")),
        ("mill.test", format!("sslmode=require&sslcert={wrong}"), Some("certificate")),
        ("mill.test", "sslmode=requir".to_owned(), Some("invalid sslmode value")),
    ] {
        let server = format!("postgresql://postgres@{host}/postgres?hostaddr={address}&{parameters}");
        let start = Instant::now();
        let done = schema.folder.mill(["run", "in.csv", &format!("{server}&table={}.t", schema.name)]);
        match words {
            None => done.exits(0),
            Some(words) => done.exits(78).says(words),
        };
        assert!(start.elapsed() < Duration::from_secs(5), "{parameters}: {:?}", start.elapsed());
    }
    assert_eq!(schema.sql("select count(*) from t"), "3");
}

/// The server's socket speaks no TLS.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn what_the_other_side_cannot_do_is_not_waited_for() {
    let schema = Schema::new();
    let link = super::link::Link::new(&schema);
    let service = link.service(&schema, "t");
    schema.folder.write("in.csv", "id\n1\n");
    let arguments = ["run", "in.csv", &format!("{service}&sslmode=require")];
    let done = crate::support::Done::wait(schema.folder.start_with(&[("PGSERVICEFILE", "services")], arguments));
    done.exits(78).says("server does not support SSL").says("sslmode=prefer");
}
