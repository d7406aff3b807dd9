//! A filter spelled out as an analyst types it. What is spelled out reads back as the same filter, but for values that hold
//! both kinds of quotation marks, which nobody can type.

use std::fmt;

use super::Filter;

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => joined(f, parts, " and "),
            Self::Or(parts) => joined(f, parts, " or "),
            Self::In { column, values } => {
                let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                write!(f, "{column} in ({})", values.join(", "))
            }
            Self::Range { column, from, below } => {
                if let Some(from) = from {
                    write!(f, "{column} >= {from}")?;
                }
                if from.is_some() && below.is_some() {
                    f.write_str(" and ")?;
                }
                below.map_or(Ok(()), |below| write!(f, "{column} < {below}"))
            }
            Self::Null { column, is_null: true } => write!(f, "{column} is null"),
            Self::Null { column, is_null: false } => write!(f, "{column} is not null"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Filter], with: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(with)?;
        }
        let compound = |part: &Filter| match part {
            Filter::And(_) | Filter::Or(_) => true,
            Filter::Range { from, below, .. } => from.is_some() && below.is_some(),
            _ => false,
        };
        if compound(part) { write!(f, "({part})")? } else { write!(f, "{part}")? }
    }
    Ok(())
}

fn quoted(value: &str) -> String {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if !value.is_empty() && value.chars().all(word) {
        value.to_owned()
    } else if value.contains('\'') {
        format!("\"{value}\"")
    } else {
        format!("'{value}'")
    }
}

#[cfg(test)]
mod tests {
    use crate::canonical::population;
    use crate::{Dataset, Filter};

    #[test]
    fn what_is_spelled_out_reads_back() {
        for text in [
            "kind = crime",
            "category in ('Theft from the person', \"Driver's licence\", Drugs) and month between 2023-11 and 2024-01",
            "kind = stop or kind = crime and outcome is null",
            "(kind = stop or kind = crime) and (loss_gbp >= 1000 or month < 2024-02) and outcome is not null",
            "category in ('and', 'a, b', 'x)')",
            "location.town = 'St Albans' and location.month >= 2024-01 or person.sex is null",
        ] {
            let filter = Filter::parse(Dataset::Event, text).unwrap();
            let again = Filter::parse(Dataset::Event, &filter.to_string()).unwrap();
            let name = |filter: &Filter| {
                let count = vec![crate::Measure::Count];
                let asked =
                    crate::Tabulation::new(Dataset::Event, vec![], count, Some(filter.clone())).unwrap();
                population(asked.path(), Some(filter)).unwrap()
            };
            assert_eq!(name(&filter), name(&again), "{filter}");
        }
    }
}
