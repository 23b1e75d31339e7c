//! `upsert` by a key.

use super::{load, rows, shop};
use crate::support::{Folder, records};

const BY_ID: [&str; 4] = ["--mode", "upsert", "--set", "load.key=[\"id\"]"];

#[test]
fn rows_are_updated_by_their_key_and_bad_ones_rejected() {
    let schema = "create table t (id int, shop text, name text check (name <> 'bad'), n int default 7);
        create unique index k on t(shop, id); insert into t values (1, 'a', 'old', 1), (2, 'a', 'old', 2)";
    let folder = shop("id,name,shop\n1,x,a\n1,y,b\n1,z,a\n3,bad,a\n2,bad,a\n", schema);
    load(&folder, &["--mode", "upsert", "--set", "load.key=[\"id\", \"SHOP\"]"], 3);
    let expected = "i:1 t:a t:z i:1\ni:1 t:b t:y i:7\ni:2 t:a t:old i:2";
    assert_eq!(rows(&folder, "select * from t order by id, shop"), expected);
    let rejects = records(folder.rejects().as_bytes());
    let lines: Vec<&str> = rejects[1..].iter().map(|reject| reject[1].as_str()).collect();
    assert_eq!(lines, ["5", "6"]);
    assert_eq!(
        (rejects[1][6].as_str(), rejects[1][7].as_str()),
        ("CONSTRAINT", "CHECK constraint failed: name <> 'bad'")
    );
    load(&folder, &BY_ID, 78).says("load.key must be the columns of its primary key or of a unique index; create one");
    load(&folder, &["--mode", "upsert", "--set", "load.key=[\"ids\"]"], 78).says("load.key names column ids");
}

#[test]
fn a_missing_table_is_made_and_takes_the_same_rows_again() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n2,b\n,nobody\n1,c\n");
    for _ in 0..2 {
        load(&folder, &BY_ID, 3);
        assert!(folder.rejects().contains("NOT NULL constraint failed: t.id"));
        assert_eq!(rows(&folder, "select * from t"), "i:1 t:c\ni:2 t:b");
    }
    // A run that fails changes nothing.
    folder.write("in.csv", "id,name\n1,d\nx,y,z\n");
    load(&folder, &[&BY_ID[..], &["--max-errors", "0"]].concat(), 4);
    assert_eq!(rows(&folder, "select name from t where id = 1"), "t:c");
}
