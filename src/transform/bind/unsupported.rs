//! Names that people call and that are no functions here: what to write instead.

/// The message where the name is one of these.
pub fn instead(name: &str) -> Option<String> {
    match name {
        "position" => Some("position is written position(a in b)".to_string()),
        "year" | "month" | "day" | "hour" | "minute" => {
            Some(format!("{name} is not supported; write extract({name} from a)"))
        }
        _ => {
            let (_, remedy) = REMEDIES.iter().find(|(names, _)| names.contains(&name))?;
            Some(format!("{name} is not supported; {remedy}"))
        }
    }
}

/// Names with the same remedy.
const REMEDIES: &[(&[&str], &str)] = &[
    (
        &["random", "rand", "random_normal", "setseed", "gen_random_uuid", "uuid_generate_v4"],
        "a run gives the same each time; a key is md5(concat_ws(',', a, b)), one row in sixteen is where md5(a) < '1'",
    ),
    (
        &["clock_timestamp", "statement_timestamp", "timeofday"],
        "all rows of a run have one time; write now(), the run's start",
    ),
    (&["nextval", "currval", "lastval"], "a run gives the same each time; write _line, the row's line in its file"),
    (
        &["encode", "decode", "convert_from", "convert_to", "get_byte", "set_byte"],
        "there is no type bytea; md5(text) and sha256(text) give hex",
    ),
    (
        &["string_to_array", "regexp_split_to_array", "regexp_matches", "array_to_string", "cardinality"],
        "there are no arrays; split_part(a, ',', n) and regexp_substr(a, pattern, 1, n) give the n-th part",
    ),
    (
        &["unnest", "string_to_table", "regexp_split_to_table", "generate_series", "json_array_elements"],
        "one row gives one row; split_part(a, ',', n) gives the n-th part",
    ),
    (&["to_number"], "write cast(replace(a, ',', '') as decimal(12,2))"),
    (&["make_interval"], "write interval '1 day' * n"),
    (
        &["json_build_object", "jsonb_build_object", "to_json", "to_jsonb", "row_to_json"],
        "a sink of format jsonl writes rows as JSON",
    ),
    (&["localtimestamp"], "write cast(now() as timestamp)"),
    (&["localtime", "current_time"], "write cast(now() as time)"),
    (
        &["user", "current_user", "session_user", "current_role", "current_catalog", "current_schema"],
        "rows are milled without a database",
    ),
    (&["row"], "a column has one value"),
    (
        &["array_agg", "json_agg", "jsonb_agg", "list", "group_concat", "listagg", "array_concat_agg"],
        "write string_agg(a, ',')",
    ),
    (&["approx_count_distinct"], "write count(distinct a)"),
    (
        &["first", "last", "any_value", "arbitrary", "arg_min", "arg_max", "min_by", "max_by"],
        "write min(a) or max(a); select distinct on (key) takes the first row of each key",
    ),
    (
        &["corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept", "regr_r2"],
        "load the rows into a database and compute it there",
    ),
    (&["rollup", "cube"], "run once for each grouping"),
    (
        &["row_number", "rank", "dense_rank", "ntile", "lag", "lead", "first_value", "last_value"],
        "window functions are not possible for a stream; load the rows into a database and compute them there",
    ),
    (&["ifnull", "nvl", "isnull"], "write coalesce(a, b)"),
    (&["if", "iif"], "write case when a then b else c end"),
    (&["len"], "write length(a)"),
    (&["instr", "charindex", "locate"], "write strpos(a, b)"),
    (&["string_split", "str_split", "split", "substring_index"], "write split_part(a, ',', n)"),
    (&["regexp_extract"], "write regexp_substr(a, pattern)"),
    (&["strftime", "date_format"], "write to_char(a, 'YYYY-MM-DD')"),
    (&["strptime", "str_to_date"], "write to_timestamp(a, 'YYYY-MM-DD HH24:MI:SS'), or to_date"),
    (&["datediff", "date_diff"], "write a::date - b::date for days, or age(a, b)"),
    (&["dateadd", "date_add", "date_sub"], "write a + interval '1 day'"),
    (&["getdate", "sysdate", "today"], "write now(), or current_date"),
    (
        &["median", "mode", "percentile_cont", "percentile_disc"],
        "it needs all values of a group at once; load the rows into a database and compute it there",
    ),
];
