//! Asks the server how rows refer to each other and to the table, by its own rules of what is equal: they come into a table of
//! the session's for that.

use super::connection::Connection;
use super::fault::Fault;
use super::links::Links;
use super::loader::Loader;
use super::names::literal;
use super::own_keys::OwnKey;
use super::talk::{Rows, first};
use crate::load::Part;
use crate::load::quote::{quote, quoted};

const SIFT: &str = "pg_temp.gristmill_sift";
const ROW: &str = "gristmill_row";

/// What the server says of some rows.
pub struct Sifted {
    /// For each key into the table itself.
    pub links: Vec<Links>,
    /// For each row the first one of the same `load.key`; none where nothing is put over anything.
    pub alike: Vec<usize>,
}

impl Loader {
    /// Nothing where the table may not be read.
    pub fn sift(
        &self,
        connection: &mut Connection,
        keys: &[OwnKey],
        parts: &[Part],
        rows: usize,
    ) -> Result<Option<Sifted>, Fault> {
        const DENIED: &str = "42501";
        connection.run("savepoint gristmill")?;
        match self.ask_for_links(connection, keys, parts, rows) {
            Ok(sifted) => connection.run("release savepoint gristmill").map(|_| Some(sifted)),
            Err(Fault::Refused(complaint)) if complaint.sqlstate == DENIED => {
                connection.run("rollback to savepoint gristmill; release savepoint gristmill").map(|_| None)
            }
            Err(fault) => Err(fault),
        }
    }

    fn ask_for_links(
        &self,
        connection: &mut Connection,
        keys: &[OwnKey],
        parts: &[Part],
        rows: usize,
    ) -> Result<Sifted, Fault> {
        let columns = &self.columns;
        connection.run(&format!("drop table if exists {SIFT}"))?;
        let declared = first(connection.run(&self.declarations())?).unwrap_or_default();
        let row = format!("{ROW} bigint generated always as identity (minvalue 0 start 0)");
        connection.run(&format!("create temporary table gristmill_sift ({declared}, {row}) on commit drop"))?;
        let copy = format!("copy {SIFT} ({}) from stdin{}", quoted(columns), self.form.options());
        self.send_rows(connection, &copy, parts)?;
        let filled = keys.iter().filter(|key| key.is_filled(columns));
        let links = filled.map(|key| links(connection, key, columns, rows)).collect::<Result<_, _>>()?;
        let alike = match &self.same {
            None => Vec::new(),
            Some(same) => {
                let sql = format!("select min({ROW}) over (partition by {same}) from {SIFT} order by {ROW}");
                connection.run(&sql)?.into_iter().flatten().map(|row| number(row.as_deref())).collect()
            }
        };
        connection.run(&format!("drop table {SIFT}"))?;
        Ok(Sifted { links, alike })
    }

    /// Asks for the columns that the rows fill, as `create table` takes them; constraints do not come along.
    fn declarations(&self) -> String {
        let name = |column: &String| literal(column);
        let names: Vec<String> = self.columns.iter().map(name).collect();
        format!(
            "select string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) || coalesce( \
               (select format(' collate %I.%I', nspname, collname) from pg_collation c \
                join pg_namespace n on n.oid = collnamespace where c.oid = attcollation), ''), ', ') \
             from pg_attribute where attrelid = {}::regclass and attname in ({})",
            literal(&self.target().sql()),
            names.join(", ")
        )
    }
}

fn links(connection: &mut Connection, key: &OwnKey, columns: &[String], rows: usize) -> Result<Links, Fault> {
    let leads_to = format!("exists (select from {} p where {})", key.leads_to, key.leads("s", "p"));
    let met = format!("({}) or {leads_to}", key.leads_nowhere("s"));
    let row = quote(ROW);
    let lacking = format!("select s.{row} from {SIFT} s where not ({met})");
    let mut links = Links::new(rows);
    for row in connection.run(&lacking)? {
        let row = number(row.first().and_then(Option::as_deref));
        links.is_met.iter_mut().skip(row).take(1).for_each(|met| *met = false);
    }
    if !key.leads_to_filled(columns) {
        return Ok(links);
    }
    let pairs: Rows = connection.run(&format!(
        "select s.{row}, p.{row} from {SIFT} s join {SIFT} p on {} order by 1, 2",
        key.leads("s", "p")
    ))?;
    for pair in pairs {
        let [child, parent] = [0, 1].map(|at| number(pair.get(at).and_then(Option::as_deref)));
        if child == parent {
            // It needs no other row.
            links.is_met.iter_mut().skip(child).take(1).for_each(|met| *met = true);
        }
        if let Some(parents) = links.parents.get_mut(child).filter(|_| links.is_met.get(child) == Some(&false)) {
            parents.push(parent);
        }
    }
    Ok(links)
}

fn number(text: Option<&str>) -> usize {
    text.and_then(|text| text.parse().ok()).unwrap_or(usize::MAX)
}
