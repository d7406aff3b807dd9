//! A table question: dataset, dimensions, measures, filter. The grammar is closed: what does not fit the shared
//! schema's column uses can't be built, so nothing downstream asks again.

use std::fmt;

use crate::nearest::suggestion;
use crate::reply::Figure;
use crate::schema::{Column, ColumnUse};
use crate::{Complaint, Dataset, Filter, Path};

/// Most dimensions in one table.
pub const DIMENSIONS_MAX: usize = 4;
/// Most measures in one table.
pub const MEASURES_MAX: usize = 6;

/// Stands in a row's keys for all keys of a dimension together. No source value is told in this form.
pub const TOTAL: &str = "(total)";
/// Stands in a row's keys for every key of a column that may not be told. No source value is told in this form.
pub const WITHHELD: &str = "(withheld)";

/// A table question that fits the shared schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tabulation {
    dataset: Dataset,
    path: Path,
    by: Vec<Dimension>,
    measures: Vec<Measure>,
    filter: Option<Filter>,
    totals: bool,
}

impl Tabulation {
    /// Checks the question against the shared schema: known columns, declared uses, no column twice, bounded size.
    pub fn new(
        dataset: Dataset,
        by: Vec<Dimension>,
        measures: Vec<Measure>,
        filter: Option<Filter>,
    ) -> Result<Self, Complaint> {
        if by.len() > DIMENSIONS_MAX {
            return Err(Complaint::new(
                "by",
                format!("at most {DIMENSIONS_MAX} dimensions, not {}", by.len()),
            ));
        }
        if measures.is_empty() || measures.len() > MEASURES_MAX {
            return Err(Complaint::new(
                "measure",
                format!("between 1 and {MEASURES_MAX} measures, such as count; not {}", measures.len()),
            ));
        }
        for (at, dimension) in by.iter().enumerate() {
            dimension.check(dataset)?;
            if by.iter().take(at).any(|earlier| earlier == dimension) {
                return Err(Complaint::new("by", format!("{dimension} stands there twice")));
            }
        }
        for (at, measure) in measures.iter().enumerate() {
            measure.check(dataset)?;
            if measures.iter().take(at).any(|earlier| earlier == measure) {
                return Err(Complaint::new("measure", format!("{measure} stands there twice")));
            }
        }
        if let Some(filter) = &filter {
            filter.check(dataset)?;
        }
        let mut columns: Vec<&str> = by.iter().map(|dimension| dimension.column.as_str()).collect();
        if let Some(filter) = &filter {
            filter.columns(&mut columns);
        }
        let path = Path::of(dataset, columns.into_iter())?;
        if let (Some(linked), Some(summed)) = (path.linked(), measures.iter().find_map(Measure::column)) {
            return Err(Complaint::new(
                "measure",
                format!(
                    "{summed} would be added up once for each linked {linked}: along links count and distinct are told; sum it over {dataset} alone"
                ),
            ));
        }
        Ok(Self { dataset, path, by, measures, filter, totals: false })
    }

    /// The same table with its totals: a row for each group of every margin, in which [`TOTAL`] stands for the
    /// dimensions taken together. They are protected together with the cells.
    #[must_use]
    pub fn with_totals(mut self, totals: bool) -> Self {
        self.totals = totals;
        self
    }

    /// Whether totals are asked for.
    pub fn totals(&self) -> bool {
        self.totals
    }

    /// The dataset counted.
    pub fn dataset(&self) -> Dataset {
        self.dataset
    }

    /// The links that it follows.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The column that one of its dimensions or conditions names.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.dataset.reach(name).ok().map(|reached| reached.column)
    }

    /// What the cells are grouped by.
    pub fn by(&self) -> &[Dimension] {
        &self.by
    }

    /// What each cell tells.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// Which records count.
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// The same question with its dimensions, and its measures, in the order of their names.
    #[must_use]
    pub fn ordered(&self) -> Self {
        let mut ordered = self.clone();
        ordered.by.sort_by_cached_key(ToString::to_string);
        ordered.measures.sort_by_cached_key(ToString::to_string);
        ordered
    }

    /// Column headings of the resulting table: dimensions, then measures.
    pub fn headings(&self) -> Vec<String> {
        self.by.iter().map(ToString::to_string).chain(self.measures.iter().map(ToString::to_string)).collect()
    }
}

