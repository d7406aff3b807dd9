//! The engine's own functions, by the names under which a plan that was sent elsewhere calls them.

use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use model::Grain;

use super::{largest, members, period};

/// Those of values.
pub(crate) fn of_values() -> impl Iterator<Item = Arc<ScalarUDF>> {
    [Grain::Month, Grain::Quarter, Grain::Year].into_iter().map(|grain| Arc::new(period::function(grain)))
}

/// Those of groups.
pub(crate) fn of_groups() -> impl Iterator<Item = Arc<AggregateUDF>> {
    [members::function(), largest::function(1), largest::function(2)].into_iter().map(Arc::new)
}
