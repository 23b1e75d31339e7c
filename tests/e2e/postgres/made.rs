//! Tables that a run makes: a guessed double gives its texts back, or is text.

use super::server::Schema;

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_guessed_double_is_one_where_it_gives_its_texts_back() {
    let schema = Schema::new();
    let types = |table: &str| {
        schema.sql(&format!(
            "select string_agg(format_type(atttypid, atttypmod), ',' order by attnum) from pg_attribute \
             where attrelid = '{table}'::regclass and attnum > 0"
        ))
    };
    let rows = "version,price,ratio\n1.9,29.90,0.5\n1.10,5.50,12\n";
    let done = schema.load(rows, "t", &[]).exits(0);
    let said = "t gets version text, for as numbers its values would be written in other ways; price double, without zeros at the end";
    assert!(done.stderr.contains(said), "{}", done.stderr);
    assert_eq!(types("t"), "text,double precision,double precision");
    assert_eq!(schema.sql("select * from t"), "1.9|29.9|0.5\n1.10|5.5|12");
    let key = ["--mode", "upsert", "--set", "load.key=ratio", "--select", "ratio, price"];
    schema.load("price,ratio\n1,0.5\n2,1.5\n3,0.5\n", "u", &key).exits(0);
    assert_eq!(types("u"), "text,bigint");
    assert_eq!(schema.sql("select * from u order by 1"), "0.5|3\n1.5|2");
}
