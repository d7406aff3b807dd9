//! What must hold of any text that comes to the door of SQL. The ordinary suite drives it over seeds and spoilt ones; the fuzz
//! target, which includes this very file, over what a fuzzer finds.

/// A statement: one that is taken becomes bounded questions in a form that can be compared; one that is not is refused in words.
pub fn statement(text: &str) {
    match sql::prepare(text) {
        Ok(prepared) => {
            assert!(prepared.questions().len() <= 16);
            for question in prepared.questions() {
                // A question that is too tangled is one that every force refuses.
                let _ = model::Canonical::of(&question.table);
                assert!(question.forces.as_ref().is_none_or(|forces| !forces.is_empty()));
            }
            assert!(!prepared.columns().is_empty());
            assert!(!prepared.explain(&std::collections::BTreeSet::new()).is_empty());
        }
        Err(refused) => assert!(!refused.what.is_empty() && refused.to_string().len() < 50_000),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::statement;
    use crate::forces::Dice;

    fn seeds() -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/sql");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned()).collect()
    }

    #[test]
    fn seeds_and_spoilt_seeds_do_no_harm() {
        let (seeds, mut dice) = (seeds(), Dice(11));
        assert!(seeds.len() >= 10);
        for seed in &seeds {
            statement(seed);
            let letters: Vec<char> = seed.chars().collect();
            for _ in 0..6 {
                let mut spoilt = letters.clone();
                for _ in 0..1 + dice.roll(3) {
                    let (from, to) = (dice.roll(spoilt.len()), dice.roll(spoilt.len()));
                    match dice.roll(4) {
                        0 => drop(spoilt.remove(from)),
                        1 => spoilt.insert(to, "()'\"*,;%_0\u{0}é".chars().nth(dice.roll(12)).unwrap()),
                        2 => spoilt.swap(from, to),
                        _ => {
                            let piece: Vec<char> = spoilt.iter().skip(from).take(9).copied().collect();
                            spoilt.splice(to..to, piece);
                        }
                    }
                }
                statement(&spoilt.into_iter().collect::<String>());
            }
        }
    }
}
