//! What was told of tables, and to whom: answers that are given again to the same question, and whom every told cell
//! speaks of, so that a later table can be weighed against it. Durable, in one file that never leaves.
//!
//! Tables of one account (a pool of askers over a dataset) take turns: each is weighed against all before it, and kept
//! on the disk before it leaves. Nothing here is ever forgotten within a period.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use model::{Dataset, QuestionId};
use policy::budget::Overspent;
use policy::{Account, Charge, History, Kept, Past, Remembered, Told};
use tokio::sync::{OwnedMutexGuard, oneshot};

pub mod charges;
mod entities;
mod schema;
mod tables;

pub(crate) use charges::Paid;
#[cfg(test)]
pub(crate) use entities::of_records as hashes_of_records;
pub(crate) use entities::{Numbers, Unreadable, hashes as entity_hashes};
pub use schema::ReleasesError;

use schema::Store;
use tables::Entry;

/// One account's book, read when it is first asked for, and held by one table at a time.
type Shelf = Arc<tokio::sync::Mutex<Option<Book>>>;

/// The open store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Releases {
    store: Arc<Store>,
    books: Arc<Mutex<HashMap<Account, Shelf>>>,
}

/// What an account was told, as far as it is weighed.
#[derive(Debug, Default)]
struct Book {
    past: Past,
    memberships: u64,
}

impl Releases {
    /// Opens the store at `path`, or makes a new one where there is none.
    pub fn open(path: &Path) -> Result<Self, ReleasesError> {
        Ok(Self { store: Arc::new(Store::open(path)?), books: Arc::default() })
    }

    /// Waits until no other table of the account is being weighed, nor of the other account that a table along edges speaks of.
    pub(crate) async fn turn(
        &self,
        account: &Account,
        linked: Option<&Account>,
    ) -> Result<Turn, ReleasesError> {
        // Books are taken in one order, so that no two turns wait for each other.
        let (own, other) = match linked {
            Some(linked) if linked < account => {
                let other = self.page(linked).await?;
                (self.page(account).await?, Some(other))
            }
            Some(linked) => {
                let own = self.page(account).await?;
                (own, Some(self.page(linked).await?))
            }
            None => (self.page(account).await?, None),
        };
        Ok(Turn { store: self.store.clone(), own, linked: other })
    }

    /// An account's book, taken and read.
    async fn page(&self, account: &Account) -> Result<Page, ReleasesError> {
        let book = {
            let mut books = self.books.lock().map_err(|_| ReleasesError::Interrupted)?;
            books.entry(account.clone()).or_default().clone()
        };
        let mut page = Page { account: account.clone(), book: book.lock_owned().await };
        if page.book.is_some() {
            return Ok(page);
        }
        let store = self.store.clone();
        blocking(move || {
            let past = store.told(&page.account)?;
            *page.book = Some(Book { memberships: past.memberships(), past });
            Ok(page)
        })
        .await
    }

    /// The numbers under which the entities of a dataset are remembered, given by their hashes in the order of the
    /// epoch's own numbers.
    pub(crate) async fn number(&self, dataset: Dataset, hashes: Vec<u64>) -> Result<Numbers, ReleasesError> {
        let store = self.store.clone();
        blocking(move || store.number(dataset, &hashes)).await
    }
}

/// A table that is about to be told.
pub(crate) struct Released {
    /// Names its question.
    pub(crate) key: String,
    /// Over which records.
    pub(crate) epoch: String,
    pub(crate) question: QuestionId,
    pub(crate) at: Timestamp,
    pub(crate) kept: Kept,
    /// What was paid for it, where it carries noise.
    pub(crate) paid: Option<Paid>,
}

/// The right to weigh one table of an account. Others wait until it is dropped or spent.
pub(crate) struct Turn {
    store: Arc<Store>,
    own: Page,
    linked: Option<Page>,
}

/// An account and its book, held by one turn.
struct Page {
    account: Account,
    book: OwnedMutexGuard<Option<Book>>,
}

impl Page {
    fn past(&self) -> Past {
        self.book.as_ref().map(|book| book.past.clone()).unwrap_or_default()
    }

    fn is_full(&self, memberships_max: u64) -> bool {
        self.book.as_ref().is_none_or(|book| book.memberships >= memberships_max)
    }

    /// Whether the same is remembered already, such as the same cells with another measure: it takes no room again.
    fn knows(&self, told: &Told) -> bool {
        self.book.as_ref().is_some_and(|book| book.past.knows(told))
    }

