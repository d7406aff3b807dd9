//! Weights as a TOML file that people read, edit and compare: a section for each field, a line for each level.
//! Every mistake is told with its line, its key and what to write instead.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Odds, Prior, ROWS, Weights};
use crate::score::Field;

/// Why a text is not a file of weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("weights, line {line}: {what}")]
pub struct BadWeights {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there, with its key, and how to mend it.
    pub what: String,
}

impl Weights {
    /// Reads a file of weights. Every weight must be there: a file says all or is refused.
    pub fn parse(text: &str) -> Result<Self, BadWeights> {
        let file = File(text);
        let root = DeTable::parse(text).map_err(|error| {
            file.wrong(&error.span().unwrap_or_default(), format!("{}: mend the TOML", error.message()))
        })?;
        file.known(root.get_ref(), "", |key| {
            key == "prior" || sections().any(|field| field.as_str() == key)
        })?;
        let (prior, at) = file.section(&root, "prior")?;
        file.known(prior, "prior.", |key| matches!(key, "held" | "duplicate"))?;
        let mut weights = Self::neutral();
        weights.prior = Prior {
            held: file.share(prior, &at, "prior", "held")?,
            duplicate: file.share(prior, &at, "prior", "duplicate")?,
        };
        for field in sections() {
            let name = field.as_str();
            let (section, at) = file.section(&root, name)?;
            let levels = || ROWS.iter().filter(|row| row.0 == field).map(|row| row.1);
            file.known(section, &format!("{name}."), |key| levels().any(|level| level.as_str() == key))?;
            for level in levels() {
                let key = format!("{name}.{}", level.as_str());
                let (_, value) = find(section, level.as_str()).ok_or_else(|| {
                    file.wrong(
                        &at,
                        format!("{key} is missing: add a line such as {level} = {{ m = 0.9, u = 0.01 }}"),
                    )
                })?;
                let DeValue::Table(odds) = value.get_ref() else {
                    return Err(
                        file.wrong(&value.span(), format!("{key} must be such as {{ m = 0.9, u = 0.01 }}"))
                    );
                };
                file.known(odds, &format!("{key}."), |key| matches!(key, "m" | "u"))?;
                let share = |part| file.share(odds, &value.span(), &key, part);
                weights.set(field, level, Odds { m: share("m")?, u: share("u")? });
            }
        }
        if let Some((field, better, worse)) = weights.disorder() {
            let at = find(root.get_ref(), field.as_str()).map(|(span, _)| span).unwrap_or_default();
            let what = format!(
                "{field}.{worse} weighs more than {field}.{better}, which agrees better: raise m / u of {better} or \
                 lower that of {worse}"
            );
            return Err(file.wrong(&at, what));
        }
        Ok(weights)
    }
}

/// The fields that have a section, in their order.
fn sections() -> impl Iterator<Item = Field> {
    let firsts = ROWS.iter().scan(None, |before, row| {
        let first = *before != Some(row.0);
        *before = Some(row.0);
        Some(first.then_some(row.0))
    });
    firsts.flatten()
}

fn find<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<(Range<usize>, &'t Spanned<DeValue<'i>>)> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(name, value)| (name.span(), value))
}

/// The text, to tell lines.
struct File<'t>(&'t str);

