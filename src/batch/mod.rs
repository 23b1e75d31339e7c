//! The nouns that travel: what extract hands to transform, what leaves the pool, and what is said of a bad row.

mod line_ends;
mod place;
mod heading;
mod chunk;
mod records;
mod reject;
mod encoded;
mod reach;

pub use chunk::{Broken, CHUNK_CHARGE, Charset, Chunk, InputFile, LARGEST_CHUNK, Skip, Spot, Values};
pub use encoded::{Encoded, Encoder, Payload};
pub use heading::{Heading, MARK, Signs};
pub use line_ends::LineEnds;
pub use place::{Accounts, Begin, Place};
pub use reach::{Gaps, Reach, Span};
pub use records::{Batch, Column, Computed, Failure, Records, Selection};
pub use reject::{ErrorType, REJECTS_HEADER, Refused, Reject, RowOrigin, Stage, rejects_header};