    fn remember(mut self, table: Remembered) {
        // Taken out meanwhile: a book that is left half written is not there, and read anew.
        if let Some(mut book) = self.book.take() {
            book.memberships = book.memberships.saturating_add(table.told().memberships());
            book.past.remember(table);
            *self.book = Some(book);
        }
    }
}

impl Turn {
    /// The answer that this question got over this epoch, if it was asked before.
    pub(crate) async fn answer(&self, key: &str, epoch: &str) -> Result<Option<Vec<u8>>, ReleasesError> {
        let (store, account) = (self.store.clone(), self.own.account.clone());
        let (key, epoch) = (key.to_owned(), epoch.to_owned());
        blocking(move || store.answer(&account, &key, &epoch)).await
    }

    /// Whether so much is remembered that no further table may be told.
    pub(crate) fn is_full(&self, memberships_max: u64) -> bool {
        self.own.is_full(memberships_max)
            || self.linked.as_ref().is_some_and(|linked| linked.is_full(memberships_max))
    }

    /// What a new table is to be weighed against.
    pub(crate) fn history(&self) -> History {
        History::of(self.own.past()).with_linked(self.linked.as_ref().map(Page::past).unwrap_or_default())
    }

    /// Whether the account's askers were told tables of its dataset the other way: without noise where `noisy`, and with it
    /// where not. Then they are told no more until neither the period nor the records are the same.
    pub(crate) async fn is_told_otherwise(&self, epoch: &str, noisy: bool) -> Result<bool, ReleasesError> {
        let (store, epoch) = (self.store.clone(), epoch.to_owned());
        let accounts: Vec<Account> =
            std::iter::once(&self.own).chain(&self.linked).map(|page| page.account.clone()).collect();
        blocking(move || {
            let otherwise = |account| store.is_told_otherwise(account, &epoch, noisy);
            accounts.iter().try_fold(false, |any, account| Ok(any || otherwise(account)?))
        })
        .await
    }

    /// Charges a table, on the disk, before it is counted. Whatever comes of it, the charge stands.
    pub(crate) async fn charge(
        &self,
        charge: Charge,
        question: QuestionId,
        now: Timestamp,
    ) -> Result<Result<Paid, Overspent>, ReleasesError> {
        let store = self.store.clone();
        blocking(move || store.charge(&charge, question, now)).await
    }

    /// Keeps a release: on the disk, which is waited for, then in mind, for which the account's next table waits. Ends the turn,
    /// also where whoever waits for it has gone away.
    pub(crate) async fn keep(self, release: Released) -> Result<(), ReleasesError> {
        let (said, stored) = oneshot::channel();
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || {
            let told = self.store(release);
            // Given up before anybody is told, unless there is something left to do: a node that stops lets go of its file.
            let store = store.is_log_long().then_some(store);
            // What is on the disk may leave; whether anybody still waits for that changes nothing.
            let told = match told {
                Ok(told) => {
                    let _gone = said.send(Ok(()));
                    told
                }
                Err(error) => {
                    let _gone = said.send(Err(error));
                    return;
                }
            };
            told.into_iter().for_each(|(page, table)| page.remember(table));
            // Off the way of answers: this moves as many bytes again.
            if let Some(Err(error)) = store.map(|store| store.tidy()) {
                tracing::warn!(%error, "the log of the memory of told tables stays as long as it is");
            }
        });
        stored.await.map_err(|_| ReleasesError::Interrupted)?
    }

    /// Keeps a release on the disk, and gives what each account has to remember of it.
    fn store(self, mut release: Released) -> Result<Vec<(Page, Remembered)>, ReleasesError> {
        let Self { store, own, linked } = self;
        if release.paid.is_some() {
            // Whom it speaks of is not remembered.
            store.keep(&[Entry { account: &own.account, told: &[] }], &release)?;
            return Ok(Vec::new());
        }
        let mut sides = vec![(own, std::mem::take(&mut release.kept.told))];
        if let Some(page) = linked {
            sides.push((page, release.kept.linked.take().ok_or(ReleasesError::Interrupted)?));
        }
        let fresh: Vec<bool> = sides.iter().map(|(page, table)| !page.knows(table.told())).collect();
        let told = sides.iter().zip(&fresh).map(|((page, table), fresh)| Entry {
            account: &page.account,
            told: if *fresh { table.bytes() } else { &[] },
        });
        store.keep(&told.collect::<Vec<_>>(), &release)?;
        Ok(sides.into_iter().zip(fresh).filter(|(_, fresh)| *fresh).map(|(side, _)| side).collect())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReleasesError> + Send + 'static,
) -> Result<T, ReleasesError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ReleasesError::Interrupted)?
}

#[cfg(test)]
mod budget_tests;
#[cfg(test)]
mod tests;
