//! What a door may ask in somebody's name: routine tables within what they signed, and no more often than they allowed.

use jiff::SignedDuration;
use model::vocabulary::LegalBasis;
use model::{
    Dataset, Delegated, Delegation, DelegationId, Granularity, LabelTable, Name, Pressing, Principal,
    Purpose, Question, Refusal,
};
use policy::Policy;
use policy::usage::{Asked, Entry, Limits, Under, Usage};

use crate::support::{LAX, now, ordinary, person, policy, question, tabulation};

const DOOR: &str = "spiffe://bluelamp/force/rocta/coordinator/1";

fn table() -> Question {
    question(tabulation(Dataset::Person, &["sex"], &["count"]))
}

/// A question under a delegation that fits it, and its asker.
fn delegated(mut question: Question) -> (Principal, Question) {
    let delegation = Delegation {
        id: DelegationId(uuid::Uuid::from_u128(9)),
        asker: question.asker.clone(),
        door: DOOR.parse().unwrap(),
        purpose: question.purpose,
        operation: question.operation.clone(),
        legal_basis: None,
        audience: question.audience.clone(),
        issued_at: now() - SignedDuration::from_hours(1),
        expires_at: now() + SignedDuration::from_hours(7),
        questions_max: 10,
    };
    question.circumstances.delegation = Some(delegation.id);
    let mut principal = Principal::named(question.asker.clone());
    principal.delegated = Some(Delegated { door: DOOR.parse().unwrap(), delegation });
    (principal, question)
}

fn decided(policy: &Policy, (principal, question): &(Principal, Question)) -> Result<(), Refusal> {
    let labels: LabelTable = vec![ordinary(Dataset::Person)].into();
    policy.authorise(principal, question, &labels, now()).map(drop).map_err(|denial| denial.code)
}

#[test]
fn a_door_asks_within_its_delegation_alone() {
    let check = |what: &str, change: &dyn Fn(&mut Principal, &mut Question)| {
        let mut asked = delegated(table());
        change(&mut asked.0, &mut asked.1);
        assert_eq!(decided(&LAX, &asked), Err(Refusal::NotDelegated), "{what}");
    };
    fn given(principal: &mut Principal) -> &mut Delegation {
        &mut principal.delegated.as_mut().unwrap().delegation
    }
    assert_eq!(decided(&LAX, &delegated(table())), Ok(()));
    let eight: Name = "spiffe://bluelamp/force/rocta/analyst/8".parse().unwrap();
    check("an expired one", &|p, _| given(p).expires_at = now());
    check("one of the future", &|p, _| given(p).issued_at = now() + SignedDuration::from_mins(5));
    check("one that lives for days", &|p, _| given(p).expires_at = now() + SignedDuration::from_hours(24));
    check("another's", &|p, _| given(p).asker = eight.clone());
    check("another door's", &|p, _| p.delegated.as_mut().unwrap().door = eight.clone());
    check("another purpose", &|_, q| q.purpose = Purpose::Penalties);
    check("another operation", &|_, q| q.operation = "Op Other".parse().unwrap());
    check("a legal basis that it does not name", &|_, q| {
        q.circumstances.legal_basis = Some(LegalBasis::CourtOrder);
    });
    check("an urgency", &|_, q| q.circumstances.urgency = Pressing::Priority);
    check("another force", &|_, q| {
        q.audience.insert("btp".parse().unwrap());
    });
    check("a search", &|_, q| q.ask = person(Granularity::Acknowledged));
    check("a question that names no delegation", &|_, q| q.circumstances.delegation = None);
    check("a question that names another", &|_, q| {
        q.circumstances.delegation = Some(DelegationId(uuid::Uuid::nil()));
    });
    check("a question whose delegation is missing", &|p, _| p.delegated = None);
}

#[test]
fn a_policy_may_refuse_what_a_door_asks() {
    let text = "@id(\"all\") permit (principal, action, resource);\n\
        @id(\"own-hand\") forbid (principal, action == Action::\"ask\", resource) when { context.delegated };";
    let policy = policy(text);
    for _ in 0..2 {
        assert_eq!(decided(&policy, &delegated(table())), Err(Refusal::NotPermitted));
        let own = (Principal::named(table().asker), table());
        assert_eq!(decided(&policy, &own), Ok(()), "what its asker signed");
    }
}

#[test]
fn a_door_asks_no_more_often_than_its_asker_allowed_also_after_a_restart() {
    let under = |number: u128, questions_max| Under {
        delegation: DelegationId(uuid::Uuid::from_u128(number)),
        questions_max,
        expires_at: now() + SignedDuration::from_hours(8),
    };
    let asked = |question: u128, under| Asked {
        question: model::QuestionId(uuid::Uuid::from_u128(question)),
        asker: table().asker,
        operation: "Op Lantern".parse().unwrap(),
        subjects: Vec::new(),
        break_glass: false,
        under,
    };
    let limits = Limits::default();
    let mut usage = Usage::default();
    let mut kept: Vec<Entry> = Vec::new();
    for number in 0..3 {
        kept.push(usage.admit(&limits, asked(number, Some(under(1, 3))), now()).unwrap());
    }
    let mut restarted = Usage::default();
    kept.into_iter().for_each(|entry| restarted.recall(entry, now()));
    for usage in [&mut usage, &mut restarted] {
        let over = usage.admit(&limits, asked(9, Some(under(1, 3))), now()).unwrap_err();
        assert_eq!(over.reason, "the delegation's number of questions = 3 is reached");
        assert!(usage.admit(&limits, asked(10, Some(under(2, 3))), now()).is_ok(), "another delegation");
        assert!(usage.admit(&limits, asked(11, None), now()).is_ok(), "their own question");
    }
    let mut limits = Limits::default();
    limits.asker.questions_per_hour = 5;
    assert!(usage.admit(&limits, asked(12, Some(under(3, 3))), now()).is_err(), "all count as the asker's");
}
