//! Builds one dataset: reads batches of its views into the shared schema, labels and numbers the rows, drops those
//! that may not be held, and writes the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, Int32Array, RecordBatch, StringArray,
    UInt32Array,
};
use arrow::compute::{cast, filter};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef, UInt64Type};
use arrow::error::ArrowError;
use model::schema::{Column, ColumnType};
use model::{Dataset, ForceId, LabelId, LabelTable};

use super::batch::{FILE, LINE};
use super::cell::{self, Cells};
use super::entity::Entities;
use super::handling::{self, Codes, Handling};
use super::print::{PRINT_BYTES, Prints};
use super::report::{DatasetReport, Tally};

/// The stored column with the dense number of a row's entity.
pub const ENTITY: &str = "_entity";
/// The stored column with the number of a row's label.
pub const LABEL: &str = "_label";
/// The stored column with the fingerprint of a row: 16 bytes, equal where cells, entity and label are equal.
pub const PRINT: &str = "_print";

/// The columns of a stored dataset: those of the shared schema, then [`ENTITY`], [`LABEL`] and [`PRINT`].
pub fn stored_schema(dataset: Dataset) -> SchemaRef {
    let mut fields: Vec<Field> =
        dataset.columns().map(|column| Field::new(column.name, cell::stored_type(column), true)).collect();
    fields.push(Field::new(ENTITY, DataType::UInt32, false));
    fields.push(Field::new(LABEL, DataType::UInt32, false));
    fields.push(Field::new(PRINT, DataType::FixedSizeBinary(PRINT_BYTES), false));
    Arc::new(Schema::new(fields))
}

/// A dataset under construction.
pub(super) struct Builder {
    dataset: Dataset,
    columns: Vec<&'static Column>,
    schema: SchemaRef,
    handling: Handling,
    entities: Entities,
    prints: Prints,
    given: BTreeSet<&'static str>,
    report: DatasetReport,
}

/// Why a batch could not be added.
pub(super) enum Stop {
    /// The columns could not be put together.
    Arrow(ArrowError),
    /// Every entity number is given.
    TooManyRows,
}

impl From<ArrowError> for Stop {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

impl Builder {
    /// Numbers entities on from those that `entities` holds.
    pub(super) fn new(dataset: Dataset, controller: ForceId, entities: Entities) -> Result<Self, ArrowError> {
        let (columns, schema) = (dataset.columns().collect::<Vec<_>>(), stored_schema(dataset));
        Ok(Self {
            dataset,
            prints: Prints::new(&schema, columns.len())?,
            columns,
            schema,
            handling: Handling::new(dataset, controller),
            entities,
            given: BTreeSet::new(),
            report: DatasetReport::default(),
        })
    }

    /// Notes the columns that a view gives.
    pub(super) fn note_columns(&mut self, given: impl Iterator<Item = &'static str>) {
        self.given.extend(given);
    }

    /// What was found, and the entities' numbers.
    pub(super) fn finish(mut self) -> (DatasetReport, Entities) {
        let missing = self.columns.iter().map(|column| column.name).filter(|name| !self.given.contains(name));
        self.report.missing_columns = missing.map(str::to_owned).collect();
        (self.report, self.entities)
    }

    /// Reads one batch of a view; `view` and `before` tell the place of its rows where they have none themselves.
    /// Returns the rows to store.
    pub(super) fn add(
        &mut self,
        batch: &RecordBatch,
        labels: &mut LabelTable,
        view: &str,
        before: u64,
    ) -> Result<RecordBatch, Stop> {
        let origin = Origin { batch, view, before };
        let rows = batch.num_rows();
        let mut keep = vec![true; rows];
        let mut cells = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let read = cell::read(column, batch.column_by_name(column.name), rows)?;
            note_trouble(&mut self.report, column, &read, &origin, &mut keep);
            cells.push(read);
        }
        let controllers = self.controllers(&cells, &origin);
        let label_ids = self.label(&mut cells, &controllers, labels, &mut keep);
        let mut arrays = self.arrays(cells, &controllers)?;

