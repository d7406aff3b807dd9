//! A policy that permits one table after another, and how long the processor works on each release.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use model::{
    Ask, Circumstances, Dataset, Label, LabelTable, Principal, Purpose, Question, QuestionId, Tabulation,
};
use policy::{Bundle, Counted, Findings, History, Noise, Policy, Release, bundle};

const PERMIT_ALL: &str = "@id(\"all\") permit (principal, action, resource);";

pub(crate) struct Site {
    policy: Policy,
    labels: LabelTable,
}

struct Still;

impl Noise for Still {
    fn bits(&mut self) -> u128 {
        0
    }
}

impl Site {
    /// A force with ordinary records of one dataset.
    pub(crate) fn new(dataset: Dataset, disclosure: &str) -> Self {
        let files = [
            ("bundle.toml", "version = 1\nnote = \"for a bench\"\n"),
            ("schema.cedarschema", bundle::SCHEMA),
            ("disclosure.toml", disclosure),
            ("policies/all.cedar", PERMIT_ALL),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into_iter().collect();
        Self {
            policy: Policy::new(Bundle::compile(&files).unwrap(), String::new()),
            labels: LabelTable::from(vec![Label::ordinary(dataset, "mps".parse().unwrap())]),
        }
    }

    /// The release of a table with these groups, and how long it took.
    pub(crate) fn release(
        &self,
        asked: Tabulation,
        groups: Vec<Counted>,
        history: &History,
    ) -> (Duration, Release) {
        let now: Timestamp = "2024-05-01T12:00:00Z".parse().unwrap();
        let question = Question {
            id: QuestionId(uuid::Uuid::from_u128(7)),
            asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
            circumstances: Circumstances::default(),
            purpose: Purpose::Investigation,
            operation: "Op Lantern".parse().unwrap(),
            audience: ["mps".parse().unwrap()].into(),
            issued_at: now,
            expires_at: now + SignedDuration::from_mins(1),
            ask: Ask::Tabulate(asked),
        };
        let principal = Principal::named(question.asker.clone());
        let permit = self.policy.authorise(&principal, &question, &self.labels, now).unwrap();
        let mut findings = Findings::for_table(&permit);
        groups.into_iter().for_each(|group| findings.add_counted(group));
        let start = worked();
        let release = self.policy.release(permit, findings, history, now, &mut Still).unwrap();
        (worked() - start, release)
    }
}

/// How long this thread has had a processor; nothing where the system does not say.
fn on_processor() -> Option<Duration> {
    // The system adds up what a thread worked when it gives way, and otherwise a few times in a hundredth of a second.
    std::thread::yield_now();
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    said.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// How long this thread has worked: as the processor's time, which no other work on the machine adds to, or by the clock.
pub(crate) fn worked() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    on_processor().unwrap_or_else(|| BEGAN.elapsed())
}