/// How finely a column is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grain {
    /// By value.
    Value,
    /// A date by month, told as `2024-03`.
    Month,
    /// A date by quarter, told as `2024-Q1`.
    Quarter,
    /// A date by year, told as `2024`.
    Year,
    /// A number in bands of this width, told by its lower end.
    Band(i64),
    /// A text by its first characters.
    Prefix(u8),
}

/// One thing that a table is grouped by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dimension {
    /// The column.
    pub column: String,
    /// How finely it is told.
    pub grain: Grain,
}

impl Dimension {
    /// Reads `category`, `month`, `dob:year`, `risk_score:band20`, `postcode:prefix3` or `location.town`. A bare `month`,
    /// `quarter` or `year` means the dataset's principal date, and `report.month` that of the reports linked.
    pub fn parse(dataset: Dataset, text: &str) -> Result<Self, Complaint> {
        let by = |why: String| Complaint::new("by", why);
        let (column, grain) = match text.split_once(':') {
            Some((column, grain)) => (column.to_owned(), Some(grain)),
            None => match principal(dataset, text) {
                Some((column, grain)) => (column, Some(grain)),
                None => (text.to_owned(), None),
            },
        };
        let number = |digits: &str| {
            digits
                .parse::<u32>()
                .map_err(|_| by(format!("{text:?}: a whole number must follow band or prefix")))
        };
        let grain = match grain {
            None => Grain::Value,
            Some("month") => Grain::Month,
            Some("quarter") => Grain::Quarter,
            Some("year") => Grain::Year,
            Some(other) => match (other.strip_prefix("band"), other.strip_prefix("prefix")) {
                (Some(width), _) => Grain::Band(i64::from(number(width)?)),
                (_, Some(letters)) => Grain::Prefix(
                    u8::try_from(number(letters)?).map_err(|_| by(format!("{text:?}: prefix too long")))?,
                ),
                _ => {
                    let known = suggestion(other, ["month", "quarter", "year", "band10", "prefix3"]);
                    return Err(by(format!("{other:?} is not a grain; {known}")));
                }
            },
        };
        let dimension = Self { column, grain };
        dimension.check(dataset)?;
        Ok(dimension)
    }

    fn check(&self, dataset: Dataset) -> Result<(), Complaint> {
        let reached = dataset.reach(&self.column).map_err(|c| Complaint::new("by", c.why))?;
        let column = reached.column;
        let fits = match (column.used, self.grain) {
            (ColumnUse::Group, Grain::Value)
            | (ColumnUse::Calendar, Grain::Month | Grain::Quarter | Grain::Year) => true,
            (ColumnUse::Measure { band, .. }, Grain::Band(width)) => width > 0 && width % band == 0,
            (ColumnUse::Prefix { longest }, Grain::Prefix(letters)) => letters > 0 && letters <= longest,
            _ => false,
        };
        if fits {
            Ok(())
        } else {
            Err(Complaint::new("by", not_grouped(reached.dataset, &self.column, column.used)))
        }
    }
}

/// The principal date that `month`, `quarter` or `year` means, with that word: of the dataset, or with another's name before it
/// of that one.
pub(crate) fn principal(dataset: Dataset, text: &str) -> Option<(String, &str)> {
    let periods = ["month", "quarter", "year"];
    match text.split_once('.') {
        None => periods.contains(&text).then(|| (dataset.principal_date().to_owned(), text)),
        Some((of, period)) => {
            let other: Dataset = of.parse().ok().filter(|_| periods.contains(&period))?;
            Some((format!("{other}.{}", other.principal_date()), period))
        }
    }
}

