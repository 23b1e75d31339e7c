//! Lines: the one column is the line.

use crate::extract::Head;
use crate::format::Layout;
use crate::prepare::columns::Columns;
use crate::prepare::names::Names;
use crate::types::Session;

/// The job declares the column, whatever the input holds.
pub fn describe(head: &Head, session: &Session) -> Columns {
    let names = Names::declared(head).unwrap_or_default();
    let layout = Layout::Csv(head.settings.records(names.names.len(), session.zone));
    Columns::new(names, layout, &head.settings)
}
