//! URLs of servers that cannot be used: how the run ends, and that no password is shown.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::link::Link;
use super::server::Schema;
use crate::support::Done;

/// Given up at once.
const BRIEFLY: [&str; 2] = ["--set", "load.retry.max_elapsed_time=0s"];

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn no_server_or_no_such_database() {
    let schema = Schema::new();
    schema.folder.write("in.csv", "id\n1\n");
    let wrong = schema.table("t").replacen("/postgres?", "/nosuchdatabase?", 1);
    schema.folder.mill(["run", "in.csv", &wrong]).exits(78).says("nosuchdatabase").says("3D000");
    // A password may be a word that libpq has reason to say.
    for password in ["s3cret", "localhost"] {
        let gone = format!("postgresql://me:{password}@localhost:1/d?table=t");
        let done = schema.folder.mill([&["run", "in.csv", &gone], &BRIEFLY[..]].concat()).exits(69);
        assert!(!done.says("cannot connect to PostgreSQL").stderr.contains("s3cret"));
    }
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn no_piece_of_a_password_is_shown() {
    let schema = Schema::new();
    schema.folder.write("in.csv", "id\n1\n");
    for url in [
        "postgresql://me:ab/secret@localhost:1/d?table=t",
        "postgresql://me:ab@secret@localhost:1/d?table=t",
        "postgresql://u@localhost:1/d?password=ab&secretrest&table=t",
        "postgresql://u@localhost:1/d?sslpassword=q&password=secret%zz&table=t",
        "postgresql://u@localhost:1/d?pass%77ord=secret%zz&table=t",
    ] {
        let done = schema.folder.mill(["run", "in.csv", url]).exits(78).says("the URL cannot be read");
        assert!(!done.stderr.contains("secret"), "{}", done.stderr);
    }
}

/// One that takes connections and says nothing stands before the one that works.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_silent_server_is_passed_over() {
    let schema = Schema::new();
    schema.folder.write("in.csv", "id\n1\n");
    let (silent, link) = (TcpListener::bind("127.0.0.1:0").unwrap(), Link::new(&schema));
    let target = link.service(&schema, "t");
    let both = format!("host=127.0.0.1,127.0.0.1\nport={},", silent.local_addr().unwrap().port());
    let services = schema.folder.text("services").replace("host=127.0.0.1\nport=", &both);
    schema.folder.write("services", services + "connect_timeout=2\n");
    let start = Instant::now();
    Done::wait(schema.folder.start_with(&[("PGSERVICEFILE", "services")], ["run", "in.csv", &target])).exits(0);
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    assert_eq!(schema.sql("select count(*) from t"), "1");
}
