//! One form for every table question that asks the same: what differs in words alone has the same key, and what
//! could count another record somewhere never has.
//!
//! Dimensions and measures are put in one order. A filter becomes a decision diagram over its columns, ordered and
//! reduced, which is the same for two filters exactly when they hold for the same records (Bryant 1986, with more than
//! two ways out of a column). Ordering, nesting, repeats, overlaps and redundant clauses leave no trace in it.

use crate::{Complaint, Filter, Path, Tabulation};

mod diagram;
mod split;

use diagram::Diagram;

/// A table question in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    ordered: Tabulation,
    key: String,
}

impl Canonical {
    /// The canonical form of `asked`, or a complaint that its filter is too tangled to have one in bounded time.
    /// Depends on the question alone.
    pub fn of(asked: &Tabulation) -> Result<Self, Complaint> {
        let ordered = asked.ordered();
        let list = |of: Vec<String>| of.join(",");
        let by = list(ordered.by().iter().map(ToString::to_string).collect());
        let measures = list(ordered.measures().iter().map(ToString::to_string).collect());
        let population = population(asked.path(), asked.filter())?;
        let totals = if ordered.totals() { " totals" } else { "" };
        let key = format!("{} by {by} measure {measures}{totals} where {population}", ordered.dataset());
        Ok(Self { ordered, key })
    }

    /// The question with its dimensions and measures in canonical order.
    pub fn ordered(&self) -> &Tabulation {
        &self.ordered
    }

    /// Names the question: equal for two questions exactly when they ask the same. Holds the filter's values.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Names whom a checked filter holds for along a path: equal for two filters exactly when they hold for the same records,
/// whatever the records are. Edges that are followed are part of the name, since they leave out records without any; a
/// reference is not, since it leaves out none. Fails as [`Canonical::of`] does.
pub fn population(path: &Path, filter: Option<&Filter>) -> Result<String, Complaint> {
    Populations::along(path).name(filter)
}

/// Names many populations along one path, whose filters have parts in common: what one of them took to be found is at hand for the
/// next.
pub struct Populations {
    start: String,
    diagram: Diagram,
}

impl Populations {
    /// None yet.
    pub fn along(path: &Path) -> Self {
        let start =
            path.linked().map_or_else(String::new, |linked| format!("{} linked {linked} ", path.dataset()));
        Self { start, diagram: Diagram::new(path.dataset()) }
    }

    /// Names whom all of these checked filters hold for, as [`population`] does. Those that many populations have in common come first.
    pub fn name<'f>(&mut self, filters: impl IntoIterator<Item = &'f Filter>) -> Result<String, Complaint> {
        let mut name = self.start.clone();
        self.diagram.write(filters, &mut name)?;
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Canonical, Populations, population};
    use crate::filter::{CONDITIONS_MAX, GridPoint};
    use crate::{Dataset, Dimension, Filter, Measure, Tabulation};

    fn key(dataset: Dataset, by: &[&str], measures: &[&str], filter: Option<Filter>) -> String {
        let by = by.iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect();
        let measures = measures.iter().map(|text| Measure::parse(dataset, text).unwrap()).collect();
        let asked = Tabulation::new(dataset, by, measures, filter).unwrap();
        let canonical = Canonical::of(&asked).unwrap();
        assert_eq!(Canonical::of(canonical.ordered()), Ok(canonical.clone()), "not idempotent");
        canonical.key
    }

    fn of(text: &str) -> String {
        key(Dataset::Person, &[], &["count"], Some(Filter::parse(Dataset::Person, text).unwrap()))
    }

