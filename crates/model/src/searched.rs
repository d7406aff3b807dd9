//! What searches look into: the columns of each dataset that an index keeps something of, in the order in which it reads
//! them. A column that stands here is of use to searches; what stands nowhere else is of use to tables or to nobody.

use crate::Dataset;

impl Dataset {
    /// The columns that searches look into. Of a record that can be found or pointed to, the entity key and the principal
    /// date are among them.
    pub fn searched_columns(self) -> &'static [&'static str] {
        match self {
            Self::Person => &[
                "person_id",
                "given_names",
                "family_name",
                "aliases",
                "dob",
                "dob_precision",
                "sex",
                "nationality",
                "postcode",
                "recorded_on",
            ],
            Self::Identifier => &["holder_dataset", "holder_id", "kind", "value"],
            Self::Object => &["object_id", "recorded_on", "kind", "make", "colour"],
            Self::Organisation => {
                &["organisation_id", "name", "aliases", "postcode", "company_number", "recorded_on"]
            }
            Self::Location => &["location_id", "address", "town", "postcode", "uprn", "recorded_on"],
            Self::Event => &[],
            Self::Report => &["report_id", "reported_on"],
            Self::Threat => &["threat_id", "identified_on"],
            Self::Link => &["from_dataset", "from_id", "to_dataset", "to_id"],
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Dataset;

    #[test]
    fn they_are_columns_of_the_schema_each_once() {
        for &dataset in Dataset::ALL {
            let columns = dataset.searched_columns();
            for (at, name) in columns.iter().enumerate() {
                assert!(dataset.column(name).is_ok(), "{dataset}.{name}");
                assert!(!columns[..at].contains(name), "{dataset}.{name}");
            }
            // Edges are dated by their ends.
            let dated = !matches!(dataset, Dataset::Identifier | Dataset::Link);
            assert!(columns.is_empty() || columns.contains(&dataset.entity_key()), "{dataset}");
            assert_eq!(
                columns.contains(&dataset.principal_date()),
                dated && !columns.is_empty(),
                "{dataset}"
            );
        }
    }
}
