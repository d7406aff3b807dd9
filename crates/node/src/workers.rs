//! When a force outgrows one machine: other processes of the same force, its workers, run parts of what DataFusion is asked, each
//! over its own copy of the snapshot. What stays and what is asked of them is decided before anything is sent; what comes back is
//! read as if it had been counted here.
//!
//! In reading order: which workers there are ([`config`]), how a question is laid out over those that are there ([`Workers`]), the
//! channels between processes (`links`), how a plan travels (`codec`), and a worker's own life ([`server`]).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use datafusion::common::Result;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion_distributed::{
    DesiredTaskCountEvent, DesiredTaskCountEventResponse, DesiredTaskCountHandler, DistributedExt,
    DistributedLeafExec, ScaleUpLeafNodeEvent, ScaleUpLeafNodeEventResponse, SessionStateBuilderExt,
    WorkerResolver,
};
use futures::future::join_all;
use identity::{CredentialStore, Trust};
use tonic::metadata::MetadataMap;
use url::Url;
use uuid::Uuid;

use crate::answer::Clock;
use crate::engine::{Divided, Elsewhere, EngineError, Session};

pub mod config;
pub mod server;

mod codec;
mod epochs;
mod links;
mod panics;
mod pools;

use codec::Codec;
use config::WorkersConfig;
use links::Links;
pub use panics::end_with_a_panic;

/// The header that names the snapshot which a plan is for.
const SNAPSHOT: &str = "bluelamp-snapshot";
/// The header that tells which plans belong to one question.
const QUESTION: &str = "bluelamp-question";
/// What may wait between two processes for whoever reads it.
const WAITING_BYTES: usize = 4 << 20;

/// The workers of a node's force.
#[derive(Debug)]
pub struct Workers {
    config: WorkersConfig,
    links: Links,
    /// Those that were left out last, so that the log says so once.
    absent: Mutex<BTreeSet<Url>>,
}

impl Workers {
    /// The configured workers, called under the node's own name and as members of its own force alone.
    pub fn new(config: WorkersConfig, trust: Trust, credentials: CredentialStore, clock: Clock) -> Self {
        panics::count();
        let links = Links::new(trust, credentials, clock, config.patience());
        Self { config, links, absent: Mutex::default() }
    }

    /// Those that answer now and hold this snapshot.
    pub(crate) async fn present(&self, seal: &str) -> Vec<Url> {
        let asked = self.config.addresses.iter().map(|url| async move {
            let holds = tokio::time::timeout(self.config.patience(), self.links.holds(url, seal)).await;
            (url, holds.unwrap_or(false))
        });
        let (present, absent): (Vec<_>, Vec<_>) =
            join_all(asked).await.into_iter().partition(|(_, holds)| *holds);
        let absent: BTreeSet<Url> = absent.into_iter().map(|(url, _)| url.clone()).collect();
        if let Ok(mut before) = self.absent.lock()
            && *before != absent
        {
            for url in &absent {
                tracing::warn!(worker = %url, "left out: it does not answer, or does not hold this data epoch");
            }
            *before = absent;
        }
        present.into_iter().map(|(url, _)| url.clone()).collect()
    }

    /// A session whose plans are laid out over these workers.
    pub(crate) fn over(
        &self,
        mut present: Vec<Url>,
        seal: &str,
        state: SessionStateBuilder,
    ) -> Result<Session> {
        let mut headers = MetadataMap::new();
        for (name, value) in [(SNAPSHOT, seal.to_owned()), (QUESTION, Uuid::new_v4().to_string())] {
            let value = value.parse().map_err(|_| DataFusionError::Plan(format!("{name} can't be sent")))?;
            headers.insert(name, value);
        }
        // Where one is left it takes two shares: what would go to a single place is not sent at all.
        if let [only] = present.as_slice() {
            present.push(only.clone());
        }
        let state = state
            .with_distributed_desired_task_count_handler(OneEach(present.len()))
            .with_distributed_scale_up_leaf_node_handler(divide)
            .with_distributed_worker_resolver(Present(present))
            .with_distributed_channel_resolver(self.links.clone())
            .with_distributed_user_codec(Codec::sending())
            .with_distributed_passthrough_headers(headers.into_headers())?
            .with_distributed_worker_connection_buffer_budget_bytes(WAITING_BYTES)?
            .with_distributed_planner();
        let before = panics::seen();
        Ok(Session::elsewhere(state, move || panics::seen() == before))
    }
}

#[async_trait]
impl Elsewhere for Workers {
    async fn begin(&self, seal: &str, state: SessionStateBuilder) -> Result<Session, EngineError> {
        let present = self.present(seal).await;
        if present.is_empty() {
            return Ok(Session::here(state));
        }
        self.over(present, seal, state).map_err(|_| EngineError::Failed("planning"))
    }

    fn takes_all(&self) -> bool {
        self.config.all_tables
    }
}

/// The workers that take part in one question.
struct Present(Vec<Url>);

impl WorkerResolver for Present {
    fn get_urls(&self) -> Result<Vec<Url>> {
        Ok(self.0.clone())
    }
}

/// Has records read by as many workers as there are.
struct OneEach(usize);

#[async_trait]
impl DesiredTaskCountHandler for OneEach {
    async fn handle(
        &self,
        event: DesiredTaskCountEvent<'_>,
    ) -> Option<Result<DesiredTaskCountEventResponse>> {
        event.plan.downcast_ref::<Divided>()?;
        Some(Ok(DesiredTaskCountEventResponse::desired(self.0)))
    }
}

/// Gives each worker its share of the records.
fn divide(event: ScaleUpLeafNodeEvent<'_>) -> Option<Result<ScaleUpLeafNodeEventResponse>> {
    let divided = event.plan.downcast_ref::<Divided>()?;
    let shares = divided.among(event.task_count);
    let leaf = shares.and_then(|shares| DistributedLeafExec::try_new(event.plan.clone(), shares));
    Some(leaf.map(|leaf| ScaleUpLeafNodeEventResponse::new(Arc::new(leaf))))
}
