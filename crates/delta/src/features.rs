//! What a table may ask of its readers. Everything else is refused by its name: a feature that is passed over may hide rows, or
//! show deleted ones.

use std::path::Path;

use delta_kernel::table_features::TableFeature;

use crate::error::DeltaError;

/// Whether `feature` changes nothing for a reader, or is heeded here.
fn is_heeded(feature: &TableFeature) -> bool {
    matches!(
        feature,
        TableFeature::ColumnMapping
            | TableFeature::DeletionVectors
            | TableFeature::TimestampWithoutTimezone
            | TableFeature::V2Checkpoint
            | TableFeature::VacuumProtocolCheck
    )
}

/// Refuses the first feature that is not heeded.
pub(crate) fn check(folder: &Path, asked: &[TableFeature]) -> Result<(), DeltaError> {
    match asked.iter().find(|feature| !is_heeded(feature)) {
        None => Ok(()),
        Some(feature) => {
            Err(DeltaError::Feature { folder: folder.to_owned(), feature: feature.as_ref().to_owned() })
        }
    }
}
