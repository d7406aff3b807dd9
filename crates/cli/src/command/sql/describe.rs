//! What `\d` shows: the tables that statements speak of, and what each column may be used for.

use model::schema::{Column, ColumnType, ColumnUse};
use model::{Complaint, Dataset};

use crate::output::aligned;

/// The tables.
pub(super) fn tables() -> String {
    let row = |dataset: &Dataset| {
        vec![dataset.to_string(), dataset.entity_key().to_owned(), dataset.principal_date().to_owned()]
    };
    let headings = ["table", "distinct entities by", "date"].map(str::to_owned);
    let mut text = aligned(&headings, Dataset::ALL.iter().map(row).collect(), 3).join("\n");
    text.push_str("\n\n\\d TABLE shows its columns. Every table has the column force besides.\n");
    text
}

/// A table's columns.
pub(super) fn table(name: &str) -> Result<String, Complaint> {
    let dataset: Dataset = name.parse().map_err(|error| Complaint::new("\\d", format!("{error}")))?;
    let row = |column: &Column| vec![column.name.to_owned(), holds(column), used(column)];
    let headings = ["column", "holds", "in a statement"].map(str::to_owned);
    let mut text = aligned(&headings, dataset.columns().map(row).collect(), 3).join("\n");
    text.push('\n');
    let links = sql::ways(dataset);
    if !links.is_empty() {
        text.push_str(&format!("\nJoined along links alone:\n  {}\n", links.join("\n  ")));
    }
    Ok(text)
}

fn holds(column: &Column) -> String {
    match column.holds {
        ColumnType::Text => "text".to_owned(),
        ColumnType::TextList => "texts".to_owned(),
        ColumnType::Date => "date".to_owned(),
        ColumnType::Integer => "number".to_owned(),
        ColumnType::Word(words) if words.len() <= 4 => words.join(", "),
        ColumnType::Word(words) => {
            let first = words.iter().take(3).copied().collect::<Vec<_>>().join(", ");
            format!("{first} … ({} words)", words.len())
        }
    }
}

fn used(column: &Column) -> String {
    let name = column.name;
    match column.used {
        ColumnUse::Group => "group by it; filter by = and in".to_owned(),
        ColumnUse::Calendar => format!("group by month({name}), quarter, year; filter by whole months"),
        ColumnUse::Measure { band, low, high } => {
            format!(
                "sum, avg, var, stddev inside {low} to {high}; group by band({name}, {band}); filter in steps of {band}"
            )
        }
        ColumnUse::Prefix { longest } => format!("group by left({name}, {longest}); filter by like 'A%'"),
        ColumnUse::EntityKey => format!("count(distinct {name}); else it stays with its force"),
        ColumnUse::Never => "stays with its force".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{table, tables};

    #[test]
    fn every_table_is_listed_and_described() {
        insta::assert_snapshot!(format!("{}\n{}", tables(), table("report").unwrap()));
        assert!(table("reports").unwrap_err().to_string().contains("report"));
    }
}
