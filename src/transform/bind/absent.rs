//! Names that people call and that are no functions here: what to write instead.

/// The message where the name is one of these.
pub fn instead(name: &str) -> Option<String> {
    let remedy = match name {
        "position" => return Some("position is written position(a in b)".to_string()),
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
