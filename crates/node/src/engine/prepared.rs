//! A snapshot's tables in prepared form: each column that tables may use as small numbers with what they stand for, and every
//! declared link as the rows that it ties. Files that are read in place, made once for a snapshot and kept beside it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use mapped::{Column, ColumnError, Item};
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
pub(super) struct Prepared {
    folder: PathBuf,
    /// What codes stand for, read when it is first asked for. The files of a snapshot never change, and this is gone with the epoch.
    values: Arc<Mutex<HashMap<PathBuf, Arc<Values>>>>,
}

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
    /// Writes what is known `of` the codes of these rows behind each other, and of a row that is not there what is known of
    /// what is not known.
    pub(super) fn look_up<T: Copy + Default>(&self, rows: &[u32], of: &[T], into: &mut Vec<T>) {
        fn each<C: Copy + Into<u32>, T: Copy + Default>(
            codes: &[C],
            rows: &[u32],
            of: &[T],
            into: &mut Vec<T>,
        ) {
            into.extend(rows.iter().map(|&row| {
                let code = codes.get(row as usize).copied().map_or(NULL, Into::into);
                of.get(code as usize).copied().unwrap_or_default()
            }));
        }
        into.clear();
        match self {
            Self::Narrow(codes) => each(codes, rows, of, into),
            Self::Middle(codes) => each(codes, rows, of, into),
            Self::Wide(codes) => each(codes, rows, of, into),
        }
    }

    /// Writes the codes of these rows behind each other.
    pub(super) fn gather(&self, rows: &[u32], into: &mut Vec<u32>) {
        fn each<C: Copy + Into<u32>>(codes: &[C], rows: &[u32], into: &mut Vec<u32>) {
            into.extend(rows.iter().map(|&row| codes.get(row as usize).copied().map_or(NULL, Into::into)));
        }
        into.clear();
        match self {
            Self::Narrow(codes) => each(codes, rows, into),
            Self::Middle(codes) => each(codes, rows, into),
            Self::Wide(codes) => each(codes, rows, into),
        }
    }
}

/// One column of a table.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) codes: Codes,
    pub(super) values: Arc<Values>,
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
        Ok(Self { folder, values: Arc::default() })
    }

    /// A column of a dataset; an error where it was not prepared.
    pub(super) fn column(&self, dataset: Dataset, name: &str) -> Result<Told, Unprepared> {
        let [codes, values] = column_files(&self.folder, dataset, name);
        let values = self.values(values)?;
        let codes = match width(values.len()) {
            1 => Codes::Narrow(whole(&codes)?),
            2 => Codes::Middle(whole(&codes)?),
            _ => Codes::Wide(whole(&codes)?),
        };
        Ok(Told { codes, values })
    }

    fn values(&self, file: PathBuf) -> Result<Arc<Values>, Unprepared> {
        let known = self.values.lock().map_err(|_| Unprepared)?.get(&file).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let read: Arc<Values> =
            serde_json::from_slice(&fs::read(&file)?).map(Arc::new).map_err(|_| Unprepared)?;
        self.values.lock().map_err(|_| Unprepared)?.insert(file, read.clone());
        Ok(read)
    }

    /// The entity of each row.
    pub(super) fn entities(&self, dataset: Dataset) -> Result<Column<u32>, Unprepared> {
        whole(&entities_file(&self.folder, dataset))
    }

    /// The edges of a link between two datasets.
    pub(super) fn edges(&self, link: &Link) -> Result<Edges, Unprepared> {
        let [edge, from, to] = edge_files(&self.folder, link).map(|file| whole(&file));
        Ok(Edges { edge: edge?, from: from?, to: to? })
    }

    /// For each row that a reference starts from, the row that it leads to.
    pub(super) fn reference(&self, link: &Link) -> Result<Column<u32>, Unprepared> {
        whole(&reference_file(&self.folder, link))
    }
}

/// Opens a column of which a table reads most.
fn whole<T: Item>(file: &Path) -> Result<Column<T>, Unprepared> {
    let column = Column::open(file, VERSION)?;
    column.read_ahead();
    Ok(column)
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
