//! Records that are linked to others, and a force's own plain reckoning of which of them meet along a path.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::path::Tie;
use model::{Dataset, ForceId, Path};

use crate::forces::{Dice, FORCES, Held, Record};

/// What meets along a path, by the names that a table calls it.
pub type Row = BTreeMap<String, Held>;

type Records = BTreeMap<(ForceId, Dataset), Vec<Record>>;

fn text(text: impl Into<String>) -> Held {
    Held::Text(text.into())
}

/// Adds locations, reports, and links of persons to reports and events, some of which lead nowhere.
pub fn linked(records: &mut Records, dice: &mut Dice) {
    for force in FORCES {
        let id: ForceId = force.parse().unwrap();
        let towns = ["Leeds", "York", "Hull"];
        let locations = (0..12).map(|at| {
            let mut location =
                Record::from([("location_id", text(format!("{force}L{at}"))), ("controller", text(force))]);
            if dice.roll(5) > 0 {
                location.insert("town", text(towns[dice.roll(3)]));
            }
            location
        });
        records.insert((id.clone(), Dataset::Location), locations.collect());
        let somewhere = |dice: &mut Dice, record: &mut Record| match dice.roll(5) {
            0 => {}
            1 => {
                record.insert("location_id", text(format!("{force}L99")));
            }
            _ => {
                record.insert("location_id", text(format!("{force}L{}", dice.roll(12))));
            }
        };
        let events = records.get_mut(&(id.clone(), Dataset::Event)).unwrap();
        events.iter_mut().for_each(|event| somewhere(dice, event));
        // A node always knows whose a record is.
        let persons = records.get_mut(&(id.clone(), Dataset::Person)).unwrap();
        persons.iter_mut().for_each(|person| drop(person.insert("controller", text(force))));
        let categories = model::vocabulary::ThreatCategory::WORDS;
        let mut reports = Vec::new();
        for at in 0..60 {
            let mut report =
                Record::from([("report_id", text(format!("{force}R{at}"))), ("controller", text(force))]);
            report.insert("threat_category", text(categories[dice.roll(3)]));
            if dice.roll(6) > 0 {
                report.insert("area", text(["North", "South"][dice.roll(2)]));
            }
            let day = Date::new(2024, 1 + dice.roll(6) as i8, 1 + dice.roll(28) as i8).unwrap();
            report.insert("reported_on", Held::Day(day));
            report.insert("risk_score", Held::Number(dice.roll(10) as i64 * 10));
            somewhere(dice, &mut report);
            reports.push(report);
        }
        records.insert((id.clone(), Dataset::Report), reports);
        let mut links = Vec::new();
        for _ in 0..150 {
            let (to, whose, held) = if dice.roll(4) > 0 { ("report", "R", 64) } else { ("event", "", 200) };
            links.push(Record::from([
                ("from_dataset", text("person")),
                ("from_id", text(format!("{force}{}", dice.roll(124)))),
                ("role", text(["subject", "witness", "associate"][dice.roll(3)])),
                ("to_dataset", text(to)),
                ("to_id", text(format!("{force}{whose}{}", dice.roll(held)))),
            ]));
        }
        records.insert((id, Dataset::Link), links);
    }
}

/// The rows of a table along a path: each record with each that it is linked to, and with what it refers to.
pub fn rows(records: &Records, force: &ForceId, path: &Path) -> Vec<Row> {
    let of = |dataset: Dataset| records.get(&(force.clone(), dataset)).map_or(&[][..], Vec::as_slice);
    let put = |row: &mut Row, dataset: Dataset, record: &Record| {
        for (name, held) in record {
            let own = dataset == path.dataset();
            let name = if own { (*name).to_owned() } else { format!("{dataset}.{name}") };
            row.insert(name, held.clone());
        }
    };
    let mut all = Vec::new();
    match (path.edges(), path.linked()) {
        (Some(link), Some(linked)) => {
            let own = path.dataset();
            let (near, far) = if link.from == own {
                (("from_dataset", "from_id"), ("to_dataset", "to_id"))
            } else {
                (("to_dataset", "to_id"), ("from_dataset", "from_id"))
            };
            for edge in of(Dataset::Link) {
                let ends = |(of_dataset, id): (&str, &str), dataset: Dataset| {
                    let meant = edge.get(of_dataset) == Some(&text(dataset.as_str()));
                    let is = |record: &&Record| record.get(dataset.entity_key()) == edge.get(id);
                    of(dataset).iter().filter(move |_| meant).filter(is).collect::<Vec<_>>()
                };
                for record in ends(near, own) {
                    for other in ends(far, linked) {
                        let mut row = Row::new();
                        put(&mut row, own, record);
                        put(&mut row, Dataset::Link, edge);
                        put(&mut row, linked, other);
                        all.push(row);
                    }
                }
            }
        }
        _ => {
            for record in of(path.dataset()) {
                let mut row = Row::new();
                put(&mut row, path.dataset(), record);
                all.push(row);
            }
        }
    }
    if let Some(link) = path.reference()
        && let Tie::Reference { column, .. } = link.tie
    {
        let column =
            if link.from == path.dataset() { column.to_owned() } else { format!("{}.{column}", link.from) };
        for row in &mut all {
            let meant = row.get(&column).cloned();
            let found = of(link.to)
                .iter()
                .find(|other| meant.is_some() && other.get(link.to.entity_key()) == meant.as_ref());
            if let Some(found) = found {
                put(row, link.to, found);
            }
        }
    }
    all
}
