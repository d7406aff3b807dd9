//! The threat picture: which tables it is made of, what the forces' answers say together, and how it is written for
//! people and programs. Pure: no clock, disk or network; nothing here asks anybody anything.
//!
//! ```text
//! Frame ─► questions ─► (asked by the shell) ─► Picture::of ─► text, JSON, CSV, HTML
//! ```
//!
//! What a force protects stays protected: a suppressed share makes a figure a bound, never a number, and a trend is told
//! only where it is larger than everything that rounding and noise may have added.

pub mod period;
pub mod question;

pub mod amount;
pub mod trend;

mod answer;
pub mod picture;
mod sections;
mod summary;

mod words;

pub mod csv;
pub mod explain;
pub mod html;
pub mod json;
pub mod text;

pub use amount::{Amount, Share, Status};
pub use period::{Frame, Period};
pub use picture::{Block, Cell, Chart, Head, Picture, Row, Section};
pub use question::{Asked, Heard, Topic, When, questions};
pub use trend::{Trend, trend};

#[cfg(test)]
mod tests;
