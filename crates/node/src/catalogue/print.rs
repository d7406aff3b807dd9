//! Fingerprints of stored rows: equal where all cells, the entity's number and the label are equal. By them the next epoch
//! finds out what changed without reading the records again.

use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryBuilder};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use model::{LabelId, LabelTable};
use twox_hash::XxHash3_128;

/// Bytes of a fingerprint.
pub(super) const PRINT_BYTES: i32 = 16;

/// Makes the fingerprints of one dataset's rows.
pub(super) struct Prints {
    rows: RowConverter,
    /// The fingerprint of each label met so far: a label's number means nothing without its table.
    labels: Vec<u128>,
    bytes: Vec<u8>,
}

impl Prints {
    /// For rows whose cells are the first columns of `schema`, `cells` in number.
    pub(super) fn new(schema: &SchemaRef, cells: usize) -> Result<Self, ArrowError> {
        let fields = schema.fields().iter().take(cells);
        let fields = fields.map(|field| SortField::new(field.data_type().clone())).collect();
        Ok(Self { rows: RowConverter::new(fields)?, labels: Vec::new(), bytes: Vec::new() })
    }

    /// The fingerprint of each row.
    pub(super) fn of(
        &mut self,
        cells: &[ArrayRef],
        entities: &[u32],
        labels: &[LabelId],
        table: &LabelTable,
    ) -> Result<ArrayRef, ArrowError> {
        for (_, label) in table.iter().skip(self.labels.len()) {
            let spelled = serde_json::to_vec(label)
                .map_err(|_| ArrowError::ComputeError("a label can't be written".to_owned()))?;
            self.labels.push(XxHash3_128::oneshot(&spelled));
        }
        let rows = self.rows.convert_columns(cells)?;
        let mut prints = FixedSizeBinaryBuilder::with_capacity(entities.len(), PRINT_BYTES);
        for ((row, entity), label) in rows.iter().zip(entities).zip(labels) {
            let label = usize::try_from(label.0).ok().and_then(|label| self.labels.get(label));
            self.bytes.clear();
            self.bytes.extend_from_slice(row.as_ref());
            self.bytes.extend_from_slice(&entity.to_le_bytes());
            self.bytes.extend_from_slice(&label.copied().unwrap_or_default().to_le_bytes());
            prints.append_value(XxHash3_128::oneshot(&self.bytes).to_le_bytes())?;
        }
        Ok(Arc::new(prints.finish()))
    }
}