fn not_grouped(dataset: Dataset, column: &str, used: ColumnUse) -> String {
    match used {
        ColumnUse::Group => format!("{column} is grouped by value: write {column}"),
        ColumnUse::Calendar => {
            format!("{column} is a date: write {column}:month, {column}:quarter or {column}:year")
        }
        ColumnUse::Measure { band, .. } => {
            format!("{column} is a number: write {column}:band{band}, or a multiple of {band}")
        }
        ColumnUse::Prefix { longest } => {
            format!("{column} is told by its beginning: write {column}:prefix{longest} or shorter")
        }
        ColumnUse::EntityKey | ColumnUse::Never => {
            let open = dataset
                .columns()
                .filter(|c| !matches!(c.used, ColumnUse::EntityKey | ColumnUse::Never))
                .map(|c| c.name)
                .collect::<Vec<_>>()
                .join(", ");
            format!(
                "{column} stays with its force and can't be grouped or filtered; of {dataset} these can: {open}"
            )
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.grain {
            Grain::Value => write!(f, "{}", self.column),
            Grain::Month => write!(f, "{}:month", self.column),
            Grain::Quarter => write!(f, "{}:quarter", self.column),
            Grain::Year => write!(f, "{}:year", self.column),
            Grain::Band(width) => write!(f, "{}:band{width}", self.column),
            Grain::Prefix(letters) => write!(f, "{}:prefix{letters}", self.column),
        }
    }
}

/// What a cell tells about its records.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Measure {
    /// How many records.
    Count,
    /// How many distinct entities, by the dataset's entity key.
    Distinct,
    /// The sum of a bounded numeric column, nulls left out.
    Sum(String),
    /// The mean of a bounded numeric column, nulls left out.
    Mean(String),
    /// The variance of a bounded numeric column as a whole population, nulls left out.
    Variance(String),
}

impl Measure {
    /// Reads `count`, `distinct`, `sum:loss_gbp`, `mean:risk_score` or `variance:risk_score`.
    pub fn parse(dataset: Dataset, text: &str) -> Result<Self, Complaint> {
        let measure = match text.split_once(':') {
            None if text == "count" => Self::Count,
            None if text == "distinct" => Self::Distinct,
            Some(("sum", column)) => Self::Sum(column.to_owned()),
            Some(("mean", column)) => Self::Mean(column.to_owned()),
            Some(("variance", column)) => Self::Variance(column.to_owned()),
            _ => {
                return Err(Complaint::new(
                    "measure",
                    format!(
                        "{text:?} is not a measure; known are count, distinct, sum:COLUMN, mean:COLUMN, variance:COLUMN"
                    ),
                ));
            }
        };
        measure.check(dataset)?;
        Ok(measure)
    }

