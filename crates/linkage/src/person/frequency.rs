//! How common names are, where a force has counted them in its own records.
//! A rare name that agrees says more than a common one.

/// Shares of records that carry a name, between 0 and 1. `None` leaves the average in place.
///
/// Names are given in the normal form of [`crate::name`], family names with their spaces.
pub trait NameFrequencies {
    /// The share of records with this family name.
    fn family(&self, name: &str) -> Option<f64>;

    /// The share of records with this first given name.
    fn given(&self, name: &str) -> Option<f64>;
}
