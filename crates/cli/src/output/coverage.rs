//! The coverage as programs and people read it.

use jiff::Timestamp;
pub(crate) use model::coverage_json::{CoverageJson, as_of, code};

/// A moment as people read it, to the minute.
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
