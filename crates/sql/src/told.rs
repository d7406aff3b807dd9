//! How far a figure may be relied on, as a number that statements carry beside it. The larger, the less is told; combining
//! figures takes the larger.

use datafusion::functions::core::expr_fn::greatest;
use datafusion::logical_expr::{Expr, when};

use crate::{Refused, judge};

/// It is what the forces counted.
pub(crate) const EXACT: i8 = 0;
/// A force rounded its share.
pub(crate) const ROUNDED: i8 = 1;
/// A force added noise to its share.
pub(crate) const NOISY: i8 = 2;
/// It leaves out a suppressed share: a bound, never a total.
pub(crate) const AT_LEAST: i8 = 3;
/// It may not be told.
pub(crate) const SUPPRESSED: i8 = 4;

/// The word for a status.
pub(crate) fn word(status: i8) -> &'static str {
    match status {
        EXACT => "exact",
        ROUNDED => "rounded",
        NOISY => "noisy",
        AT_LEAST => "at least",
        _ => "suppressed",
    }
}

/// An expression over released figures: its value, and where it depends on a figure that a force may suppress, how far it
/// may be relied on.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) value: Expr,
    pub(crate) figure: Option<Figure>,
}

/// What is known of a value that depends on figures.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    /// One of the numbers above; null where there is no figure at all, as beside an outer join.
    pub(crate) status: Expr,
    /// The least that the exact value can be, whatever was suppressed; none where nothing is known.
    pub(crate) least: Option<Expr>,
}

/// `then` where `holds`, else `otherwise`.
pub(crate) fn either(holds: Expr, then: Expr, otherwise: Expr) -> Result<Expr, Refused> {
    Ok(when(holds, then).otherwise(otherwise)?)
}

/// The larger of two statuses; one that is null leaves the other.
pub(crate) fn worse(one: Expr, other: Expr) -> Expr {
    greatest(vec![one, other])
}

impl Told {
    /// A value that depends on no figure.
    pub(crate) fn clear(value: Expr) -> Self {
        Self { value, figure: None }
    }

    /// The value where it is one, and nothing where it is only a bound.
    pub(crate) fn strict(&self) -> Expr {
        match &self.figure {
            None => self.value.clone(),
            Some(figure) => judge::strict(self.value.clone(), figure.status.clone()),
        }
    }

    /// The least that it can be: a value that depends on no figure is its own.
    pub(crate) fn least(&self) -> Option<Expr> {
        match &self.figure {
            None => Some(self.value.clone()),
            Some(figure) => figure.least.clone(),
        }
    }

    /// A growing function of it: what is a bound stays one.
    pub(crate) fn growing(&self, through: impl Fn(Expr) -> Expr) -> Self {
        let figure = self.figure.as_ref().map(|figure| Figure {
            status: figure.status.clone(),
            least: figure.least.clone().map(&through),
        });
        Self { value: through(self.value.clone()), figure }
    }

    /// Any function of it that is null where it is null.
    pub(crate) fn through(&self, through: impl FnOnce(Expr) -> Expr) -> Self {
        let figure = self
            .figure
            .as_ref()
            .map(|figure| Figure { status: judge::lost(figure.status.clone()), least: None });
        Self { value: through(self.strict()), figure }
    }

    /// The worse status of the two; none where neither depends on a figure.
    pub(crate) fn status_with(&self, other: &Self) -> Option<Expr> {
        match (&self.figure, &other.figure) {
            (Some(one), Some(other)) => Some(worse(one.status.clone(), other.status.clone())),
            (Some(one), None) | (None, Some(one)) => Some(one.status.clone()),
            (None, None) => None,
        }
    }

    /// A truth reckoned from figures of `status`: where it is known it is known, whatever was suppressed.
    pub(crate) fn truth(value: Expr, status: Option<Expr>) -> Self {
        let figure = status.map(|status| Figure { status: judge::truth(value.clone(), status), least: None });
        Self { value, figure }
    }

    /// Two values put together by any operation that is null where one of them is.
    pub(crate) fn with(&self, other: &Self, put: impl FnOnce(Expr, Expr) -> Expr) -> Self {
        let figure =
            self.status_with(other).map(|status| Figure { status: judge::lost(status), least: None });
        Self { value: put(self.strict(), other.strict()), figure }
    }

    /// Two values put together by an operation that grows with both, so that bounds make a bound.
    pub(crate) fn grown_with(&self, other: &Self, put: impl Fn(Expr, Expr) -> Expr) -> Self {
        let (Some(status), Some(one), Some(two)) = (self.status_with(other), self.least(), other.least())
        else {
            return self.with(other, put);
        };
        let least = put(one, two);
        let value = put(self.value.clone(), other.value.clone());
        // A rounded part may lie above the exact one: of a bound every part is at its least.
        let value = judge::bound(value, status.clone(), least.clone());
        Self { value, figure: Some(Figure { status, least: Some(least) }) }
    }
}
