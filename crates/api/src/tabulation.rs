//! Tabulations between model and wire.

use model::{Dataset, Dimension, Grain, Measure, Tabulation};

use crate::question::{Misunderstood, malformed, newer, word};
use crate::words::Word;
use crate::{filter, v1};

pub(crate) fn to_wire(table: &Tabulation) -> v1::Tabulation {
    v1::Tabulation {
        dataset: table.dataset().number(),
        by: table.by().iter().map(dimension_to_wire).collect(),
        measures: table.measures().iter().map(measure_to_wire).collect(),
        filter: table.filter().map(filter::to_wire),
        totals: table.totals(),
    }
}

pub(crate) fn from_wire(table: v1::Tabulation) -> Result<Tabulation, Misunderstood> {
    let dataset = word::<Dataset>("tabulation.dataset", table.dataset)?;
    let by = table.by.into_iter().map(dimension_from_wire).collect::<Result<_, _>>()?;
    let measures = table.measures.into_iter().map(measure_from_wire).collect::<Result<_, _>>()?;
    let filter = table.filter.map(|f| filter::from_wire(f, 1)).transpose()?;
    Ok(Tabulation::new(dataset, by, measures, filter)?.with_totals(table.totals))
}

fn dimension_to_wire(dimension: &Dimension) -> v1::Dimension {
    let (grain, size) = match dimension.grain {
        Grain::Value => (v1::Grain::Value, 0),
        Grain::Month => (v1::Grain::Month, 0),
        Grain::Quarter => (v1::Grain::Quarter, 0),
        Grain::Year => (v1::Grain::Year, 0),
        Grain::Band(width) => (v1::Grain::Band, width),
        Grain::Prefix(letters) => (v1::Grain::Prefix, i64::from(letters)),
    };
    v1::Dimension { column: dimension.column.clone(), grain: grain.into(), size }
}

fn dimension_from_wire(dimension: v1::Dimension) -> Result<Dimension, Misunderstood> {
    let unknown = || newer("tabulation.by", "holds a grain that this node does not know");
    let grain = match v1::Grain::try_from(dimension.grain).map_err(|_| unknown())? {
        v1::Grain::Unspecified => return Err(malformed("tabulation.by", "must name a grain")),
        v1::Grain::Value => Grain::Value,
        v1::Grain::Month => Grain::Month,
        v1::Grain::Quarter => Grain::Quarter,
        v1::Grain::Year => Grain::Year,
        v1::Grain::Band => Grain::Band(dimension.size),
        v1::Grain::Prefix => Grain::Prefix(
            u8::try_from(dimension.size).map_err(|_| malformed("tabulation.by", "prefix too long"))?,
        ),
    };
    Ok(Dimension { column: dimension.column, grain })
}

fn measure_to_wire(measure: &Measure) -> v1::Measure {
    let (kind, column) = match measure {
        Measure::Count => (v1::MeasureKind::Count, ""),
        Measure::Distinct => (v1::MeasureKind::Distinct, ""),
        Measure::Sum(column) => (v1::MeasureKind::Sum, column.as_str()),
        Measure::Mean(column) => (v1::MeasureKind::Mean, column.as_str()),
        Measure::Variance(column) => (v1::MeasureKind::Variance, column.as_str()),
    };
    v1::Measure { kind: kind.into(), column: column.to_owned() }
}

fn measure_from_wire(measure: v1::Measure) -> Result<Measure, Misunderstood> {
    let unknown = || newer("tabulation.measures", "holds a measure that this node does not know");
    Ok(match v1::MeasureKind::try_from(measure.kind).map_err(|_| unknown())? {
        v1::MeasureKind::Unspecified => return Err(malformed("tabulation.measures", "must name its kind")),
        v1::MeasureKind::Count => Measure::Count,
        v1::MeasureKind::Distinct => Measure::Distinct,
        v1::MeasureKind::Sum => Measure::Sum(measure.column),
        v1::MeasureKind::Mean => Measure::Mean(measure.column),
        v1::MeasureKind::Variance => Measure::Variance(measure.column),
    })
}