    /// The column whose values it sums up; none of counts.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Count | Self::Distinct => None,
            Self::Sum(column) | Self::Mean(column) | Self::Variance(column) => Some(column),
        }
    }

    /// Whether a figure is of this measure's kind.
    pub fn fits(&self, figure: &Figure) -> bool {
        matches!(
            (self, figure),
            (Self::Count | Self::Distinct, Figure::Count(_) | Figure::Estimate(_))
                | (Self::Sum(_), Figure::Sum(_))
                | (Self::Mean(_), Figure::Mean { .. } | Figure::EstimatedMean { .. })
                | (Self::Variance(_), Figure::Variance(_))
        )
    }

    fn check(&self, dataset: Dataset) -> Result<(), Complaint> {
        let Some(name) = self.column() else { return Ok(()) };
        if name.contains('.') {
            let why = format!(
                "{name}: numbers of {dataset} itself are summed; ask for those of another dataset in a table over it"
            );
            return Err(Complaint::new("measure", why));
        }
        let column = dataset.column(name).map_err(|c| Complaint::new("measure", c.why))?;
        match column.used {
            ColumnUse::Measure { .. } => Ok(()),
            _ => Err(Complaint::new("measure", format!("{name} is not a number that can be summed"))),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count => f.write_str("count"),
            Self::Distinct => f.write_str("distinct"),
            Self::Sum(column) => write!(f, "sum:{column}"),
            Self::Mean(column) => write!(f, "mean:{column}"),
            Self::Variance(column) => write!(f, "variance:{column}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dimension, Measure, Tabulation};
    use crate::Dataset;

    /// Builds the question from the texts that an analyst would type; `Err` holds the complaint as printed.
    fn check(dataset: Dataset, by: &[&str], measures: &[&str]) -> Result<Vec<String>, String> {
        let build = || {
            let by = by.iter().map(|t| Dimension::parse(dataset, t)).collect::<Result<_, _>>()?;
            let measures = measures.iter().map(|t| Measure::parse(dataset, t)).collect::<Result<_, _>>()?;
            Tabulation::new(dataset, by, measures, None)
        };
        build().map(|t| t.headings()).map_err(|c| c.to_string())
    }

    #[test]
    fn what_fits_the_schema_is_built() {
        for (dataset, by, measures, headings) in [
            (Dataset::Event, &["month", "category"][..], &["count"][..], "occurred_on:month category count"),
            (Dataset::Report, &["risk_score:band20"], &["sum:loss_gbp"], "risk_score:band20 sum:loss_gbp"),
            (
                Dataset::Person,
                &["dob:year", "postcode:prefix3"],
                &["distinct"],
                "dob:year postcode:prefix3 distinct",
            ),
            (Dataset::Threat, &[], &["count"], "count"),
            (
                Dataset::Report,
                &["quarter"],
                &["variance:risk_score"],
                "reported_on:quarter variance:risk_score",
            ),
            (
                Dataset::Person,
                &["report.month", "sex", "location.town"],
                &["distinct"],
                "report.reported_on:month sex location.town distinct",
            ),
            (Dataset::Report, &["location.town"], &["sum:loss_gbp"], "location.town sum:loss_gbp"),
        ] {
            assert_eq!(check(dataset, by, measures), Ok(headings.split(' ').map(str::to_owned).collect()));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_way_to_mend_it() {
        for (dataset, by, measures, part) in [
            (Dataset::Person, &["family_name"][..], &["count"][..], "stays with its force"),
            (Dataset::Person, &["person_id"], &["count"], "stays with its force"),
            (Dataset::Person, &["dob"], &["count"], "write dob:month"),
            (Dataset::Person, &["postcode:prefix7"], &["count"], "postcode:prefix4 or shorter"),
            (Dataset::Report, &["risk_score:band3"], &["count"], "risk_score:band10"),
            (Dataset::Event, &["categry"], &["count"], "did you mean \"category\"?"),
            (Dataset::Event, &["month", "occurred_on:month"], &["count"], "twice"),
            (Dataset::Event, &["month:week"], &["count"], "is not a grain"),
            (Dataset::Event, &[], &[], "between 1 and"),
            (Dataset::Event, &[], &["sum:category"], "not a number"),
            (Dataset::Event, &[], &["variance:kind"], "not a number"),
            (Dataset::Event, &[], &["median:loss_gbp"], "known are count"),
            (Dataset::Report, &["person.sex"], &["sum:loss_gbp"], "once for each linked person"),
            (Dataset::Person, &["report.area"], &["mean:report.risk_score"], "in a table over it"),
            (Dataset::Person, &["report.report_id"], &["count"], "stays with its force"),
            (Dataset::Person, &["report.reported_on"], &["count"], "write report.reported_on:month"),
            (Dataset::Event, &["location.town:prefix2"], &["count"], "write location.town"),
            (Dataset::Event, &["location.uprn"], &["count"], "of location these can: postcode"),
        ] {
            let complaint = check(dataset, by, measures).unwrap_err();
            assert!(complaint.contains(part), "{complaint}");
        }
    }
}