    #[test]
    fn variants_that_ask_the_same_have_one_key() {
        for variants in [
            &["sex = female", "sex in (female, female)", "sex = female and sex = female", "(sex = female)"][..],
            &[
                "sex = male or sex = female",
                "sex in (female, male)",
                "sex in (male, female) and sex in (female, male)",
            ],
            &[
                "nationality = Leeds and sex = male",
                "sex = male and nationality = Leeds",
                "sex = male and (nationality = Leeds or nationality = Leeds)",
            ],
            &[
                "sex = male",
                "sex = male and (sex = male or nationality = Leeds)",
                "sex = male or sex = male and nationality = Leeds",
            ],
            &[
                "dob >= 1980-01 and dob < 1990-01",
                "dob between 1980-01 and 1989-12",
                "dob < 1990-01 and dob >= 1980-01",
            ],
            &[
                "dob between 1980-01 and 1984-12 or dob between 1983-01 and 1989-12",
                "dob between 1980-01 and 1989-12",
            ],
            &["postcode in (SW, SW1)", "postcode in (SW)", "postcode in (SW1) or postcode in (SW)"],
            &["postcode in (SW1)", "postcode in (S) and postcode in (SW1)"],
            &[
                "nationality = Leeds and nationality = York",
                "sex = male and sex = female",
                "dob < 1980-01 and dob >= 1980-01",
            ],
            &["nationality is null or nationality is not null", "sex is null or sex is not null"],
            &[
                "nationality is not null",
                "nationality is not null or nationality = Leeds",
                "nationality is not null and (dob is null or dob is not null)",
            ],
        ] {
            let keys: Vec<String> = variants.iter().map(|text| of(text)).collect();
            assert!(keys.iter().all(|key| *key == keys[0]), "{variants:?}\n{keys:#?}");
        }
    }

    #[test]
    fn names_do_not_depend_on_what_was_named_before() {
        let parsed = |text: &str| Filter::parse(Dataset::Person, text).unwrap();
        let few =
            ["sex = male", "nationality = Leeds or sex = female", "dob < 1990-01", "postcode in (SW1, M)"];
        let path = *Tabulation::new(Dataset::Person, vec![], vec![Measure::Count], None).unwrap().path();
        let mut populations = Populations::along(&path);
        for one in few {
            for other in few {
                let both = [parsed(one), parsed(other)];
                let alone = population(&path, Some(&Filter::And(both.to_vec()))).unwrap();
                assert_eq!(populations.name(&both).unwrap(), alone, "{one}, {other}");
            }
        }
        assert_eq!(populations.name([]).unwrap(), population(&path, None).unwrap());
    }

    #[test]
    fn every_value_of_a_closed_list_is_the_same_as_any_value() {
        let all = crate::vocabulary::Sex::WORDS.join(", ");
        assert_eq!(of(&format!("sex in ({all})")), of("sex is not null"));
        assert_eq!(
            of("nationality is null or nationality is not null"),
            key(Dataset::Person, &[], &["count"], None)
        );
    }

    #[test]
    fn order_of_dimensions_and_measures_leaves_no_trace() {
        let keys = [
            key(Dataset::Event, &["month", "category"], &["count", "sum:loss_gbp"], None),
            key(Dataset::Event, &["category", "occurred_on:month"], &["sum:loss_gbp", "count"], None),
        ];
        assert_eq!(keys[0], keys[1]);
        for other in [
            key(Dataset::Event, &["category"], &["count", "sum:loss_gbp"], None),
            key(Dataset::Event, &["category", "quarter"], &["count", "sum:loss_gbp"], None),
            key(Dataset::Event, &["category", "month"], &["count"], None),
        ] {
            assert_ne!(keys[0], other);
        }
    }

