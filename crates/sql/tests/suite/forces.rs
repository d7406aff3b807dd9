//! Forces that hold lists of records, and answer typed questions by going through them one by one.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::civil::Date;
use model::answer::{ForceCoverage, Outcome, TableAnswer};
use model::filter::GridPoint;
use model::reply::{Cell, Figure, Protection, TableReply, TableRow};
use model::tabulation::TOTAL;
use model::{
    Coverage, Dataset, Dimension, Filter, ForceId, Grain, Measure, Mechanism, QuestionId, Spread, Tabulation,
};
use sql::{Ask, TypedQuestion};

use crate::records::{Row, linked, rows};

/// A value of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    Text(String),
    Day(Date),
    Number(i64),
}

pub type Record = BTreeMap<&'static str, Held>;

/// A federation without policies: it suppresses the cells that a test names.
pub struct Forces {
    pub records: BTreeMap<(ForceId, Dataset), Vec<Record>>,
    /// Whether a force suppresses the row of these keys.
    pub hides: fn(&str, &[Option<String>]) -> bool,
    /// What counts and sums are rounded to.
    pub base: u64,
    /// Forces that do not answer.
    pub late: BTreeSet<ForceId>,
}

/// Numbers that look like chance and are the same each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

pub const FORCES: [&str; 3] = ["btp", "colp", "mps"];

impl Forces {
    /// Some hundred events and persons at three forces.
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut records = BTreeMap::new();
        let categories = ["Burglary", "Drugs", "Robbery", "Theft", "Bicycle theft"];
        for force in FORCES {
            let id: ForceId = force.parse().unwrap();
            let mut events = Vec::new();
            for at in 0..200 {
                let mut event = Record::from([("event_id", Held::Text(format!("{force}{}", at / 2 * 2)))]);
                let kinds = model::vocabulary::EventKind::WORDS;
                event.insert("kind", Held::Text(kinds[dice.roll(2)].to_owned()));
                if dice.roll(9) > 0 {
                    event.insert("category", Held::Text(categories[dice.roll(5)].to_owned()));
                }
                let month = dice.roll(15) as i8;
                if month > 0 {
                    let (year, month) = if month > 12 { (2025, month - 12) } else { (2024, month) };
                    let day = Date::new(year, month, 1 + dice.roll(28) as i8).unwrap();
                    event.insert("occurred_on", Held::Day(day));
                }
                if dice.roll(3) > 0 {
                    event.insert("loss_gbp", Held::Number(dice.roll(40) as i64 * 137));
                }
                events.push(event);
            }
            let mut persons = Vec::new();
            for at in 0..120 {
                let mut person = Record::from([("person_id", Held::Text(format!("{force}{at}")))]);
                if dice.roll(6) > 0 {
                    person.insert("sex", Held::Text(["female", "male"][dice.roll(2)].to_owned()));
                }
                let codes = ["SW1A 1AA", "SW1P 3BT", "SE1 9SG", "E1 6AN", "N"];
                if dice.roll(7) > 0 {
                    person.insert("postcode", Held::Text(codes[dice.roll(5)].to_owned()));
                }
                let day =
                    Date::new(1970 + dice.roll(30) as i16, 1 + dice.roll(12) as i8, 1 + dice.roll(28) as i8);
                person.insert("dob", Held::Day(day.unwrap()));
                persons.push(person);
            }
            records.insert((id.clone(), Dataset::Event), events);
            records.insert((id, Dataset::Person), persons);
        }
        linked(&mut records, &mut Dice(seed ^ 0x5eed));
        Self { records, hides: |_, _| false, base: 1, late: BTreeSet::new() }
    }

    fn protection(&self) -> Protection {
        let rounded = Mechanism::rounded(self.base);
        Protection { minimum_cell: 5, counts: rounded, sums: rounded }
    }

    fn reply(&self, force: &ForceId, asked: &Tabulation) -> TableReply {
        let records = rows(&self.records, force, asked.path());
        let mut groups: BTreeMap<Vec<Option<String>>, Vec<&Row>> = BTreeMap::new();
        for record in records.iter().filter(|record| asked.filter().is_none_or(|f| holds(f, record))) {
            let keys: Vec<Option<String>> =
                asked.by().iter().map(|dimension| key(dimension, record)).collect();
            for mask in 0..if asked.totals() { 1 << keys.len() } else { 1 } {
                let key = keys
                    .iter()
                    .enumerate()
                    .map(|(at, key)| if mask >> at & 1 == 1 { Some(TOTAL.to_owned()) } else { key.clone() });
                groups.entry(key.collect()).or_default().push(record);
            }
        }
        let row = |(keys, records): (Vec<Option<String>>, Vec<&Row>)| {
            let hidden = (self.hides)(force.as_str(), &keys);
            let cell = |measure: &Measure| match hidden {
                true => Cell::Suppressed,
                false => Cell::Released(self.rounded(figure(asked.dataset(), measure, &records))),
            };
            TableRow { cells: asked.measures().iter().map(cell).collect(), keys }
        };
        TableReply {
            columns: asked.headings(),
            rows: groups.into_iter().map(row).collect(),
            protection: self.protection(),
        }
    }

    fn rounded(&self, figure: Figure) -> Figure {
        let nearest = |value: u64| (value + self.base / 2) / self.base * self.base;
        match figure {
            Figure::Count(count) => Figure::Count(nearest(count)),
            Figure::Sum(sum) => Figure::Sum(nearest(sum.unsigned_abs()) as i64),
            other => other,
        }
    }
}

