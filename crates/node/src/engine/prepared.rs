//! A snapshot's tables in prepared form: each column that tables may use as small numbers with what they stand for, and every
//! declared link as the rows that it ties. Files that are read in place, made once for a snapshot and kept beside it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use mapped::{Column, ColumnError};
use model::Dataset;
use model::path::{Link, Tie};
use model::schema::{self, ColumnUse};
use serde::{Deserialize, Serialize};

use crate::catalogue::Snapshot;

/// What the files mean.
pub(super) const VERSION: u64 = 1;
/// The row of a record that is not there.
pub(super) const NOWHERE: u32 = u32::MAX;
/// The code of what is not known. Other codes are the place of a value, from 1.
pub(super) const NULL: u32 = 0;

/// The prepared tables of one snapshot.
#[derive(Debug, Clone)]
pub(super) struct Prepared(PathBuf);

/// What the codes of a column stand for, from 1 on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Values {
    /// Words and texts; of a column that is told by its beginning, beginnings of the longest that are told.
    Texts(Vec<String>),
    /// Months since year 0: no date is told or compared more finely.
    Months(Vec<i32>),
    /// Whole numbers.
    Numbers(Vec<i64>),
}

impl Values {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Months(months) => months.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }
}

/// A column's codes, row by row, as narrow as its values allow.
#[derive(Debug)]
pub(super) enum Codes {
    Narrow(Column<u8>),
    Middle(Column<u16>),
    Wide(Column<u32>),
}

impl Codes {
    /// Writes the codes of these rows behind each other; of a row that is not there, that of what is not known.
    pub(super) fn gather(&self, rows: &[u32], into: &mut Vec<u32>) {
        into.clear();
        match self {
            Self::Narrow(codes) => into.extend(rows.iter().map(|&row| code(codes, row))),
            Self::Middle(codes) => into.extend(rows.iter().map(|&row| code(codes, row))),
            Self::Wide(codes) => into.extend(rows.iter().map(|&row| code(codes, row))),
        }
    }
}

fn code<T: Copy + Into<u32>>(codes: &[T], row: u32) -> u32 {
    codes.get(row as usize).copied().map_or(NULL, Into::into)
}

/// One column of a table.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) codes: Codes,
    pub(super) values: Values,
}

/// The two ends of edges, edge by edge.
#[derive(Debug)]
pub(super) struct Edges {
    /// The edge's own row in the dataset of links.
    pub(super) edge: Column<u32>,
    pub(super) from: Column<u32>,
    pub(super) to: Column<u32>,
}

impl Prepared {
    /// Opens what was prepared of a snapshot, and prepares it first where it is missing. Blocks while it does.
    pub(super) fn open(snapshot: &Snapshot) -> Result<Self, Unprepared> {
        let folder = snapshot.dir().join(FOLDER);
        if !folder.exists() {
            let building = snapshot.dir().join(BUILDING);
            if building.exists() {
                fs::remove_dir_all(&building)?;
            }
            fs::create_dir(&building)?;
            super::prepare::all(snapshot, &building)?;
            File::open(&building)?.sync_all()?;
            fs::rename(&building, &folder)?;
        }
        Ok(Self(folder))
    }

    /// A column of a dataset; an error where it was not prepared.
    pub(super) fn column(&self, dataset: Dataset, name: &str) -> Result<Told, Unprepared> {
        let [codes, values] = column_files(&self.0, dataset, name);
        let values: Values = serde_json::from_slice(&fs::read(values)?).map_err(|_| Unprepared)?;
        let codes = match width(values.len()) {
            1 => Codes::Narrow(Column::open(&codes, VERSION)?),
            2 => Codes::Middle(Column::open(&codes, VERSION)?),
            _ => Codes::Wide(Column::open(&codes, VERSION)?),
        };
        Ok(Told { codes, values })
    }

    /// The label of each row.
    pub(super) fn labels(&self, dataset: Dataset) -> Result<Column<u32>, Unprepared> {
        Ok(Column::open(&labels_file(&self.0, dataset), VERSION)?)
    }

    /// The entity of each row.
    pub(super) fn entities(&self, dataset: Dataset) -> Result<Column<u32>, Unprepared> {
        Ok(Column::open(&entities_file(&self.0, dataset), VERSION)?)
    }

    /// The edges of a link between two datasets.
    pub(super) fn edges(&self, link: &Link) -> Result<Edges, Unprepared> {
        let [edge, from, to] = edge_files(&self.0, link).map(|file| Column::open(&file, VERSION));
        Ok(Edges { edge: edge?, from: from?, to: to? })
    }

    /// For each row that a reference starts from, the row that it leads to.
    pub(super) fn reference(&self, link: &Link) -> Result<Column<u32>, Unprepared> {
        Ok(Column::open(&reference_file(&self.0, link), VERSION)?)
    }
}

/// Something is not there in prepared form, or can't be made. Says nothing more: readers quote values (invariant 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tables can't be prepared")]
pub(super) struct Unprepared;

impl From<std::io::Error> for Unprepared {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl From<ColumnError> for Unprepared {
    fn from(_: ColumnError) -> Self {
        Self
    }
}

/// Folder of prepared tables inside a snapshot.
const FOLDER: &str = "tables";
/// The same while it is made.
const BUILDING: &str = "tables.building";

/// Bytes of a code where there are so many values.
pub(super) fn width(values: usize) -> usize {
    match values {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    }
}

/// Whether tables may use a column.
pub(super) fn is_told(column: &schema::Column) -> bool {
    !matches!(column.used, ColumnUse::EntityKey | ColumnUse::Never)
}

pub(super) fn column_files(folder: &Path, dataset: Dataset, name: &str) -> [PathBuf; 2] {
    ["codes", "json"].map(|kind| folder.join(format!("{dataset}.{name}.{kind}")))
}

pub(super) fn labels_file(folder: &Path, dataset: Dataset) -> PathBuf {
    folder.join(format!("{dataset}.labels"))
}

pub(super) fn entities_file(folder: &Path, dataset: Dataset) -> PathBuf {
    folder.join(format!("{dataset}.rows"))
}

pub(super) fn edge_files(folder: &Path, link: &Link) -> [PathBuf; 3] {
    ["edge", "from", "to"].map(|end| folder.join(format!("{}-{}.{end}", link.from, link.to)))
}

pub(super) fn reference_file(folder: &Path, link: &Link) -> PathBuf {
    let column = match link.tie {
        Tie::Reference { column, .. } => column,
        Tie::Edges => "edges",
    };
    folder.join(format!("{}.{column}.{}", link.from, link.to))
}
