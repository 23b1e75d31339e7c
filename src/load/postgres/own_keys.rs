//! Foreign keys of a table into itself: a row may be refused for one that a later row mends.

use super::connection::Connection;
use super::fault::Fault;
use super::libpq::Complaint;
use super::names::{Name, literal};
use crate::load::quote::quote;

/// One such key. What it leads to is the table itself, or the partitioned one that the table is a part of.
pub struct OwnKey {
    name: String,
    /// The table that is looked in, as SQL takes it.
    pub leads_to: String,
    /// Columns, and those that each leads to.
    pub pairs: Vec<(String, String)>,
    /// One NULL among values is refused, else it leads nowhere and is fine.
    pub is_full: bool,
}

/// A row for each pair of columns.
const OWN_KEYS: &str = "select c.oid, c.conname, c.confrelid::regclass::text, c.confmatchtype = 'f', a.attname, b.attname \
    from pg_constraint c, unnest(c.conkey, c.confkey) with ordinality pair(one, other, place), pg_attribute a, pg_attribute b \
    where c.contype = 'f' and c.conrelid = …::regclass \
    and (c.confrelid = c.conrelid or c.confrelid in (select relid from pg_partition_ancestors(c.conrelid))) \
    and not exists (select from pg_constraint whole where whole.oid = c.conparentid and whole.conrelid = c.conrelid) \
    and a.attrelid = c.conrelid and a.attnum = one and b.attrelid = c.confrelid and b.attnum = other \
    order by c.conname, c.oid, place";

/// The keys of a table, as it is now.
pub fn own_keys(connection: &mut Connection, table: &Name) -> Result<Vec<OwnKey>, Fault> {
    let rows = connection.run(&OWN_KEYS.replace('…', &literal(&table.sql())))?;
    let (mut keys, mut last) = (Vec::<OwnKey>::new(), String::new());
    for row in rows {
        let Ok([Some(oid), Some(name), Some(leads_to), Some(full), Some(column), Some(other)]) =
            <[Option<String>; 6]>::try_from(row)
        else {
            continue;
        };
        if oid != last {
            keys.push(OwnKey { name, leads_to, pairs: Vec::new(), is_full: full == "t" });
            last = oid;
        }
        if let Some(key) = keys.last_mut() {
            key.pairs.push((column, other));
        }
    }
    Ok(keys)
}

/// Whether a row is refused for one of them.
pub fn is_of(keys: &[OwnKey], complaint: &Complaint) -> bool {
    complaint.sqlstate == "23503" && keys.iter().any(|key| key.name == complaint.constraint)
}

impl OwnKey {
    /// Whether the rows that are loaded fill it; else it leads nowhere.
    pub fn is_filled(&self, columns: &[String]) -> bool {
        self.pairs.iter().all(|(column, _)| columns.contains(column))
    }

    /// Whether rows that are loaded can be what it leads to.
    pub fn leads_to_filled(&self, columns: &[String]) -> bool {
        self.pairs.iter().all(|(_, other)| columns.contains(other))
    }

    /// The condition that a row `child` leads to the row `parent`.
    pub fn leads(&self, child: &str, parent: &str) -> String {
        let pair =
            |(column, other): &(String, String)| format!("{parent}.{} = {child}.{}", quote(other), quote(column));
        self.pairs.iter().map(pair).collect::<Vec<_>>().join(" and ")
    }

    /// The condition that a row leads nowhere, and may.
    pub fn leads_nowhere(&self, child: &str) -> String {
        let null = |(column, _): &(String, String)| format!("{child}.{} is null", quote(column));
        let nulls: Vec<String> = self.pairs.iter().map(null).collect();
        nulls.join(if self.is_full { " and " } else { " or " })
    }
}
