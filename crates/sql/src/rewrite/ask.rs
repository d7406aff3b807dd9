//! An aggregate over records becomes a typed question, and the released table that answers it.

use arrow::datatypes::DataType;
use datafusion::common::DFSchemaRef;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::utils::enumerate_grouping_sets;
use datafusion::logical_expr::{Expr, GroupingSet};
use model::{Dataset, Dimension, Filter, Measure, Tabulation};

use super::{Held, QUESTIONS_MAX, Rewriter, Rewritten};
use crate::Refused;
use crate::along::settled;
use crate::base::Base;
use crate::expressions::shown;
use crate::question::TypedQuestion;
use crate::release::{Released, Source};
use crate::translate::dimension::{Grouped, Grouping, grouping};
use crate::translate::filter::conditions;
use crate::translate::measure::{Asked, Part, measure};

impl Rewriter<'_> {
    /// Asks for a base grouped and aggregated so. `schema` is of the fields that stand for it.
    pub(super) fn ask(
        &mut self,
        base: &Base,
        groups: &[Expr],
        aggregates: &[Expr],
        schema: &DFSchemaRef,
    ) -> Result<Rewritten, Refused> {
        let base = &settled(base, aggregates)?;
        let dataset = base.dataset;
        let (by, sets) = sets(groups)?;
        let by = by.iter().map(|expr| base.told(expr).map(Expr::unalias)).collect::<Result<Vec<_>, _>>()?;
        let grouping = grouping(self.state, dataset, &by)?;
        let mut conditions = conditions(self.state, dataset, &base.filters)?;
        let mut measures: Vec<Measure> = Vec::new();
        let mut asked = Vec::with_capacity(aggregates.len());
        for aggregate in aggregates {
            let Expr::AggregateFunction(call) = aggregate.clone().unalias() else {
                return Err(Refused::new(format!("{} is not asked of the forces", shown(aggregate))));
            };
            let of_base = AggregateFunction { params: told(base, &call)?, ..call };
            let one = measure(dataset, &of_base)?;
            if let Asked::Part(measure, _) = &one
                && !measures.contains(measure)
            {
                measures.push(measure.clone());
            }
            asked.push(one);
        }
        if measures.is_empty() {
            measures.push(Measure::Count);
        }
        let whole = (1_u32 << grouping.dimensions.len()) - 1;
        let wanted = wanted(&grouping, &sets)?;
        let totals = wanted.iter().any(|together| together & whole != 0);
        let by_force = grouping.columns.contains(&Grouped::Force);
        if totals && by_force {
            return Err(Refused::new("subtotals are not asked for by force")
                .help("group by force, and add up over the result"));
        }
        let dimensions = grouping.dimensions.clone();
        if let Some(linked) = base.linked {
            conditions.filter = follow(linked, &dimensions, conditions.filter);
        }
        let table =
            Tabulation::new(dataset, dimensions, measures.clone(), conditions.filter)?.with_totals(totals);
        let question = self.question(TypedQuestion { table, by_force, forces: conditions.forces })?;
        let mut columns: Vec<(String, DataType, Source)> = Vec::new();
        let mut held = Vec::new();
        let mut put = |name: String, holds: DataType, source: Source| {
            columns.push((name.clone(), holds, source));
            name
        };
        let types: Vec<DataType> = schema.fields().iter().map(|field| field.data_type().clone()).collect();
        let type_at = |at: usize| types.get(at).cloned().unwrap_or(DataType::Utf8);
        for (at, column) in grouping.columns.iter().enumerate() {
            let source = match column {
                Grouped::Force => Source::Force,
                Grouped::By { place, form } => Source::Key { place: *place, form: *form },
            };
            held.push(Held { value: put(self.name(), type_at(at), source), status: None, least: None });
        }
        // With subtotals the plan has a field of its own for which of them a row is.
        let own = types.len().saturating_sub(aggregates.len());
        for at in held.len()..own {
            let all = (0..grouping.dimensions.len()).collect();
            held.push(Held {
                value: put(self.name(), type_at(at), Source::Together(all)),
                status: None,
                least: None,
            });
        }
        for (at, one) in asked.iter().enumerate() {
            let holds = type_at(own + at);
            held.push(match one {
                Asked::Grouping(of) => {
                    let of = of
                        .iter()
                        .map(|expr| base.told(expr).map(Expr::unalias))
                        .collect::<Result<Vec<_>, _>>()?;
                    let places =
                        of.iter().map(|expr| place_of(&by, &grouping, expr)).collect::<Result<_, _>>()?;
                    Held {
                        value: put(self.name(), holds, Source::Together(places)),
                        status: None,
                        least: None,
                    }
                }
                Asked::Part(measure, part) => {
                    let place = measures.iter().position(|known| known == measure).unwrap_or(0);
                    let value = put(self.name(), holds.clone(), Source::Value(place, *part));
                    let status = put(self.name(), DataType::Int8, Source::Status(place, *part));
                    let bounded = *part == Part::Whole;
                    let least = bounded.then(|| put(self.name(), holds, Source::Least(place, *part)));
                    Held { value, status: Some(status), least }
                }
            });
        }
        let plan = self.scan(Released::new(question, columns, wanted))?;
        Ok(Rewritten { plan, schema: schema.clone(), held, partial: false, ranked: false })
    }

    /// The place of a question, each of which is asked once.
    fn question(&mut self, question: TypedQuestion) -> Result<usize, Refused> {
        if let Some(place) = self.questions.iter().position(|known| *known == question) {
            return Ok(place);
        }
        if self.questions.len() >= QUESTIONS_MAX {
            return Err(Refused::new(format!("one statement may come to {QUESTIONS_MAX} questions at most"))
                .help("ask in several statements"));
        }
        self.questions.push(question);
        Ok(self.questions.len() - 1)
    }
}

