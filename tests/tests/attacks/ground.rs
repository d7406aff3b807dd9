//! The ground on which attacks are made: one force, planted persons with a secret bit each, and an analyst who may ask for
//! tables as often as she likes.

use model::reply::Figure;
use model::{Dataset, TableAnswer};
use policy::BundleFiles;
use serde_json::json;
use tests::{Analyst, Federation, Plan, Records};

/// A planted person. Everything but the secret is known to the attacker.
#[derive(Clone)]
pub struct Person {
    pub sex: &'static str,
    /// Year and month of birth.
    pub born: (i16, i8),
    /// Outward part of the postcode.
    pub area: String,
    /// Whether the force holds the person for drugs, rather than for fraud.
    pub secret: bool,
}

impl Person {
    /// The filter that holds for those who look like this person and for nobody else.
    pub fn alike(&self) -> String {
        let (year, month) = self.born;
        format!(
            "postcode in ({}) and dob between {year}-{month:02} and {year}-{month:02} and sex = {}",
            self.area, self.sex
        )
    }

    /// The filter that holds for everybody else in the area.
    pub fn others_in_area(&self) -> String {
        let (year, month) = self.born;
        let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let other = if self.sex == "male" { "female" } else { "male" };
        format!(
            "postcode in ({}) and (dob < {year}-{month:02} or dob >= {next_year}-{next:02} or sex = {other})",
            self.area
        )
    }
}

/// What a count came back as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    Count(u64),
    Suppressed,
    /// No row at all.
    Nothing,
}

impl Told {
    pub fn count(self) -> Option<i64> {
        match self {
            Self::Count(count) => i64::try_from(count).ok(),
            Self::Suppressed | Self::Nothing => None,
        }
    }
}

/// Numbers that look random and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }
}

/// So many people in so many areas, each with a secret bit thrown by a fair coin.
pub fn people(count: usize, areas: usize, seed: u64) -> Vec<Person> {
    let mut dice = Dice::new(seed);
    (0..count)
        .map(|_| Person {
            sex: ["male", "female"][dice.roll(2)],
            born: (1950 + dice.roll(50) as i16, 1 + dice.roll(12) as i8),
            area: area(dice.roll(areas)),
            secret: dice.roll(2) == 1,
        })
        .collect()
}

/// An outward code of three characters that no other is a beginning of.
fn area(number: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap());
    format!("{}{}{}", letter(number / 26), letter(number), 1 + number % 9)
}

/// The people who are alone with their sex, month of birth and area: those whom an attacker can point at.
pub fn unique(people: &[Person]) -> Vec<&Person> {
    let alone = |one: &&Person| people.iter().filter(|other| other.alike() == one.alike()).count() == 1;
    people.iter().filter(alone).collect()
}

/// A force that holds these people, an attacker at ROCTA, and one at another force.
pub struct Ground {
    pub federation: Federation,
    pub analyst: Analyst,
}

impl Ground {
    /// Under MPS's own policy with its limits on the number of questions lifted: an attacker takes her time.
    pub async fn standard(people: &[Person]) -> Self {
        Self::under(people, &[]).await
    }

    /// Under the same policy with text of its `disclosure.toml` replaced.
    pub async fn under(people: &[Person], changes: &[(&str, &str)]) -> Self {
        let plan = Plan::new().node("mps", records(people)).policy("mps", policy(changes));
        Self::over(plan).await
    }

    /// Under the same policy with noise on persons: a table costs a tenth of a budget of 50,000 micro-rho, and a count of one
    /// closed list has scale 10.
    pub async fn noisy(people: &[Person]) -> Self {
        Self::over(Plan::new().node("mps", records(people)).policy("mps", noisy())).await
    }

    /// Over a federation of this plan.
    pub async fn over(plan: Plan) -> Self {
        let federation = Federation::start(plan).await;
        Self { analyst: federation.analyst(), federation }
    }

    /// How many persons fit the filter.
    pub async fn count(&self, filter: &str) -> Told {
        self.count_as(&self.analyst, filter).await
    }

    pub async fn count_as(&self, analyst: &Analyst, filter: &str) -> Told {
        let answer = analyst.table(Dataset::Person, &[], &["count"], Some(filter), false).await.unwrap();
        assert!(answer.coverage.is_complete(), "{:?}", answer.coverage);
        answer.rows.first().map_or(Told::Nothing, |row| match row.cells[0].figure {
            Some(Figure::Count(count)) => Told::Count(count),
            _ => Told::Suppressed,
        })
    }

    pub async fn table(&self, by: &[&str], filter: Option<&str>) -> TableAnswer {
        self.analyst.table(Dataset::Person, by, &["count"], filter, false).await.unwrap()
    }
}

pub fn records(people: &[Person]) -> Records {
    people.iter().enumerate().fold(Records::new(), |records, (at, person)| {
        let (year, month) = person.born;
        let dob = format!("{year}-{month:02}-{:02}", 1 + at % 28);
        let threat = if person.secret { "drugs" } else { "fraud" };
        let more = json!({ "sex": person.sex, "postcode": format!("{} 1AA", person.area), "threat_category": threat });
        records.person(&format!("P{at}"), "Given", "Family", &dob, more)
    })
}

/// MPS's policy with these changes to its disclosure profiles.
pub fn policy(changes: &[(&str, &str)]) -> BundleFiles {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policies/mps");
    let mut files = node::policy_folder::read(&folder).unwrap();
    files.files.retain(|path, _| !path.starts_with("cases/"));
    let text = files.files.get_mut("disclosure.toml").unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from:?} is not in disclosure.toml");
        *text = text.replacen(from, to, 1);
    }
    files
}

/// MPS's policy with noise on persons.
pub fn noisy() -> BundleFiles {
    let mut files = policy(&[]);
    let text = files.files.get_mut("disclosure.toml").unwrap();
    text.push_str(
        "\n[noise.person]\ndistribution = \"laplace\"\nquestion_micro_rho = 5000\nbudget_micro_rho = 50000\nperiod_days = 90\n",
    );
    files
}
