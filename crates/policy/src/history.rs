//! What was released before to the same pool of askers: the memory against which a new table is weighed.

use std::fmt;
use std::sync::Arc;

use crate::classes::{Classes, Lots};
use crate::entities::{EntitySet, EntitySets};
use crate::meaning::Meaning;

/// What a pool of askers was told of the entities of one dataset, table after table, and the classes into which these tables part the
/// entities. Kept by the node between questions, so that no question reads again who stood in all of them. Cheap to clone.
#[derive(Clone, Default)]
pub struct Past {
    told: Vec<Arc<Told>>,
    /// For each table, whether nobody stands in two of its cells.
    apart: Vec<bool>,
    classes: Arc<Classes>,
}

impl Past {
    /// Adds a table.
    pub fn add(&mut self, told: Told) {
        self.remember(Remembered { told: Arc::new(told), ..Remembered::default() });
    }

    /// Adds a table that was weighed against this, by what weighing made of it: the same as [`Past::add`], for less.
    pub fn remember(&mut self, table: Remembered) {
        let Remembered { told, weighed, .. } = table;
        let classes = &mut self.classes;
        let parted = weighed.and_then(Arc::into_inner).is_some_and(|Weighed { lots, rows }| {
            let cells: Vec<(usize, &EntitySet)> = rows.into_iter().zip(&told.cells).collect();
            lots.part(classes, &cells)
        });
        self.apart.push(parted || Classes::part_by(classes, &told.cells));
        self.told.push(told);
    }

    /// Whether the very same was told before.
    pub fn knows(&self, told: &Told) -> bool {
        self.told.iter().any(|known| **known == *told)
    }

    /// How much there is to remember: entities, once for each cell that speaks of them.
    pub fn memberships(&self) -> u64 {
        self.told.iter().map(|told| told.memberships()).fold(0, u64::saturating_add)
    }

    pub(crate) fn told(&self) -> &[Arc<Told>] {
        &self.told
    }

    pub(crate) fn apart(&self) -> impl Iterator<Item = bool> {
        self.apart.iter().copied()
    }

    /// The classes; their cells are those of the tables, one table after the other.
    pub(crate) fn classes(&self) -> &Arc<Classes> {
        &self.classes
    }
}

impl FromIterator<Told> for Past {
    fn from_iter<I: IntoIterator<Item = Told>>(tables: I) -> Self {
        let mut past = Self::default();
        tables.into_iter().for_each(|told| past.add(told));
        past
    }
}

impl fmt::Debug for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Past").field(&self.told).finish()
    }
}

/// What a question is weighed against.
#[derive(Debug, Clone, Default)]
pub struct History {
    earlier: Past,
    linked: Past,
}

impl History {
    /// A history without releases: nothing was told to anybody. Right for searches, which are no tables.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The history of these tables over the dataset of the question.
    pub fn of(earlier: Past) -> Self {
        Self { earlier, linked: Past::default() }
    }

    /// The same with the earlier tables that spoke of entities of the dataset which a question is linked to.
    #[must_use]
    pub fn with_linked(self, linked: Past) -> Self {
        Self { linked, ..self }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.earlier.told.is_empty()
    }

    pub(crate) fn linked(&self) -> &Past {
        &self.linked
    }

    pub(crate) fn earlier(&self) -> &Past {
        &self.earlier
    }
}

/// What is to be remembered of a table: whom its told cells speak of, as it is and in the bytes that the node keeps at home. Has no
/// `Debug`.
#[derive(Clone, Default)]
pub struct Remembered {
    told: Arc<Told>,
    bytes: Vec<u8>,
    /// What weighing it made of its rows.
    weighed: Option<Arc<Weighed>>,
}

/// The lots of a table's rows, and which of these are told.
struct Weighed {
    lots: Lots,
    rows: Vec<usize>,
}

impl Remembered {
    /// A table that was told, with the lots of its rows and which of these are told, where it was weighed.
    pub(crate) fn new(told: Told, weighed: Option<(Lots, Vec<usize>)>) -> Self {
        let weighed = weighed.map(|(lots, rows)| Arc::new(Weighed { lots, rows }));
        Self { bytes: told.to_bytes(), told: Arc::new(told), weighed }
    }

    /// Whom its cells speak of.
    pub fn told(&self) -> &Told {
        &self.told
    }

    /// The bytes that the node keeps at home: [`Told::from_bytes`] reads them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<Told> for Remembered {
    fn from(told: Told) -> Self {
        Self::new(told, None)
    }
}

impl PartialEq for Remembered {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Remembered {}

/// Whom the cells that a table told speak of, and what they mean. What it suppressed stands nowhere.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    meaning: Meaning,
    cells: Vec<EntitySet>,
}

/// Bytes that are no told table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the memory of an earlier table can't be read")]
pub struct BadTold;

impl From<Vec<EntitySet>> for Told {
    /// A table of which only is known whom its cells counted.
    fn from(cells: Vec<EntitySet>) -> Self {
        Self { meaning: Meaning::default(), cells }
    }
}

impl Told {
    /// A table that told of these cells, which have this meaning in their order. They are put beside each other, apart from what the
    /// table suppressed.
    pub(crate) fn of(meaning: Meaning, cells: impl IntoIterator<Item = EntitySet>) -> Self {
        Self { meaning, cells: cells.into_iter().collect::<EntitySets>().finish() }
    }

    pub(crate) fn meaning(&self) -> &Meaning {
        &self.meaning
    }

    pub(crate) fn cells(&self) -> &[EntitySet] {
        &self.cells
    }

    /// How much there is to remember: entities, once for each cell that speaks of them.
    pub fn memberships(&self) -> u64 {
        self.cells.iter().map(EntitySet::len).fold(0, u64::saturating_add)
    }

    /// The bytes that the node keeps at home.
    pub fn to_bytes(&self) -> Vec<u8> {
        // A meaning is numbers and words: writing it as JSON can't fail.
        let meaning = serde_json::to_vec(&self.meaning).unwrap_or_default();
        let mut bytes = u32::try_from(meaning.len()).unwrap_or(0).to_be_bytes().to_vec();
        bytes.extend(meaning);
        for cell in &self.cells {
            // Writing to a vector can't fail.
            let _ = cell.write(&mut bytes);
        }
        bytes
    }

    /// Reads what [`Told::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadTold> {
        let (length, bytes) = bytes.split_first_chunk::<4>().ok_or(BadTold)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| BadTold)?;
        let (meaning, mut bytes) = bytes.split_at_checked(length).ok_or(BadTold)?;
        let meaning = serde_json::from_slice(meaning).map_err(|_| BadTold)?;
        let mut cells = EntitySets::default();
        while !bytes.is_empty() {
            cells.push_set(EntitySet::read(&mut bytes).map_err(|_| BadTold)?);
        }
        Ok(Self { meaning, cells: cells.finish() })
    }
}

#[cfg(test)]
mod tests {
    use super::{BadTold, Told};
    use crate::meaning::Meaning;

    #[test]
    fn what_was_told_survives_its_bytes() {
        let told = Told::of(Meaning::default(), vec![(0..70_000).collect(), [3, 9, 3].into_iter().collect()]);
        let bytes = told.to_bytes();
        assert_eq!(Told::from_bytes(&bytes), Ok(told.clone()));
        assert_eq!(told.memberships(), 70_002);
        assert_eq!(Told::from_bytes(&bytes[..bytes.len() - 1]), Err(BadTold));
    }
}