        let kept: Vec<usize> =
            keep.iter().enumerate().filter(|(_, keep)| **keep).map(|(row, _)| row).collect();
        if kept.len() < rows {
            let mask = BooleanArray::from(keep);
            arrays = arrays.iter().map(|array| filter(array, &mask)).collect::<Result<_, _>>()?;
        }
        let entity_ids = self.number(&arrays, &kept, &origin)?;
        let prints = self.prints.of(&arrays, &entity_ids, &label_ids, labels)?;
        arrays.push(Arc::new(UInt32Array::from(entity_ids)));
        arrays.push(Arc::new(UInt32Array::from_iter_values(label_ids.iter().map(|id| id.0))));
        arrays.push(prints);
        self.report.rows += kept.len() as u64;
        Ok(RecordBatch::try_new(self.schema.clone(), arrays)?)
    }

    fn place_of(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }

    /// The controller of each row, by its place among the known ones.
    fn controllers(&mut self, cells: &[Cells], origin: &Origin<'_>) -> Vec<usize> {
        let default = vec![0; origin.batch.num_rows()];
        let Some(Cells::Plain(array, _)) = self.place_of("controller").and_then(|place| cells.get(place))
        else {
            return default;
        };
        let Some(words) = array.as_dictionary_opt::<Int32Type>() else { return default };
        let Some(spelled) = words.values().as_string_opt::<i32>() else { return default };
        let known: Vec<Option<usize>> = spelled.iter().map(|text| self.handling.controller(text?)).collect();
        let mut controllers = default;
        for (row, controller) in controllers.iter_mut().enumerate() {
            let Some(key) = words.key(row) else { continue };
            match known.get(key).copied().flatten() {
                Some(place) => *controller = place,
                None => {
                    let why = "not a force's short name; taken as the node's own force";
                    let tally = self.report.bad_values.entry("controller".to_owned()).or_default();
                    tally.add(why, || origin.place(row));
                }
            }
        }
        controllers
    }

    /// Fills in the handling that rows leave out and labels those that are kept; disposed ones are not.
    fn label(
        &mut self,
        cells: &mut [Cells],
        controllers: &[usize],
        labels: &mut LabelTable,
        keep: &mut [bool],
    ) -> Vec<LabelId> {
        let places = handling::COLUMNS.map(|column| self.place_of(column));
        let defaults = self.handling.defaults();
        let mut defaulted = [0_u64; handling::COLUMNS.len()];
        let mut ids = Vec::with_capacity(keep.len());
        for (row, (keep, &controller)) in keep.iter_mut().zip(controllers).enumerate() {
            if !*keep {
                continue;
            }
            let mut codes: Codes = places.map(|place| code_at(cells, place?, row));
            if self.handling.is_disposed(&codes) {
                *keep = false;
                self.report.disposed += 1;
                continue;
            }
            for ((code, default), count) in codes.iter_mut().zip(defaults).zip(&mut defaulted) {
                if code.is_none() && default.is_some() {
                    *code = default;
                    *count += 1;
                }
            }
            ids.push(self.handling.label(labels, controller, codes));
        }
        for ((column, place), (count, default)) in
            handling::COLUMNS.iter().zip(places).zip(defaulted.iter().zip(defaults))
        {
            if *count > 0 {
                *self.report.defaulted_handling.entry((*column).to_owned()).or_default() += count;
            }
            if let (Some(Cells::Words { codes, .. }), Some(_)) =
                (place.and_then(|place| cells.get_mut(place)), default)
            {
                codes.iter_mut().for_each(|code| *code = code.or(default));
            }
        }
        ids
    }

    /// The columns as they are stored, not yet filtered.
    fn arrays(&self, cells: Vec<Cells>, controllers: &[usize]) -> Result<Vec<ArrayRef>, ArrowError> {
        let mut arrays = Vec::with_capacity(cells.len() + 2);
        for (column, cells) in self.columns.iter().zip(cells) {
            arrays.push(match cells {
                _ if column.name == "controller" => self.controller_array(controllers)?,
                Cells::Words { list, codes, .. } => cell::word_array(list, &codes)?,
                Cells::Plain(array, _) => array,
            });
        }
        Ok(arrays)
    }

