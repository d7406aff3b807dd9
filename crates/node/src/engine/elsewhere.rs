//! Where DataFusion runs what it is asked: in this process, or by somebody else over the same files. The engine plans and reads
//! the result alike, and knows no more of it than this.

use std::fmt;

use async_trait::async_trait;
use datafusion::common::Result;
use datafusion::execution::{SendableRecordBatchStream, SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::DataFrame;

use super::{EngineError, failed};

/// Somebody who runs plans over the files of a snapshot that they have as well.
#[async_trait]
pub trait Elsewhere: fmt::Debug + Send + Sync {
    /// Begins one question over the snapshot of this seal, in what is a session of this process so far. It stays one where
    /// nobody else can run anything now.
    async fn begin(&self, seal: &str, state: SessionStateBuilder) -> Result<Session, EngineError>;

    /// Whether tables that could be counted over what is prepared are asked there as well.
    fn takes_all(&self) -> bool;
}

/// One question's session.
pub struct Session {
    state: SessionState,
    whole: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl Session {
    /// Everything runs in this process.
    pub fn here(state: SessionStateBuilder) -> Self {
        Self { state: state.build(), whole: None }
    }

    /// Others run it too; `whole` tells whether nothing can have been lost of what they sent.
    pub fn elsewhere(state: SessionStateBuilder, whole: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { state: state.build(), whole: Some(Box::new(whole)) }
    }

    /// Whether others run it too.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.whole.is_some()
    }

    /// Runs a plan.
    pub(super) async fn stream(
        &self,
        logical: Result<LogicalPlan>,
    ) -> Result<SendableRecordBatchStream, EngineError> {
        let logical = logical.map_err(|e| failed("planning", &e))?;
        let stream = DataFrame::new(self.state.clone(), logical).execute_stream().await;
        stream.map_err(|e| failed("planning", &e))
    }

    /// Ends the question: what was counted stands if nothing of it can have been lost.
    pub(super) fn end(self) -> Result<(), EngineError> {
        match self.whole {
            Some(whole) if !whole() => Err(EngineError::Failed("counting")),
            _ => Ok(()),
        }
    }
}
