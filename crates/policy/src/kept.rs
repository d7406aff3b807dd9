//! A table's release as the node keeps it, so that the same question gets the same answer again. Only this crate reads
//! one back into a release.

use std::borrow::Cow;

use model::reply::TableRow;
use model::{Ask, Dimension, Measure, Refusal, Reply, TableReply, Tabulation, ranks};
use serde::{Deserialize, Serialize};

use crate::release::{HomeRecord, ReleaseSummary};
use crate::{Denial, Permit, Release, Remembered};

/// What is kept of a released table, for the node's store. Has no `Debug`: it says whom the table speaks of.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// The answer, in canonical order.
    pub answer: Vec<u8>,
    /// Whom its cells speak of. Never leaves.
    pub told: Remembered,
    /// How much of a memory that takes.
    pub memberships: u64,
    /// Of a table along edges: the same of the linked entities, for their own account.
    pub linked: Option<Remembered>,
}

#[derive(Serialize, Deserialize)]
struct Answer<'a> {
    key: Cow<'a, str>,
    summary: ReleaseSummary,
    table: Cow<'a, TableReply>,
}

/// The answer's bytes.
pub(crate) fn write(key: &str, summary: ReleaseSummary, table: &TableReply) -> Result<Vec<u8>, Denial> {
    let answer = Answer { key: Cow::Borrowed(key), summary, table: Cow::Borrowed(table) };
    serde_json::to_vec(&answer).map_err(|_| Denial::new(Refusal::Failed, "the answer can't be kept"))
}

/// Spends a permit on an answer that was released before to the same question.
pub(crate) fn repeat(permit: &Permit, answer: &[u8]) -> Result<Release, Denial> {
    let unfit = || Denial::new(Refusal::Failed, "the kept answer is damaged or belongs to another question");
    let (Some(booking), Ask::Tabulate(asked)) = (&permit.booking, &permit.ask) else { return Err(unfit()) };
    let answer: Answer<'_> = serde_json::from_slice(answer).map_err(|_| unfit())?;
    if answer.key != booking.key {
        return Err(unfit());
    }
    let reply = as_asked(answer.table.into_owned(), asked);
    let home = HomeRecord { alerts: permit.decided.alerts.clone(), ..HomeRecord::default() };
    Ok(Release::new(Reply::Table(reply), home, answer.summary))
}

/// A table in canonical order, in the order in which it was asked for.
pub(crate) fn as_asked(table: TableReply, asked: &Tabulation) -> TableReply {
    let order = Order::from(&asked.ordered(), asked);
    if order.is_same() {
        return table;
    }
    let row = |row: TableRow| TableRow { keys: order.keys(&row.keys), cells: order.measures(&row.cells) };
    let rows = ranks::sorted(table.rows.into_iter().map(row).collect(), |_| (), |row| &row.keys);
    TableReply { columns: asked.headings(), rows, ..table }
}

/// Where each dimension and measure of one question stands in another that orders them otherwise.
pub(crate) struct Order {
    by: Vec<usize>,
    measures: Vec<usize>,
}

impl Order {
    /// From the order of `held` to that of `wanted`.
    pub(crate) fn from(held: &Tabulation, wanted: &Tabulation) -> Self {
        let by = |dimension: &Dimension| held.by().iter().position(|other| other == dimension);
        let measure = |measure: &Measure| held.measures().iter().position(|other| other == measure);
        Self {
            by: wanted.by().iter().filter_map(by).collect(),
            measures: wanted.measures().iter().filter_map(measure).collect(),
        }
    }

    /// Whether both are ordered alike.
    pub(crate) fn is_same(&self) -> bool {
        let same = |places: &[usize]| places.iter().enumerate().all(|(at, place)| at == *place);
        same(&self.by) && same(&self.measures)
    }

    pub(crate) fn keys<T: Clone>(&self, held: &[T]) -> Vec<T> {
        self.by.iter().filter_map(|&at| held.get(at).cloned()).collect()
    }

    pub(crate) fn measures<T: Clone>(&self, held: &[T]) -> Vec<T> {
        self.measures.iter().filter_map(|&at| held.get(at).cloned()).collect()
    }
}
