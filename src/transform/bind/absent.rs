//! Names that people call and that are no functions here: what to write instead.

/// The message where the name is one of these.
pub fn instead(name: &str) -> Option<String> {
    let remedy = match name {
        "position" => return Some("position is written position(a in b)".to_string()),
        "random" | "rand" | "random_normal" | "setseed" | "gen_random_uuid" | "uuid_generate_v4" => {
            "a run gives the same each time; a key is md5(concat_ws(',', a, b)), one row in sixteen is where md5(a) < '1'"
        }
        "clock_timestamp" | "statement_timestamp" | "timeofday" => {
            "all rows of a run have one time; write now(), the run's start"
        }
        "nextval" | "currval" | "lastval" => "a run gives the same each time; write _line, the row's line in its file",
        "encode" | "decode" | "convert_from" | "convert_to" | "get_byte" | "set_byte" => {
            "there is no type bytea; md5(text) and sha256(text) give hex"
        }
        "string_to_array" | "regexp_split_to_array" | "regexp_matches" | "array_to_string" | "cardinality" => {
            "there are no arrays; split_part(a, ',', n) and regexp_substr(a, pattern, 1, n) give the n-th part"
        }
        "unnest" | "string_to_table" | "regexp_split_to_table" | "generate_series" | "json_array_elements" => {
            "one row gives one row; split_part(a, ',', n) gives the n-th part"
        }
        "to_number" => "write cast(replace(a, ',', '') as decimal(12,2))",
        "make_interval" => "write interval '1 day' * n",
        "json_build_object" | "jsonb_build_object" | "to_json" | "to_jsonb" | "row_to_json" => {
            "a sink of format jsonl writes rows as JSON"
        }
        "localtimestamp" => "write cast(now() as timestamp)",
        "localtime" | "current_time" => "write cast(now() as time)",
        "user" | "current_user" | "session_user" | "current_role" | "current_catalog" | "current_schema" => {
            "rows are milled without a database"
        }
        "row" => "a column has one value",
        "array_agg" | "json_agg" | "jsonb_agg" => "write string_agg",
        "median" | "mode" | "percentile_cont" | "percentile_disc" => {
            "it needs all values of a group at once; load the rows into a database and compute it there"
        }
        _ => return None,
    };
    Some(format!("{name} is not supported; {remedy}"))
}
