//! Names that people call and that are no functions here: what to write instead.

/// What only makes sense over groups of rows.
const AGGREGATES: [&str; 18] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "variance",
    "var_samp",
    "var_pop",
    "string_agg",
    "array_agg",
    "bool_and",
    "bool_or",
    "every",
    "median",
    "mode",
];

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
        name if AGGREGATES.contains(&name) => {
            return Some(format!("{name} is not supported yet: rows are milled one by one"));
        }
        _ => return None,
    };
    Some(format!("{name} is not supported; {remedy}"))
}