    fn controller_array(&self, controllers: &[usize]) -> Result<ArrayRef, ArrowError> {
        let keys: Int32Array = controllers.iter().map(|&place| i32::try_from(place).ok()).collect();
        let names = StringArray::from_iter_values(self.handling.controllers().iter().map(ForceId::as_str));
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(names))?))
    }

    /// The entity number of each kept row.
    fn number(&mut self, arrays: &[ArrayRef], kept: &[usize], origin: &Origin<'_>) -> Result<Vec<u32>, Stop> {
        // A holder has many identifiers and a record many links: only elsewhere does a key name one row.
        let names_one_row = !matches!(self.dataset, Dataset::Identifier | Dataset::Link);
        let keys = self
            .place_of(self.dataset.entity_key())
            .and_then(|place| arrays.get(place))
            .and_then(|array| array.as_string_opt::<i32>());
        let mut ids = Vec::with_capacity(kept.len());
        for (place, &row) in kept.iter().enumerate() {
            let key = keys.filter(|keys| keys.is_valid(place)).map(|keys| keys.value(place));
            let numbered = self.entities.number(key).ok_or(Stop::TooManyRows)?;
            if numbered.again && names_one_row {
                self.report.duplicate_keys.add("an earlier row has the same key", || origin.place(row));
            }
            ids.push(numbered.id);
        }
        Ok(ids)
    }
}

fn code_at(cells: &[Cells], place: usize, row: usize) -> Option<u8> {
    match cells.get(place)? {
        Cells::Words { codes, .. } => codes.get(row).copied().flatten(),
        Cells::Plain(..) => None,
    }
}

/// Counts the cells of a column that could not be read, and refuses rows whose marking is too high.
fn note_trouble(
    report: &mut DatasetReport,
    column: &Column,
    cells: &Cells,
    origin: &Origin<'_>,
    keep: &mut [bool],
) {
    let tally = |bad: &mut BTreeMap<String, Tally>, why: &str, row: usize| {
        bad.entry(column.name.to_owned()).or_default().add(why, || origin.place(row));
    };
    match cells {
        Cells::Plain(_, bad) => bad.iter().for_each(|(row, why)| tally(&mut report.bad_values, why, *row)),
        Cells::Words { unknown, .. } => {
            let ColumnType::Word(list) = column.holds else { return };
            for &(row, higher) in unknown {
                if !handling::refuses(column.name, higher) {
                    tally(&mut report.bad_values, &format!("not one of {}", list.join(", ")), row);
                } else if let Some(keep) = keep.get_mut(row).filter(|keep| **keep) {
                    *keep = false;
                    let why = format!("{} is above OFFICIAL-SENSITIVE or unknown", column.name);
                    report.refused_classification.add(&why, || origin.place(row));
                }
            }
        }
    }
}

/// Where the rows of a batch come from.
struct Origin<'a> {
    batch: &'a RecordBatch,
    view: &'a str,
    before: u64,
}

impl Origin<'_> {
    /// The file and line of a row, or the view and its row number.
    fn place(&self, row: usize) -> (String, u64) {
        self.own_place(row).unwrap_or_else(|| (self.view.to_owned(), self.before + row as u64 + 1))
    }

    fn own_place(&self, row: usize) -> Option<(String, u64)> {
        let file = cast(&self.batch.column_by_name(FILE)?.slice(row, 1), &DataType::Utf8).ok()?;
        let line = self.batch.column_by_name(LINE)?.as_primitive_opt::<UInt64Type>()?;
        let file = file.as_string_opt::<i32>()?;
        (file.is_valid(0) && line.is_valid(row)).then(|| (file.value(0).to_owned(), line.value(row)))
    }
}
