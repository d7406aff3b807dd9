//! The pipeline of a table, from its permit on: the same answer as before where there is one; otherwise counted, weighed
//! against what the same askers were told, and remembered on the disk before it leaves.

use std::sync::Arc;

use jiff::Timestamp;
use model::{Ask, QuestionId, Refusal};
use policy::{Findings, Permit, Policy, Release};

use super::{Denied, Desk, denied};
use crate::engine::EngineError;
use crate::epoch::Epoch;

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
    ) -> Result<Release, Denied> {
        let (Some(account), Some(key), Ask::Tabulate(asked)) =
            (permit.account().cloned(), permit.question_key().map(str::to_owned), permit.ask().clone())
        else {
            return Err(denied(Refusal::Failed, "the permit is of no table"));
        };
        let failed = |error: &dyn std::fmt::Display| denied(Refusal::Failed, error);
        let turn = self.releases.turn(&account).await.map_err(|e| failed(&e))?;
        if let Some(answer) = turn.answer(&key, epoch.fingerprint()).await.map_err(|e| failed(&e))? {
            return Ok(policy.repeat(permit, &answer)?);
        }
        if turn.is_full(permit.memberships_max()) {
            let reason =
                format!("all is told that may be remembered of {account}; a new period begins afresh");
            return Err(denied(Refusal::Exhausted, reason));
        }
        let numbers = epoch.numbers(asked.dataset(), &self.releases).await.map_err(|e| failed(&e))?;
        let mut findings = Findings::for_table(&permit);
        let counted = epoch.engine().tabulate(&permit, &asked, numbers, &mut findings).await;
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
        turn.keep(key, epoch, question, now, kept).await.map_err(|e| failed(&e))?;
        Ok(release)
    }
}