    #[test]
    fn what_is_asked_along_a_link_is_another_question() {
        let over = |by: &[&str], filter: &str| {
            let filter = (!filter.is_empty()).then(|| Filter::parse(Dataset::Person, filter).unwrap());
            key(Dataset::Person, by, &["distinct"], filter)
        };
        let always = "report.area is null or report.area is not null";
        // Whoever has no report stands in the first and in neither of the others.
        assert_ne!(over(&[], ""), over(&[], always));
        assert_ne!(over(&[], always), over(&[], &always.replace("report.area", "event.outcome")));
        assert_eq!(over(&[], always), over(&[], "report.area is not null or report.area is null"));
        assert_ne!(over(&["sex"], "report.area = North"), over(&["sex"], "event.outcome = North"));
        assert_ne!(
            over(&[], "recorded_on < 2024-01 and report.area = A"),
            over(&[], "report.recorded_on < 2024-01 and report.area = A")
        );
    }

    #[test]
    fn a_value_that_looks_like_grammar_is_a_value() {
        assert_ne!(of("nationality = 'Leeds, York'"), of("nationality in (Leeds, York)"));
        assert_ne!(of("nationality = '\"'"), of("nationality = '\\\"'"));
    }

    #[test]
    fn a_filter_too_tangled_is_refused_and_not_misnamed() {
        let many = |parts: u32| {
            let among = |column: &str, at: u32| Filter::In {
                column: column.into(),
                values: (0..200).map(|n| format!("t{}", (n * (at * 2 + 3)) % 997)).collect(),
            };
            let columns = ["town", "station", "lsoa", "controller"];
            let part = |at: u32| {
                let (one, other) = (columns[at as usize % 4], columns[at as usize / 4 % 4]);
                Filter::And(vec![among(one, at), among(other, at + 40)])
            };
            let filter = Filter::Or((0..parts).map(part).collect());
            let asked =
                Tabulation::new(Dataset::Location, vec![], vec![Measure::Count], Some(filter)).unwrap();
            Canonical::of(&asked).map(|_| ())
        };
        assert_eq!(many(2), Ok(()));
        assert!(many(16).unwrap_err().why.contains("too tangled"));
    }

