//! The pipeline of a table, from its permit on: the same answer as before where there is one; otherwise paid for where it
//! carries noise, counted, weighed against what the same askers were told, and remembered on the disk before it leaves.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use model::{Ask, QuestionId, Refusal};
use policy::{Findings, Permit, Policy, Release};

use super::seen::Payment;
use super::{Denied, Desk, denied};
use crate::engine::{EngineError, Known};
use crate::epoch::Epoch;
use crate::releases::{Numbers, Released};

impl Desk {
    /// Answers a permitted table over a pinned epoch. Tables of one account take turns, so that none is weighed without
    /// knowing of another. What is refused here is refused for what was told before, not for what the records hold
    /// (invariant 4).
    pub(super) async fn tabulate(
        &self,
        policy: &Arc<Policy>,
        epoch: &Arc<Epoch>,
        question: QuestionId,
        permit: Permit,
        now: Timestamp,
        charged: &OnceLock<Payment>,
    ) -> Result<Release, Denied> {
        let (Some(account), Some(key), Ask::Tabulate(asked)) =
            (permit.account().cloned(), permit.question_key().map(str::to_owned), permit.ask().clone())
        else {
            return Err(denied(Refusal::Failed, "the permit is of no table"));
        };
        let failed = |error: &dyn std::fmt::Display| denied(Refusal::Failed, error);
        let turn = self.releases.turn(&account, permit.linked_account()).await.map_err(|e| failed(&e))?;
        if let Some(answer) = turn.answer(&key, epoch.fingerprint()).await.map_err(|e| failed(&e))? {
            return Ok(policy.repeat(permit, &answer)?);
        }
        let charge = permit.charge().cloned();
        if turn.is_told_otherwise(epoch.fingerprint(), charge.is_some()).await.map_err(|e| failed(&e))? {
            let before = if charge.is_some() { "without noise" } else { "with noise" };
            let reason = format!(
                "tables were told {before} before, to {account} or over the same records; the other way begins with another [releases] period, once the records have changed"
            );
            return Err(denied(Refusal::Exhausted, reason));
        }
        let paid = match charge {
            Some(charge) => {
                let paid = turn.charge(charge.clone(), question, now).await.map_err(|e| failed(&e))?;
                let paid = paid.map_err(|over| {
                    let days = charge.period_days;
                    denied(Refusal::Exhausted, format!("noise on {account}: {over} in any {days} days"))
                })?;
                let spent_micro_rho = paid.spent;
                let _ = charged.set(Payment { charge, spent_micro_rho });
                Some(paid)
            }
            None if turn.is_full(permit.memberships_max()) => {
                let reason =
                    format!("all is told that may be remembered of {account}; a new period begins afresh");
                return Err(denied(Refusal::Exhausted, reason));
            }
            None => None,
        };
        let mut findings = Findings::for_table(&permit);
        let (dataset, engine) = (asked.dataset(), epoch.engine());
        let counted = if paid.is_some() && engine.has_several_rows(dataset) {
            let lots = epoch.lots(dataset).await.map_err(|e| failed(&e))?;
            engine.shares(&permit, &asked, lots, &mut findings).await
        } else {
            let own = epoch.numbers(dataset, &self.releases).await.map_err(|e| failed(&e))?;
            let linked = match asked.path().linked() {
                Some(linked) => epoch.numbers(linked, &self.releases).await.map_err(|e| failed(&e))?,
                None => Numbers::default(),
            };
            engine.tabulate(&permit, &asked, Known { own, linked }, &mut findings).await
        };
        counted.map_err(|error| {
            let code = match error {
                EngineError::TooLarge => Refusal::TooLarge,
                EngineError::Failed(_) => Refusal::Failed,
            };
            denied(code, error)
        })?;
        let (history, policy, mut noise) = (turn.history(), policy.clone(), (self.noise)());
        let released = tokio::task::spawn_blocking(move || {
            policy.release(permit, findings, &history, now, noise.as_mut())
        });
        let mut release = released.await.map_err(|_| denied(Refusal::Failed, "the release failed"))??;
        let kept =
            release.take_kept().ok_or_else(|| denied(Refusal::Failed, "nothing was kept of a table"))?;
        let epoch = epoch.fingerprint().to_owned();
        let told = Released { key, epoch, question, at: now, kept, paid };
        turn.keep(told).await.map_err(|e| failed(&e))?;
        Ok(release)
    }
}
