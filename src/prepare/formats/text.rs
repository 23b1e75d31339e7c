//! Text: the columns are the parts of the pattern, with its types.

use std::sync::Arc;

use crate::extract::Head;
use crate::format::Layout;
use crate::format::csv::NullWords;
use crate::format::text::{self, Latest, Pattern};
use crate::prepare::columns::Columns;
use crate::prepare::names::Names;
use crate::types::Session;

/// The job declares them, whatever the input holds.
pub fn describe(pattern: Arc<Pattern>, head: &Head, session: &Session) -> Columns {
    let layout = Layout::Text(text::Layout {
        lines: head.settings.records(1, session.zone),
        pattern,
        null: NullWords::new(&head.settings.null),
        latest: Latest::new(session.now, session.zone),
    });
    Columns::new(Names::declared(head).unwrap_or_default(), layout, &head.settings)
}
