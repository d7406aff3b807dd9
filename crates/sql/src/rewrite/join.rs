//! Joins and unions of aggregated results. They meet in groups, never in figures that a force may suppress.

use datafusion::common::JoinType;
use datafusion::logical_expr::{Expr, Join, LogicalPlan, LogicalPlanBuilder, Union, ident};

use super::{Held, Rewriter, Rewritten, certain, whole};
use crate::Refused;
use crate::base::Base;

impl Rewriter<'_> {
    pub(super) fn join(&mut self, join: &Join) -> Result<Rewritten, Refused> {
        for side in [&join.left, &join.right] {
            if let Some(base) = Base::of(side)? {
                let what = format!("records of {} do not meet results", base.dataset);
                return Err(Refused::records(what).help(
                    "records stay with their force: aggregate each in a select of its own and join these, or use `bluelamp search`",
                ));
            }
        }
        let (left, right) = (self.plan(&join.left)?, self.plan(&join.right)?);
        match join.join_type {
            JoinType::Inner => {}
            JoinType::Left => whole(&right, "an outer join")?,
            JoinType::Right => whole(&left, "an outer join")?,
            JoinType::Full => {
                whole(&left, "an outer join")?;
                whole(&right, "an outer join")?;
            }
            other => return Err(Refused::new(format!("a {other} join is not answered"))),
        }
        let mut keys = (Vec::new(), Vec::new());
        for (one, other) in &join.on {
            keys.0.push(self.clear(&left, one, "a join")?);
            keys.1.push(self.clear(&right, other, "a join")?);
        }
        let partial = left.partial || right.partial;
        let held: Vec<Held> = left.held.iter().chain(&right.held).cloned().collect();
        let whole_row = Rewritten {
            plan: LogicalPlanBuilder::empty(false).build()?,
            schema: join.schema.clone(),
            held,
            partial,
            ranked: false,
        };
        let filter = match &join.filter {
            Some(filter) => Some(self.clear(&whole_row, filter, "a join")?),
            None => None,
        };
        self.step(format!("{} join", join.join_type).to_lowercase());
        let builder = LogicalPlanBuilder::from(left.plan);
        let plan = match (keys.0.is_empty(), filter, join.join_type) {
            (true, None, JoinType::Inner) => builder.cross_join(right.plan)?,
            (true, Some(filter), JoinType::Inner) => builder.cross_join(right.plan)?.filter(filter)?,
            (true, _, _) => return Err(Refused::new("an outer join must say which columns are equal")),
            (false, filter, kind) => builder.join_with_expr_keys(right.plan, kind, keys, filter)?,
        };
        Ok(Rewritten { plan: plan.build()?, ..whole_row })
    }

    pub(super) fn union(&mut self, union: &Union) -> Result<Rewritten, Refused> {
        let mut inputs = Vec::with_capacity(union.inputs.len());
        for input in &union.inputs {
            if let Some(base) = Base::of(input)? {
                return Err(Refused::records(format!("records of {} can't be listed", base.dataset)));
            }
            inputs.push(self.plan(input)?);
        }
        let width = union.schema.fields().len();
        let fits = |fits: fn(&Held) -> bool, any: bool| -> Vec<bool> {
            let of = |at: usize| {
                let mut held = inputs.iter().filter_map(|input| input.held.get(at));
                if any { held.any(fits) } else { held.all(fits) }
            };
            (0..width).map(of).collect()
        };
        let figures = fits(|held| held.status.is_some(), true);
        let bounded = fits(|held| held.status.is_none() || held.least.is_some(), false);
        let mut held = Vec::with_capacity(width);
        for at in 0..width {
            let figure = figures.get(at) == Some(&true);
            let bounded = figure && bounded.get(at) == Some(&true);
            held.push(Held {
                value: self.name(),
                status: figure.then(|| self.name()),
                least: bounded.then(|| self.name()),
            });
        }
        let (partial, mut whole) = (inputs.iter().any(|input| input.partial), None::<LogicalPlanBuilder>);
        for input in inputs {
            let mut columns: Vec<Expr> = Vec::new();
            for (own, all) in input.held.iter().zip(&held) {
                columns.push(ident(&own.value).alias(&all.value));
                if let Some(name) = &all.status {
                    columns.push(own.status.as_ref().map_or_else(certain, ident).alias(name));
                }
                if let Some(name) = &all.least {
                    columns.push(ident(own.least.as_ref().unwrap_or(&own.value)).alias(name));
                }
            }
            let aligned = LogicalPlanBuilder::from(input.plan).project(columns)?.build()?;
            whole = Some(match whole {
                None => LogicalPlanBuilder::from(aligned),
                Some(so_far) => so_far.union(aligned)?,
            });
        }
        self.step("union");
        let plan: LogicalPlan = match whole {
            Some(builder) => builder.build()?,
            None => return Err(Refused::new("a union of nothing is not answered")),
        };
        Ok(Rewritten { plan, schema: union.schema.clone(), held, partial, ranked: false })
    }
}
