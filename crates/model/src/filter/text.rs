//! Reads a filter as an analyst types it. A recursive descent over a flat list of tokens, bounded in depth.

use super::{DEPTH_MAX, Filter, GridPoint, complaint};
use crate::tabulation::principal;
use crate::{Complaint, Dataset};

/// Most characters in one filter.
const LENGTH_MAX: usize = 20_000;

pub(super) fn parse(dataset: Dataset, text: &str) -> Result<Filter, Complaint> {
    if text.len() > LENGTH_MAX {
        return Err(complaint(format!("longer than {LENGTH_MAX} characters")));
    }
    let mut reader = Reader { dataset, tokens: tokens(text)?, at: 0 };
    let filter = reader.any_of(0)?;
    match reader.next() {
        None => Ok(filter),
        Some(token) => Err(complaint(format!("{:?} was not expected there", token.text()))),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Mark(&'static str),
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Quoted(text) => text,
            Self::Mark(mark) => mark,
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Complaint> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(&letter) = letters.peek() {
        match letter {
            c if c.is_whitespace() => {
                letters.next();
            }
            '\'' | '"' => {
                letters.next();
                let mut quoted = String::new();
                loop {
                    match letters.next() {
                        Some(c) if c == letter => break,
                        Some(c) => quoted.push(c),
                        None => return Err(complaint("a quotation mark is not closed".to_owned())),
                    }
                }
                tokens.push(Token::Quoted(quoted));
            }
            '(' | ')' | ',' | '=' | '<' | '>' => {
                letters.next();
                let equal = letter == '>' && letters.next_if_eq(&'=').is_some();
                tokens.push(Token::Mark(match (letter, equal) {
                    ('(', _) => "(",
                    (')', _) => ")",
                    (',', _) => ",",
                    ('=', _) => "=",
                    ('<', _) => "<",
                    (_, true) => ">=",
                    (_, false) => ">",
                }));
            }
            _ => {
                let mut word = String::new();
                while let Some(c) = letters.next_if(|c| !c.is_whitespace() && !"(),=<>'\"".contains(*c)) {
                    word.push(c);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

struct Reader {
    dataset: Dataset,
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn next_is(&mut self, wanted: &str) -> bool {
        let is = match self.tokens.get(self.at) {
            Some(Token::Word(word)) => word.eq_ignore_ascii_case(wanted),
            Some(Token::Mark(mark)) => *mark == wanted,
            _ => false,
        };
        if is {
            self.at += 1;
        }
        is
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Complaint> {
        if self.next_is(wanted) {
            return Ok(());
        }
        let found = self.tokens.get(self.at).map_or("the end", Token::text);
        Err(complaint(format!("{wanted:?} was expected, not {found:?}")))
    }

    fn any_of(&mut self, depth: usize) -> Result<Filter, Complaint> {
        if depth > DEPTH_MAX {
            return Err(complaint(format!("nested deeper than {DEPTH_MAX}")));
        }
        let mut parts = vec![self.all_of(depth)?];
        while self.next_is("or") {
            parts.push(self.all_of(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Or(parts) })
    }

    fn all_of(&mut self, depth: usize) -> Result<Filter, Complaint> {
        let mut parts = vec![self.condition(depth)?];
        while self.next_is("and") {
            parts.push(self.condition(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::And(parts) })
    }

    fn condition(&mut self, depth: usize) -> Result<Filter, Complaint> {
        if self.next_is("(") {
            let inner = self.any_of(depth + 1)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let mut column = self.value()?;
        if let Some((date, _)) = principal(self.dataset, &column) {
            column = date;
        }
        if self.next_is("in") {
            self.expect("(")?;
            let mut values = vec![self.value()?];
            while self.next_is(",") {
                values.push(self.value()?);
            }
            self.expect(")")?;
            Ok(Filter::In { column, values })
        } else if self.next_is("=") {
            Ok(Filter::In { column, values: vec![self.value()?] })
        } else if self.next_is("between") {
            let from = self.point()?;
            self.expect("and")?;
            let last = self.point()?;
            Ok(Filter::Range { column, from: Some(from), below: Some(after(last)) })
        } else if self.next_is(">=") {
            Ok(Filter::Range { column, from: Some(self.point()?), below: None })
        } else if self.next_is("<") {
            Ok(Filter::Range { column, from: None, below: Some(self.point()?) })
        } else if self.next_is("is") {
            let is_null = !self.next_is("not");
            self.expect("null")?;
            Ok(Filter::Null { column, is_null })
        } else {
            let found = self.tokens.get(self.at).map_or("the end", Token::text);
            Err(complaint(format!(
                "after {column:?} one of in, =, between, >=, <, is was expected, not {found:?}"
            )))
        }
    }

    fn value(&mut self) -> Result<String, Complaint> {
        match self.next() {
            Some(Token::Word(text) | Token::Quoted(text)) => Ok(text),
            Some(Token::Mark(mark)) => {
                Err(complaint(format!("a column or value was expected, not {mark:?}")))
            }
            None => Err(complaint("the condition stops short".to_owned())),
        }
    }

    fn point(&mut self) -> Result<GridPoint, Complaint> {
        let text = self.value()?;
        if let Ok(number) = text.parse() {
            return Ok(GridPoint::Number(number));
        }
        let month = text.split_once('-').and_then(|(year, month)| {
            let point = GridPoint::Month { year: year.parse().ok()?, month: month.parse().ok()? };
            point.first_day().map(|_| point)
        });
        month.ok_or_else(|| {
            complaint(format!("{text:?} is neither a month such as 2024-03 nor a whole number"))
        })
    }
}

/// The first point after `last`, so that `between` holds both its ends. A number's grid has no next point here:
/// `between 0 and 20` holds what lies under 20.
fn after(last: GridPoint) -> GridPoint {
    match last {
        GridPoint::Month { year, month: 12 } => GridPoint::Month { year: year.saturating_add(1), month: 1 },
        GridPoint::Month { year, month } => GridPoint::Month { year, month: month + 1 },
        number @ GridPoint::Number(_) => number,
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, GridPoint, parse};
    use crate::Dataset;

    fn month(year: i16, month: i8) -> Option<GridPoint> {
        Some(GridPoint::Month { year, month })
    }

    #[test]
    fn conditions_and_their_joints_are_read() {
        let kind = |value: &str| Filter::In { column: "kind".into(), values: vec![value.into()] };
        let when = |from, below| Filter::Range { column: "occurred_on".into(), from, below };
        for (text, filter) in [
            ("kind = crime", kind("crime")),
            (
                "kind in ('crime', stop)",
                Filter::In { column: "kind".into(), values: vec!["crime".into(), "stop".into()] },
            ),
            ("month between 2023-11 and 2023-12", when(month(2023, 11), month(2024, 1))),
            ("month >= 2024-02", when(month(2024, 2), None)),
            (
                "loss_gbp < 1000",
                Filter::Range { column: "loss_gbp".into(), from: None, below: Some(GridPoint::Number(1000)) },
            ),
            ("outcome is not null", Filter::Null { column: "outcome".into(), is_null: false }),
            (
                "kind = stop or kind = crime and outcome is null",
                Filter::Or(vec![
                    kind("stop"),
                    Filter::And(vec![
                        kind("crime"),
                        Filter::Null { column: "outcome".into(), is_null: true },
                    ]),
                ]),
            ),
            ("(kind = stop)", kind("stop")),
        ] {
            assert_eq!(parse(Dataset::Event, text), Ok(filter), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_filter_says_where_it_breaks() {
        for (text, part) in [
            ("", "stops short"),
            ("kind", "not \"the end\""),
            ("kind in (", "stops short"),
            ("kind in (crime", "\")\" was expected"),
            ("kind = 'crime", "not closed"),
            ("kind = crime stop", "was not expected"),
            ("month between 2024-13 and 2024-14", "neither a month"),
            ("kind > crime", "was expected"),
        ] {
            let complaint = parse(Dataset::Event, text).unwrap_err().to_string();
            assert!(complaint.contains(part), "{text}: {complaint}");
        }
    }
}