    /// A record: sex, town, month of birth, postcode.
    type Record = (Option<&'static str>, Option<&'static str>, Option<(i16, i8)>, Option<&'static str>);

    fn records() -> Vec<Record> {
        let sexes = crate::vocabulary::Sex::WORDS.iter().map(|w| Some(*w)).chain([None]);
        let nationalities = [None, Some("Leeds"), Some("York"), Some("Hull"), Some("elsewhere")];
        let months =
            [None, Some((1979, 12)), Some((1980, 1)), Some((1985, 1)), Some((1985, 2)), Some((1990, 1))];
        let codes =
            [None, Some(""), Some("S"), Some("SW"), Some("SW1"), Some("SW1A"), Some("SE"), Some("N1")];
        let mut all = Vec::new();
        for sex in sexes {
            for nationality in nationalities {
                for month in months {
                    all.extend(codes.iter().map(|code| (sex, nationality, month, *code)));
                }
            }
        }
        all
    }

    /// Whether the filter holds, by the plain reading of the grammar.
    fn holds(filter: &Filter, record: &Record) -> bool {
        let text = |column: &str| match column {
            "sex" => record.0,
            "nationality" => record.1,
            "postcode" => record.3,
            _ => record.2.map(|_| "date"),
        };
        match filter {
            Filter::And(parts) => parts.iter().all(|part| holds(part, record)),
            Filter::Or(parts) => parts.iter().any(|part| holds(part, record)),
            Filter::In { column, values } => text(column).is_some_and(|held| {
                values
                    .iter()
                    .any(|v| if column == "postcode" { held.starts_with(v.as_str()) } else { held == v })
            }),
            Filter::Range { from, below, .. } => record.2.is_some_and(|(year, month)| {
                let place = |point: &GridPoint| match point {
                    GridPoint::Month { year, month } => (*year, *month),
                    GridPoint::Number(_) => unreachable!(),
                };
                from.as_ref().is_none_or(|p| (year, month) >= place(p))
                    && below.as_ref().is_none_or(|p| (year, month) < place(p))
            }),
            Filter::Null { column, is_null } => text(column).is_none() == *is_null,
        }
    }

    fn filters() -> impl Strategy<Value = Filter> {
        let values = |column: &'static str, of: &'static [&'static str]| {
            proptest::sample::subsequence(of.to_vec(), 1..=of.len()).prop_shuffle().prop_map(move |values| {
                Filter::In { column: column.into(), values: values.into_iter().map(Into::into).collect() }
            })
        };
        let point = || {
            proptest::option::of(proptest::sample::select(vec![(1980, 1), (1985, 1), (1985, 2), (1990, 1)]))
                .prop_map(|p| p.map(|(year, month)| GridPoint::Month { year, month }))
        };
        let range = (point(), point()).prop_filter_map("an end", |(from, below)| {
            (from.is_some() || below.is_some()).then(|| Filter::Range { column: "dob".into(), from, below })
        });
        let null = (proptest::sample::select(vec!["sex", "nationality", "dob", "postcode"]), any::<bool>())
            .prop_map(|(column, is_null)| Filter::Null { column: column.into(), is_null });
        let leaf = prop_oneof![
            values("sex", crate::vocabulary::Sex::WORDS),
            values("nationality", &["Leeds", "York", "Hull"]),
            values("postcode", &["S", "SW", "SW1", "SE", "N"]),
            range,
            null,
        ];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 1..4).prop_map(Filter::And),
                proptest::collection::vec(inner, 1..4).prop_map(Filter::Or),
            ]
        })
    }

    proptest! {
        /// Same records, same key; different records, different keys. The records cover every way a filter of this
        /// family can tell records apart, so both directions are decided by trying all of them.
        #[test]
        fn keys_are_equal_exactly_when_filters_hold_for_the_same_records(one in filters(), other in filters()) {
            let name = |filter: &Filter| key(Dataset::Person, &[], &["count"], Some(filter.clone()));
            let records = records();
            let alike = records.iter().all(|record| holds(&one, record) == holds(&other, record));
            prop_assert_eq!(name(&one) == name(&other), alike, "{:?}\n{:?}", one, other);
        }

        /// Random pairs are rarely equivalent, so equivalent ones are made: reversed, doubled, absorbed, distributed.
        #[test]
        fn rewritten_filters_keep_their_key(one in filters(), other in filters()) {
            // The longest of them says each of the two twice.
            prop_assume!(2 * (conditions(&one) + conditions(&other)) <= CONDITIONS_MAX);
            let name = |filter: Filter| key(Dataset::Person, &[], &["count"], Some(filter));
            let expected = name(one.clone());
            let both = Filter::And(vec![one.clone(), other.clone()]);
            let either = Filter::Or(vec![other.clone(), one.clone()]);
            prop_assert_eq!(name(Filter::Or(vec![both.clone(), one.clone()])), expected.clone());
            prop_assert_eq!(name(Filter::And(vec![either.clone(), one.clone()])), expected.clone());
            prop_assert_eq!(name(reversed(&one)), expected);
            prop_assert_eq!(name(both.clone()), name(reversed(&both)));
            prop_assert_eq!(name(either.clone()), name(Filter::Or(vec![reversed(&either), both])));
        }
    }

    fn conditions(filter: &Filter) -> usize {
        match filter {
            Filter::And(parts) | Filter::Or(parts) => parts.iter().map(conditions).sum(),
            Filter::In { .. } | Filter::Range { .. } | Filter::Null { .. } => 1,
        }
    }

    fn reversed(filter: &Filter) -> Filter {
        let turn = |parts: &[Filter]| parts.iter().rev().map(reversed).collect();
        match filter {
            Filter::And(parts) => Filter::And(turn(parts)),
            Filter::Or(parts) => Filter::Or(turn(parts)),
            Filter::In { column, values } => Filter::In {
                column: column.clone(),
                values: values.iter().rev().chain(values).cloned().collect(),
            },
            other => other.clone(),
        }
    }
}
