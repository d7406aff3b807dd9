//! From expressions over records to the closed grammar of tables: filters, dimensions, measures. What has no place there is
//! refused with a way to say it.

pub(crate) mod dimension;
pub(crate) mod filter;
pub(crate) mod measure;
mod span;
