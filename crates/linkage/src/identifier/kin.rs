//! Identifiers that name one thing in different words: an account number with or without its sort code or inside an
//! IBAN, a mailbox with or without tag and dots, a name with or without its platform.

use model::{IdentifierKind, Probability};

use super::Identifier;
use crate::score;

/// Bits that an account number alone says. Banks allot numbers in runs, so less than eight digits could.
const ACCOUNT_NUMBER_BITS: f64 = 23.0;
/// A mailbox with another tag, at a provider whose rules are not known: most deliver both to one person.
const TAG_DIFFERS: f64 = 0.9;
/// A mailbox with dots elsewhere: few providers leave them out, but people do.
const DOTS_DIFFER: f64 = 0.6;
/// One name, on one side without a platform.
const PLATFORM_MISSING: f64 = 0.6;

impl Identifier {
    /// The keys to index this under and to ask for it under: its own first, then those of looser forms.
    pub fn keys(&self) -> Vec<u64> {
        let mut keys = vec![self.key()];
        for looser in self.account_within().iter().chain(&self.looser()) {
            let key = looser.key();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// The probability that a record's identifier names the same thing, among `held` of its kind; `None` when it does
    /// not. Equal identifiers do for certain.
    pub fn agreement(&self, record: &Self, held: usize) -> Option<Probability> {
        if self == record {
            return Some(Probability::clamped(1.0));
        }
        match (self.account_within(), record.account_within()) {
            // Two international numbers in full are two accounts, unless one of them is mistyped.
            (Some(_), Some(_)) => return None,
            (Some(within), None) => return within.agreement(record, held),
            (None, Some(within)) => return self.agreement(&within, held),
            (None, None) => {}
        }
        if self.kind != record.kind {
            return None;
        }
        let likely = |p| Some(Probability::clamped(p));
        match self.kind {
            IdentifierKind::UkAccount => (is_number_alone(&self.value) || is_number_alone(&record.value))
                .then(|| self.looser() == record.looser())
                .filter(|&same| same)
                .map(|_| score::posterior(ACCOUNT_NUMBER_BITS, 1.0 / held.max(2) as f64)),
            IdentifierKind::Email if untagged(&self.value) == untagged(&record.value) => likely(TAG_DIFFERS),
            IdentifierKind::Email if self.looser() == record.looser() => likely(DOTS_DIFFER),
            IdentifierKind::Handle if self.value.contains(':') != record.value.contains(':') => {
                (self.looser() == record.looser()).then(|| Probability::clamped(PLATFORM_MISSING))
            }
            _ => None,
        }
    }

    /// The United Kingdom account that a British international number holds.
    pub fn account_within(&self) -> Option<Self> {
        if self.kind != IdentifierKind::Iban || !self.value.starts_with("GB") || self.value.len() != 22 {
            return None;
        }
        let account = super::account::uk_account(self.value.get(8..)?).ok()?;
        Some(Self { kind: IdentifierKind::UkAccount, value: account })
    }

    /// The form in which identifiers meet that may name one thing; itself where there is none looser.
    fn looser(&self) -> Option<Self> {
        let value = match self.kind {
            IdentifierKind::Email => {
                let (mailbox, domain) = untagged(&self.value)?;
                format!("{}@{domain}", mailbox.replace('.', ""))
            }
            IdentifierKind::Handle => self.value.rsplit(':').next()?.to_owned(),
            IdentifierKind::UkAccount => self.value.rsplit(' ').next()?.to_owned(),
            IdentifierKind::Iban => return self.account_within()?.looser(),
            _ => return None,
        };
        Some(Self { kind: self.kind, value })
    }
}

/// Whether an account is without its sort code.
fn is_number_alone(value: &str) -> bool {
    !value.contains(' ')
}

/// A mailbox without its tag, and its domain.
fn untagged(email: &str) -> Option<(&str, &str)> {
    let (local, domain) = email.split_once('@')?;
    let mailbox = local.split('+').next().filter(|mailbox| !mailbox.is_empty()).unwrap_or(local);
    Some((mailbox, domain))
}
