//! Made-up records in the shared schema, with known truth about who is the same person.
//!
//! [`write()`] fills a folder with one Parquet file per force and dataset, and beside them `truth.csv` (who each person
//! record really is, and how it was corrupted) and `probes.csv` (searches whose right answer is known). The same
//! [`Spec`] gives the same bytes. Nobody in it exists: names are drawn from lists of common words, addresses, numbers
//! and dates are made up, and [`planted()`] people are the same whatever the seed.

mod spec;
mod summary;
mod write;

mod planted;

mod identity;
mod names;
mod population;

mod corrupt;
mod handling;
mod profile;
mod records;
mod seasons;
mod truth;

mod belongings;
mod identifier;
mod places;

mod day;
mod dice;
mod shuffle;
mod table;

mod error;

pub use corrupt::Corruption;
pub use error::SynthError;
pub use planted::{Holding, Planted, PlantedObject, PlantedPerson, planted};
pub use spec::Spec;
pub use summary::{ForceSummary, Progress, Summary};
pub use write::write;
