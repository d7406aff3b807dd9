//! Where records are compared by the numbers of their names: what a number stands for.

use super::NameTable;
use crate::name::NameMarks;

/// Names under numbers. The same number always stands for the same name.
pub trait NameStore {
    /// The name that has a number.
    fn name(&self, number: u32) -> &str;

    /// Its marks. Zero is always true, and makes the name be read.
    fn marks(&self, number: u32) -> NameMarks;
}

impl NameStore for NameTable {
    fn name(&self, number: u32) -> &str {
        self.name(number)
    }

    fn marks(&self, number: u32) -> NameMarks {
        NameMarks::of(self.name(number))
    }
}
