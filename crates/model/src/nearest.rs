//! The known word nearest to an unknown one, for errors that say what was probably meant.

/// The candidate most like `word`, if any is like it at all.
///
/// Likeness is Jaro–Winkler similarity and must reach 0.75, so that a wild guess stays unsaid.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// `; did you mean "x"?` when something near is known, else the whole list of what is known.
pub fn suggestion<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, candidates.clone()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => {
            let known: Vec<&str> = candidates.into_iter().collect();
            format!("known are {}", known.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant_and_nothing_wild() {
        assert_eq!(nearest("catgory", ["category", "outcome"]), Some("category"));
        assert_eq!(nearest("zzz", ["category", "outcome"]), None);
    }
}
