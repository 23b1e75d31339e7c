//! Asks the server how rows refer to each other and to the table, by its own rules of what is equal: they come into a table of
//! the session's for that.

use super::connection::Connection;
use super::fault::Fault;
use super::libpq::Complaint;
use super::links::Links;
use super::loader::{KEEP, Loader, SAVEPOINT, TAKE_BACK, complaint_of};
use super::names::literal;
use super::own_keys::OwnKey;
use super::search::Search;
use super::shape::DECLARED;
use super::talk::first;
use crate::load::Part;
use crate::load::quote::quoted;

const SIFT: &str = "gristmill_sift";
const ROW: &str = "gristmill_row";

/// What the server says of some rows.
pub struct Sifted {
    /// For each key into the table itself.
    pub links: Vec<Links>,
    /// For each row the first one of the same `load.key`; none where nothing is put over anything.
    pub alike: Vec<usize>,
}

impl Loader {
    /// Nothing where the table may not be read. Where rows are refused it is undone, and else all of it is gone.
    pub fn sift(
        &self,
        connection: &mut Connection,
        keys: &[OwnKey],
        parts: &[Part],
        rows: usize,
    ) -> Result<Option<Sifted>, Fault> {
        const DENIED: &str = "42501";
        match self.ask_for_links(connection, keys, parts, rows) {
            Ok(sifted) => connection.run(&format!("drop table pg_temp.{SIFT}; {KEEP}")).map(|_| Some(sifted)),
            Err(Fault::Refused(complaint)) => {
                connection.run(TAKE_BACK)?;
                if complaint.sqlstate == DENIED { Ok(None) } else { Err(Fault::Refused(complaint)) }
            }
            Err(fault) => Err(fault),
        }
    }

    /// The rows that no table of such columns takes, in order, with what the server says of each.
    pub fn unreadable(&self, connection: &mut Connection, parts: &[Part]) -> Result<Vec<(usize, Complaint)>, Fault> {
        let create = self.prepare_sift(connection)?;
        connection.run(&create)?;
        let copy = format!("{SAVEPOINT}; {}", self.copy_to_sift());
        let mut search = Search::new(parts);
        while let Some(rows) = search.next() {
            match self.send_rows(connection, &copy, &search.parts(&rows)) {
                Ok(_) => search.loaded(&rows),
                Err(fault) if fault.blames_rows() => search.refused(rows, complaint_of(fault), SIFT),
                Err(fault) => return Err(fault),
            }
            connection.run(TAKE_BACK)?;
            if let Some(complaint) = search.blames_statement() {
                return Err(Fault::Refused(Box::new(complaint)));
            }
            connection.heed_stop()?;
        }
        connection.run(TAKE_BACK)?;
        Ok(search.into_refused())
    }

    fn ask_for_links(
        &self,
        connection: &mut Connection,
        keys: &[OwnKey],
        parts: &[Part],
        rows: usize,
    ) -> Result<Sifted, Fault> {
        let create = self.prepare_sift(connection)?;
        self.send_rows(connection, &format!("{create}; {}", self.copy_to_sift()), parts)?;
        let filled = keys.iter().filter(|key| key.is_filled(&self.columns));
        let links = filled.map(|key| links(connection, key, &self.columns, rows)).collect::<Result<_, _>>()?;
        let alike = match &self.same {
            None => Vec::new(),
            Some(same) => {
                let sql = format!("select min({ROW}) over (partition by {same}) from pg_temp.{SIFT} order by {ROW}");
                connection.run(&sql)?.into_iter().flatten().map(|row| number(row.as_deref())).collect()
            }
        };
        Ok(Sifted { links, alike })
    }

    /// Sets a savepoint; how the table is to be made behind it.
    fn prepare_sift(&self, connection: &mut Connection) -> Result<String, Fault> {
        let names: Vec<String> = self.columns.iter().map(|column| literal(column)).collect();
        let declarations = format!(
            "{SAVEPOINT}; drop table if exists pg_temp.{SIFT}; \
             select string_agg({DECLARED}, ', ') from pg_attribute where attrelid = {}::regclass and attname in ({})",
            literal(&self.target().sql()),
            names.join(", ")
        );
        let declared = first(connection.run(&declarations)?).unwrap_or_default();
        let row = format!("{ROW} bigint generated always as identity (minvalue 0 start 0)");
        Ok(format!("create temporary table {SIFT} ({declared}, {row}) on commit drop"))
    }

    fn copy_to_sift(&self) -> String {
        format!("copy pg_temp.{SIFT} ({}) from stdin{}", quoted(&self.columns), self.form.options())
    }
}

fn links(connection: &mut Connection, key: &OwnKey, columns: &[String], rows: usize) -> Result<Links, Fault> {
    let mut links = Links::new(rows);
    for pair in connection.run(&lacking(key, columns))? {
        let [child, parent] = [0, 1].map(|at| number(pair.get(at).and_then(Option::as_deref)));
        if let (Some(met), Some(parents)) = (links.is_met.get_mut(child), links.parents.get_mut(child)) {
            *met = false;
            parents.extend(Some(parent).filter(|parent| *parent < rows));
        }
    }
    Ok(links)
}

/// Asks for the rows that lead to no row of the table, nor to themselves, each with those that came along and that it leads to.
fn lacking(key: &OwnKey, columns: &[String]) -> String {
    /// Of rows with the same key only so many, or hot keys would make pairs without end. What is refused of them leaves its
    /// place to the next.
    const ENOUGH: usize = 8;
    let met = format!(
        "({}) or exists (select from {} p where {})",
        key.leads_nowhere("s"),
        key.leads_to,
        key.leads("s", "p")
    );
    if !key.leads_to_filled(columns) {
        return format!("select s.{ROW}, null from pg_temp.{SIFT} s where not ({met})");
    }
    let others: Vec<String> = key.pairs.iter().map(|(_, other)| other.clone()).collect();
    format!(
        "select s.{ROW}, p.{ROW} from pg_temp.{SIFT} s left join \
           (select *, row_number() over (partition by {} order by {ROW}) as gristmill_place from pg_temp.{SIFT}) p \
           on {} and p.gristmill_place <= {ENOUGH} \
         where not ({met}) and ({}) is not true order by 1, 2",
        quoted(&others),
        key.leads("s", "p"),
        key.leads("s", "s")
    )
}

fn number(text: Option<&str>) -> usize {
    text.and_then(|text| text.parse().ok()).unwrap_or(usize::MAX)
}
