//! What each entity adds to each group, read from the engine's batches into findings that policy bounds.

use std::collections::BTreeSet;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::UInt32Type;
use model::Tabulation;
use policy::{Findings, Share};

use super::expression::summed;
use super::groups::{keys, numbers};

/// Writes a batch into the findings. Columns: the dimensions, the entity, its rows, then two for each sum or mean: the sum of
/// its values and their number.
pub(super) fn write(
    asked: &Tabulation,
    lots: &[u64],
    batch: &RecordBatch,
    findings: &mut Findings,
) -> Option<()> {
    let mut columns = batch.columns().iter();
    let keys = keys(asked, &BTreeSet::new(), &mut columns)?;
    let entities = columns.next()?.as_primitive_opt::<UInt32Type>()?.values();
    let rows = numbers(columns.next()?)?;
    let mut amounts = Vec::new();
    for (at, _) in summed(asked) {
        amounts.push((at, numbers(columns.next()?)?, numbers(columns.next()?)?));
    }
    for (row, &entity) in entities.iter().enumerate() {
        let mut of = vec![(0, 0); asked.measures().len()];
        for (at, sums, values) in &amounts {
            *of.get_mut(*at)? = (*sums.get(row)?, u64::try_from(*values.get(row)?).ok()?);
        }
        let share = Share {
            entity,
            lot: *lots.get(usize::try_from(entity).ok()?)?,
            rows: u64::try_from(*rows.get(row)?).ok()?,
            amounts: of,
        };
        let key = keys.iter().map(|keys| keys.as_ref().and_then(|keys| keys.text(row)));
        findings.add_share(key.collect(), share);
    }
    Some(())
}