/// The filter of a table along edges, in which some column of the linked dataset is named, since nothing else says that they are
/// followed. Its controller is always known.
fn follow(linked: Dataset, dimensions: &[Dimension], filter: Option<Filter>) -> Option<Filter> {
    let mut named: Vec<&str> = dimensions.iter().map(|dimension| dimension.column.as_str()).collect();
    if let Some(filter) = &filter {
        filter.columns(&mut named);
    }
    let of_linked = |column: &&str| column.split_once('.').is_some_and(|(of, _)| of == linked.as_str());
    if named.iter().any(of_linked) {
        return filter;
    }
    let there = Filter::Null { column: format!("{linked}.controller"), is_null: false };
    Some(match filter {
        None => there,
        Some(Filter::And(parts)) => Filter::And([parts, vec![there]].concat()),
        Some(other) => Filter::And(vec![other, there]),
    })
}

/// An aggregate's parameters over the dataset's own columns.
fn told(
    base: &Base,
    call: &AggregateFunction,
) -> Result<datafusion::logical_expr::expr::AggregateFunctionParams, Refused> {
    let mut params = call.params.clone();
    for argument in &mut params.args {
        // `count(*)` is planned as the count of a number.
        if !matches!(argument, Expr::Literal(..)) {
            *argument = base.told(argument)?.unalias();
        }
    }
    Ok(params)
}

/// Places among the expressions that are grouped by.
type Set = Vec<usize>;

/// The expressions that are grouped by, each once, and the sets of them that are wanted; none where that is all of them.
fn sets(groups: &[Expr]) -> Result<(Vec<Expr>, Vec<Set>), Refused> {
    let enumerated = enumerate_grouping_sets(groups.to_vec())?;
    let [Expr::GroupingSet(set)] = enumerated.as_slice() else {
        let mut once: Vec<Expr> = Vec::new();
        enumerated.into_iter().for_each(|expr| {
            if !once.contains(&expr) {
                once.push(expr);
            }
        });
        let all = (0..once.len()).collect();
        return Ok((once, vec![all]));
    };
    let by: Vec<Expr> = set.distinct_expr().into_iter().cloned().collect();
    let place = |expr: &Expr| by.iter().position(|known| known == expr).unwrap_or(0);
    let sets: Vec<Set> = match set {
        GroupingSet::Rollup(of) => {
            (0..=of.len()).rev().map(|kept| of.iter().take(kept).map(place).collect()).collect()
        }
        GroupingSet::Cube(of) => {
            let picked = |mask: u32| {
                of.iter().enumerate().filter(move |(at, _)| mask >> at & 1 == 1).map(|(_, expr)| place(expr))
            };
            let most = u32::try_from(of.len())
                .ok()
                .filter(|most| *most <= 8)
                .ok_or_else(|| Refused::new("a cube of so many columns is not asked for"))?;
            (0..1_u32 << most).map(|mask| picked(mask).collect()).collect()
        }
        GroupingSet::GroupingSets(lists) => {
            lists.iter().map(|list| list.iter().map(place).collect()).collect()
        }
    };
    Ok((by, sets))
}

/// For each set, which dimensions are taken together in its rows.
fn wanted(grouping: &Grouping, sets: &[Set]) -> Result<Vec<u32>, Refused> {
    let mut wanted = Vec::with_capacity(sets.len());
    for set in sets {
        let mut together = 0;
        for (place, _) in grouping.dimensions.iter().enumerate() {
            let columns = grouping.columns.iter().enumerate();
            let of: Vec<bool> = columns
                .filter(|(_, column)| matches!(column, Grouped::By { place: of, .. } if *of == place))
                .map(|(at, _)| set.contains(&at))
                .collect();
            if of.iter().all(|kept| !kept) {
                together |= 1 << place;
            } else if !of.iter().all(|kept| *kept) {
                return Err(Refused::new("parts of one date are taken together or not at all")
                    .help("group by one form of the date"));
            }
        }
        if wanted.contains(&together) {
            return Err(Refused::new("a grouping set stands there twice"));
        }
        wanted.push(together);
    }
    Ok(wanted)
}

/// The dimension behind an expression that is grouped by.
fn place_of(by: &[Expr], grouping: &Grouping, expr: &Expr) -> Result<usize, Refused> {
    let at = by.iter().position(|known| known == expr);
    match at.and_then(|at| grouping.columns.get(at)) {
        Some(Grouped::By { place, .. }) => Ok(*place),
        _ => Err(Refused::new(format!("grouping({}) is not grouped by", shown(expr)))),
    }
}