impl File<'_> {
    fn wrong(&self, at: &Range<usize>, what: String) -> BadWeights {
        let before = self.0.bytes().take(at.start);
        BadWeights { line: 1 + before.filter(|&byte| byte == b'\n').count(), what }
    }

    fn known(
        &self,
        table: &DeTable<'_>,
        under: &str,
        known: impl Fn(&str) -> bool,
    ) -> Result<(), BadWeights> {
        match table.keys().find(|key| !known(key.get_ref())) {
            Some(key) => {
                let what = format!("{under}{} is not known: remove it or mend its spelling", key.get_ref());
                Err(self.wrong(&key.span(), what))
            }
            None => Ok(()),
        }
    }

    fn section<'t, 'i>(
        &self,
        root: &'t Spanned<DeTable<'i>>,
        name: &str,
    ) -> Result<(&'t DeTable<'i>, Range<usize>), BadWeights> {
        let found = find(root.get_ref(), name);
        let (at, value) =
            found.ok_or_else(|| self.wrong(&(0..0), format!("the section [{name}] is missing: add it")))?;
        match value.get_ref() {
            DeValue::Table(table) => Ok((table, at)),
            _ => Err(self.wrong(&at, format!("{name} must be a section, [{name}]"))),
        }
    }

    fn share(
        &self,
        table: &DeTable<'_>,
        at: &Range<usize>,
        under: &str,
        key: &str,
    ) -> Result<f64, BadWeights> {
        let (_, value) = find(table, key)
            .ok_or_else(|| self.wrong(at, format!("{under}.{key} is missing: add it, between 0 and 1")))?;
        let number = match value.get_ref() {
            DeValue::Float(number) => number.as_str().replace('_', "").parse::<f64>().ok(),
            _ => None,
        };
        number.filter(|share| *share > 0.0 && *share < 1.0).ok_or_else(|| {
            self.wrong(
                &value.span(),
                format!("{under}.{key} must be a number above 0 and below 1, such as 0.25"),
            )
        })
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "# Weights of person comparisons: how often each level of agreement is seen when two records are of one\n\
             # person (m), and when they are of two (u). The comment gives the weight, log2(m / u), in bits.\n\n",
        )?;
        let Prior { held, duplicate } = self.prior;
        writeln!(f, "[prior]\n# Share of searches whose person a force holds.\nheld = {held}")?;
        writeln!(
            f,
            "# Share of persons held of whom a force has a further record.\nduplicate = {duplicate}"
        )?;
        for section in sections() {
            writeln!(f, "\n[{section}]")?;
            for (_, level, odds) in self.rows().filter(|row| row.0 == section) {
                writeln!(f, "{level} = {{ m = {}, u = {} }} # {:+.2}", odds.m, odds.u, odds.bits())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Weights;

    const SHIPPED: &str = include_str!("../default_weights.toml");

    #[test]
    fn what_is_written_is_read_back() {
        let weights = Weights::default();
        assert_eq!(Weights::parse(&weights.to_string()), Ok(weights));
    }

    #[test]
    fn mistakes_are_told_with_line_and_key() {
        let exact = "exact = { m = 0.98, u = 0.65 }";
        for (from, to, wanted) in [
            ("[sex]", "[gender]", "gender is not known: remove it or mend its spelling"),
            ("[sex]", "[[sex]]", "sex must be a section, [sex]"),
            (exact, "exat = { m = 0.98, u = 0.65 }", "sex.exat is not known: remove it or mend its spelling"),
            (exact, "", "sex.exact is missing: add a line such as exact = { m = 0.9, u = 0.01 }"),
            (exact, "exact = 0.98", "sex.exact must be such as { m = 0.9, u = 0.01 }"),
            (exact, "exact = { m = 0.98 }", "sex.exact.u is missing: add it, between 0 and 1"),
            (
                exact,
                "exact = { m = 1.98, u = 0.65 }",
                "sex.exact.m must be a number above 0 and below 1, such as 0.25",
            ),
            (
                exact,
                "exact = { m = 0.98, u = nan }",
                "sex.exact.u must be a number above 0 and below 1, such as 0.25",
            ),
            (
                exact,
                "exact = { m = 0.98, u = 0.65, v = 1 }",
                "sex.exact.v is not known: remove it or mend its spelling",
            ),
            (
                exact,
                "exact = { m = 0.01, u = 0.65 }",
                "sex.differ weighs more than sex.exact, which agrees better: raise m / u of exact or lower that of differ",
            ),
        ] {
            let text = SHIPPED.replace(from, to);
            let line = text.lines().position(|line| !SHIPPED.lines().any(|other| other == line));
            let wrong = Weights::parse(&text).expect_err(to);
            assert_eq!(wrong.what, wanted, "{to}");
            let section = text.lines().position(|line| line == "[sex]");
            assert!([line, section].contains(&Some(wrong.line - 1)), "{to}: line {}", wrong.line);
        }
        let wrong = Weights::parse("[prior\n").expect_err("not TOML");
        assert_eq!(wrong.line, 1);
        assert!(wrong.to_string().starts_with("weights, line 1: "), "{wrong}");
        assert_eq!(Weights::parse("").expect_err("empty").what, "the section [prior] is missing: add it");
    }
}
