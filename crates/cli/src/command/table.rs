//! The command `bluelamp table`: how much of this do you see? The question is checked against the shared schema
//! before anything is sent.

use model::{Dataset, Dimension, Filter, Measure, Tabulation};

use super::ask::{AskArguments, conclude, waiting};
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

const EXAMPLES: &str = "\
Examples:
  bluelamp table event --by month,category --measure count --purpose prevention --operation \"Op Lantern\"
  bluelamp table report --by threat_category --measure count,mean:risk_score --per-force --purpose prevention --operation \"Op Lantern\"
  bluelamp table person --by report.threat_category,sex --measure distinct --where \"link.role = subject\" --purpose prevention --operation \"Op Lantern\"
  bluelamp table event --by category --where \"month between 2024-01 and 2024-03 and kind = crime\" --purpose detection --operation \"Op Lantern\" --format csv -o crimes.csv

Dimensions: a column, a date's month, quarter or year (month, dob:year), a number in bands (risk_score:band20),
  the beginning of a text (postcode:prefix3).
Along links: a column of another dataset with its name before it. event and report refer to a location (location.town),
  identifier to its holder (person.dob:year). Links lead between person and report, event, threat, object; between organisation
  and person; between threat and report (report.area of a person, person.sex of a report, link.role of either). Along links
  count counts linked pairs, and distinct the dataset's own entities, each once in a cell.
Measures: count, distinct, sum:COLUMN, mean:COLUMN, variance:COLUMN (of all values as a whole population).
Filter: COLUMN = A, COLUMN in (A, B), COLUMN between A and B, COLUMN >= A, COLUMN < A, COLUMN is null,
  COLUMN is not null, joined by and, or and parentheses; values with spaces stand in single quotes.
Protected cells show `suppressed`, never a zero. A figure beside a suppressed share is a bound: at least so many.";

/// Options of `bluelamp table`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What is counted: person, identifier, object, organisation, location, event, report, threat or link
    dataset: Dataset,
    /// What to group by, such as month,category
    #[arg(long, value_delimiter = ',', value_name = "DIMENSIONS")]
    by: Vec<String>,
    /// What each cell tells
    #[arg(long, value_delimiter = ',', default_value = "count", value_name = "MEASURES")]
    measure: Vec<String>,
    /// Which records count
    #[arg(long = "where", value_name = "FILTER")]
    filter: Option<String>,
    /// Totals and subtotals besides, protected together with the cells
    #[arg(long)]
    totals: bool,
    /// One row for each force and group, in place of sums over forces
    #[arg(long)]
    per_force: bool,
    #[command(flatten)]
    ask: AskArguments,
}

impl Arguments {
    fn tabulation(&self) -> Result<Tabulation, Failure> {
        let dataset = self.dataset;
        let by = self.by.iter().map(|text| Dimension::parse(dataset, text)).collect::<Result<_, _>>()?;
        let measures =
            self.measure.iter().map(|text| Measure::parse(dataset, text)).collect::<Result<_, _>>()?;
        let filter = self.filter.as_deref().map(|text| Filter::parse(dataset, text)).transpose()?;
        Ok(Tabulation::new(dataset, by, measures, filter)?.with_totals(self.totals))
    }
}

/// Asks the forces and writes the merged table.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let ask = &arguments.ask;
    let ground = ask.ground()?;
    let table = arguments.tabulation()?;
    let target = ask.output.open()?;
    let desk = ask.desk()?;
    let audience = desk.audience(ask.forces())?;
    let answer = {
        let _shown = waiting(format!("asking {}", output::list(&audience)));
        desk.tabulate(&ground, &audience, &table, arguments.per_force, ask.deadline()).await?
    };
    if answer.coverage.answered() == 0 {
        // An empty table would read as zero.
        return conclude(&answer.coverage);
    }
    let read = output::table::Table::new(&answer, table.measures());
    let written = match ask.output.format() {
        Format::Table => output::table_text::render(&read).into_bytes(),
        Format::Json => output::json::table(&read)?,
        other => output::grid_bytes(other, &output::table_grid::grid(&read), &answer.coverage)?,
    };
    target.deliver(&written, &answer.coverage)?;
    conclude(&answer.coverage)
}