#[async_trait]
impl Ask for Forces {
    type Error = String;

    async fn ask(&self, question: &TypedQuestion) -> Result<TableAnswer, String> {
        let id = QuestionId(uuid::Uuid::from_u128(7));
        let all: BTreeSet<ForceId> = FORCES.iter().map(|force| force.parse().unwrap()).collect();
        let forces = question.forces.clone().unwrap_or(all);
        if let Some(stranger) = forces.iter().find(|force| !FORCES.contains(&force.as_str())) {
            return Err(format!("{stranger} runs no node"));
        }
        let outcome = |force: &ForceId| match self.late.contains(force) {
            true => Outcome::Late,
            false => Outcome::Answered {
                as_of: jiff::Timestamp::UNIX_EPOCH,
                reply: self.reply(force, &question.table),
            },
        };
        let outcomes = forces.into_iter().map(|force| (force.clone(), outcome(&force))).collect();
        Ok(coordinator::merge::table(id, &question.table, question.by_force, outcomes))
    }
}

fn number(record: &Row, column: &str) -> Option<i64> {
    match record.get(column) {
        Some(Held::Number(number)) => Some(*number),
        _ => None,
    }
}

fn figure(dataset: Dataset, measure: &Measure, records: &[&Row]) -> Figure {
    let values =
        |column: &str| records.iter().filter_map(|record| number(record, column)).collect::<Vec<i64>>();
    match measure {
        Measure::Count => Figure::Count(records.len() as u64),
        Measure::Distinct => {
            let key = dataset.entity_key();
            let of = |record: &&Row| format!("{:?}", record.get(key));
            Figure::Count(records.iter().map(of).collect::<BTreeSet<_>>().len() as u64)
        }
        Measure::Sum(column) => Figure::Sum(values(column).iter().sum()),
        Measure::Mean(column) => {
            let values = values(column);
            Figure::Mean { sum: values.iter().sum(), over: values.len() as u64 }
        }
        Measure::Variance(column) => {
            let values = values(column);
            let squares = values.iter().map(|value| u128::from(value.unsigned_abs()).pow(2)).sum();
            Figure::Variance(Spread { sum: values.iter().sum(), squares, over: values.len() as u64 })
        }
    }
}

fn key(dimension: &Dimension, record: &Row) -> Option<String> {
    match (record.get(dimension.column.as_str())?, dimension.grain) {
        (Held::Text(text), Grain::Prefix(letters)) => Some(text.chars().take(letters.into()).collect()),
        (Held::Text(text), _) => Some(text.clone()),
        (Held::Number(number), Grain::Band(width)) => Some((number - number.rem_euclid(width)).to_string()),
        (Held::Number(number), _) => Some(number.to_string()),
        (Held::Day(day), Grain::Quarter) => Some(format!("{:04}-Q{}", day.year(), (day.month() + 2) / 3)),
        (Held::Day(day), Grain::Year) => Some(format!("{:04}", day.year())),
        (Held::Day(day), _) => Some(format!("{:04}-{:02}", day.year(), day.month())),
    }
}

fn holds(filter: &Filter, record: &Row) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| holds(part, record)),
        Filter::Or(parts) => parts.iter().any(|part| holds(part, record)),
        Filter::Null { column, is_null } => record.contains_key(column.as_str()) != *is_null,
        Filter::In { column, values } => match record.get(column.as_str()) {
            Some(Held::Text(text)) => values.iter().any(|value| match column.rsplit('.').next().unwrap() {
                "postcode" => text.starts_with(value.as_str()),
                _ => text == value,
            }),
            _ => false,
        },
        Filter::Range { column, from, below } => {
            let place = |point: &GridPoint| match point {
                GridPoint::Month { year, month } => i64::from(*year) * 12 + i64::from(*month),
                GridPoint::Number(number) => *number,
            };
            let at = match record.get(column.as_str()) {
                Some(Held::Day(day)) => i64::from(day.year()) * 12 + i64::from(day.month()),
                Some(Held::Number(number)) => *number,
                _ => return false,
            };
            from.as_ref().is_none_or(|from| at >= place(from))
                && below.as_ref().is_none_or(|below| at < place(below))
        }
    }
}

/// A coverage in which these forces did not answer.
pub fn coverage(late: &[&str]) -> Coverage {
    let line = |force: &&str| ForceCoverage {
        force: force.parse().unwrap(),
        outcome: match late.contains(force) {
            true => Outcome::Late,
            false => Outcome::Answered { as_of: jiff::Timestamp::UNIX_EPOCH, reply: () },
        },
    };
    Coverage { forces: FORCES.iter().map(line).collect() }
}
