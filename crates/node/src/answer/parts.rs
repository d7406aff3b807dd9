//! What becomes of a question on its way through the pipeline: one thing for the whole of it, or one thing or denial
//! for each subject of a batch. A batch in which every subject is denied is denied as a whole.

use super::Denied;

/// What a question has come to, as a whole or subject by subject.
pub enum Parts<T> {
    /// Of the whole question.
    Whole(T),
    /// Of each subject of a batch, in the order of the question.
    Subjects(Vec<Result<T, Denied>>),
}

impl<T> Parts<T> {
    /// The next stage: what `step` makes of each part that is not denied.
    pub(super) fn then<U>(self, mut step: impl FnMut(T) -> Result<U, Denied>) -> Result<Parts<U>, Denied> {
        match self {
            Self::Whole(part) => step(part).map(Parts::Whole),
            Self::Subjects(parts) => {
                let parts: Vec<_> = parts.into_iter().map(|part| part.and_then(&mut step)).collect();
                match parts.iter().find_map(|part| part.as_ref().err()) {
                    Some(denied) if parts.iter().all(Result::is_err) => Err(denied.clone()),
                    _ => Ok(Parts::Subjects(parts)),
                }
            }
        }
    }

    /// The next stage, for which `other` gives something to every part in turn, to denied ones too.
    pub(super) fn zip<U>(
        self,
        mut other: impl FnMut() -> Result<U, Denied>,
    ) -> Result<Parts<(T, U)>, Denied> {
        match self {
            Self::Whole(part) => Ok(Parts::Whole((part, other()?))),
            Self::Subjects(parts) => {
                let pair = |part: Result<T, Denied>| {
                    let other = other();
                    Ok((part?, other?))
                };
                Parts::Subjects(parts.into_iter().map(pair).collect()).then(Ok)
            }
        }
    }

    /// Every part with the place of its subject; none where it was denied.
    pub(super) fn each(&self) -> impl Iterator<Item = (Option<usize>, Option<&T>)> {
        let (whole, subjects) = match self {
            Self::Whole(part) => (Some(part), &[][..]),
            Self::Subjects(parts) => (None, parts.as_slice()),
        };
        let whole = whole.into_iter().map(|part| (None, Some(part)));
        whole.chain(subjects.iter().enumerate().map(|(at, part)| (Some(at), part.as_ref().ok())))
    }

    /// How many parts there are: depends on the question alone.
    pub fn len(&self) -> usize {
        match self {
            Self::Whole(_) => 1,
            Self::Subjects(parts) => parts.len(),
        }
    }

    /// Whether there are no parts; no question has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The denials, each reason once with the places of its subjects.
    pub(super) fn denials(&self) -> Vec<(&Denied, Vec<usize>)> {
        let mut denials: Vec<(&Denied, Vec<usize>)> = Vec::new();
        let Self::Subjects(parts) = self else { return denials };
        for (at, part) in parts.iter().enumerate() {
            let Err(denied) = part else { continue };
            match denials.iter_mut().find(|(known, _)| *known == denied) {
                Some((_, places)) => places.push(at),
                None => denials.push((denied, vec![at])),
            }
        }
        denials
    }
}

#[cfg(test)]
mod tests {
    use model::Refusal;

    use super::{Denied, Parts};

    fn denied(reason: &str) -> Denied {
        Denied { code: Refusal::NotPermitted, reason: reason.to_owned(), alerts: Vec::new() }
    }

    /// Lets even numbers through, and shows what came of a batch.
    fn check(numbers: Vec<Result<u32, Denied>>) -> String {
        let step = |n| if n % 2 == 0 { Ok(n * 10) } else { Err(denied("odd")) };
        match Parts::Subjects(numbers).then(step) {
            Ok(parts) => {
                let told: Vec<_> =
                    parts.each().map(|(_, n)| n.map_or("-".to_owned(), |n| n.to_string())).collect();
                let denials: Vec<_> =
                    parts.denials().iter().map(|(d, at)| format!("{} {at:?}", d.reason)).collect();
                format!("{} | {}", told.join(" "), denials.join(", "))
            }
            Err(denied) => denied.reason,
        }
    }

    #[test]
    fn one_denied_subject_does_not_cost_the_others_their_answer() {
        for (numbers, expected) in [
            (vec![Ok(2), Ok(4)], "20 40 | "),
            (vec![Ok(1), Ok(2), Ok(3)], "- 20 - | odd [0, 2]"),
            (vec![Err(denied("early")), Ok(2), Ok(3)], "- 20 - | early [0], odd [2]"),
            (vec![Err(denied("early")), Ok(3)], "early"),
            (vec![Ok(3)], "odd"),
        ] {
            assert_eq!(check(numbers), expected);
        }
    }
}
