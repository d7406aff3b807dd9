//! Conditions over records as typed filters, and which forces they pick.

use std::collections::BTreeSet;

use datafusion::common::ScalarValue;
use datafusion::execution::SessionState;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use model::schema::{ColumnType, ColumnUse};
use model::{Dataset, Filter, ForceId};

use super::span::Span;
use crate::Refused;
use crate::catalogue::FORCE;
use crate::constant::{constant, text};
use crate::expressions::shown;
use crate::subject::{Form, Subject, kept_home, subject};

/// What a record must fulfil.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub(crate) filter: Option<Filter>,
    /// The forces that hold it; none: any.
    pub(crate) forces: Option<BTreeSet<ForceId>>,
}

/// Translates conditions that all must hold.
pub(crate) fn conditions(
    state: &SessionState,
    dataset: Dataset,
    all: &[Expr],
) -> Result<Conditions, Refused> {
    let reader = Reader { state, dataset };
    let mut parts = Vec::new();
    let mut forces: Option<BTreeSet<ForceId>> = None;
    for part in all.iter().flat_map(conjuncts) {
        match reader.forces(part)? {
            Some(named) => {
                let both = |so_far: BTreeSet<ForceId>| so_far.intersection(&named).cloned().collect();
                forces = Some(forces.map_or_else(|| named.clone(), both));
            }
            None => match reader.condition(part, true)? {
                Held::Always => {}
                Held::Never => return Err(never()),
                Held::When(filter) => parts.push(filter),
            },
        }
    }
    if forces.as_ref().is_some_and(BTreeSet::is_empty) {
        return Err(never());
    }
    let filter = if parts.len() > 1 { Some(Filter::And(parts)) } else { parts.pop() };
    Ok(Conditions { filter, forces })
}

fn never() -> Refused {
    Refused::new("the filter never holds, so there is nothing to ask")
}

fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
            let mut parts = conjuncts(left);
            parts.extend(conjuncts(right));
            parts
        }
        Expr::Alias(alias) => conjuncts(&alias.expr),
        other => vec![other],
    }
}

/// When a condition holds.
enum Held {
    Always,
    Never,
    When(Filter),
}

impl Held {
    fn not_always(holds: bool) -> Self {
        if holds { Self::Always } else { Self::Never }
    }
}

struct Reader<'a> {
    state: &'a SessionState,
    dataset: Dataset,
}

impl Reader<'_> {
    /// The forces that a condition on the column `force` picks; nothing of other conditions.
    fn forces(&self, expr: &Expr) -> Result<Option<BTreeSet<ForceId>>, Refused> {
        let is_force = |expr: &Expr| matches!(expr, Expr::Column(column) if column.name == FORCE);
        let (named, values): (bool, Vec<&Expr>) = match expr {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) if is_force(left) => {
                (true, vec![right])
            }
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) if is_force(right) => {
                (true, vec![left])
            }
            Expr::InList(InList { expr, list, negated: false }) if is_force(expr) => {
                (true, list.iter().collect())
            }
            other => (crate::expressions::any(other, is_force), Vec::new()),
        };
        if !named {
            return Ok(None);
        }
        let unfit = || {
            Refused::new("forces are picked by name and for the whole question")
                .help("write force = 'mps' or force in ('mps', 'btp'), joined to the rest by `and`")
        };
        if values.is_empty() {
            return Err(unfit());
        }
        let force = |value: &&Expr| {
            let name = constant(self.state, value).as_ref().and_then(text).ok_or_else(unfit)?;
            name.parse::<ForceId>().map_err(Refused::from)
        };
        values.iter().map(force).collect::<Result<_, _>>().map(Some)
    }

    /// When a condition holds, or does not where `holds` is false. Where SQL knows neither, a record does not count.
    fn condition(&self, expr: &Expr, holds: bool) -> Result<Held, Refused> {
        if let Some(value) = constant(self.state, expr) {
            return Ok(match value {
                ScalarValue::Boolean(Some(value)) => Held::not_always(value == holds),
                ScalarValue::Boolean(None) | ScalarValue::Null => Held::Never,
                other => return Err(Refused::new(format!("{other} is neither true nor false"))),
            });
        }
        match expr {
            Expr::Alias(alias) => self.condition(&alias.expr, holds),
            Expr::Not(inner) => self.condition(inner, !holds),
            Expr::IsTrue(inner) if holds => self.condition(inner, true),
            Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::And | Operator::Or), right }) => {
                let parts = [self.condition(left, holds)?, self.condition(right, holds)?];
                Ok(joined(parts, (*op == Operator::And) == holds))
            }
            Expr::IsNull(inner) => self.null(inner, holds),
            Expr::IsNotNull(inner) => self.null(inner, !holds),
            Expr::Between(between) => {
                let holds = holds != between.negated;
                let from = self.compared(&between.expr, Operator::GtEq, &between.low, holds)?;
                let to = self.compared(&between.expr, Operator::LtEq, &between.high, holds)?;
                Ok(joined([from, to], holds))
            }
            Expr::InList(list) => {
                let values: Vec<&Expr> = list.list.iter().collect();
                self.among(&list.expr, &values, holds != list.negated)
            }
            Expr::Like(like) if !like.case_insensitive && like.escape_char.is_none() => {
                self.like(&like.expr, &like.pattern, holds != like.negated)
            }
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
                if constant(self.state, right).is_some() {
                    self.compared(left, *op, right, holds)
                } else if constant(self.state, left).is_some()
                    && let Some(swapped) = op.swap()
                {
                    self.compared(right, swapped, left, holds)
                } else {
                    Err(self.unknown(expr))
                }
            }
            Expr::ScalarFunction(call) if call.name() == "starts_with" => match call.args.as_slice() {
                [held, with] => {
                    let with = constant(self.state, with).as_ref().and_then(text);
                    let with = with.ok_or_else(|| self.unknown(expr))?;
                    self.begins(held, vec![with], holds)
                }
                _ => Err(self.unknown(expr)),
            },
            _ => Err(self.unknown(expr)),
        }
    }

    fn unknown(&self, expr: &Expr) -> Refused {
        let reads = |expr: &Expr| {
            matches!(
                expr,
                Expr::InSubquery(_)
                    | Expr::ScalarSubquery(_)
                    | Expr::Exists(_)
                    | Expr::OuterReferenceColumn(..)
            )
        };
        if crate::expressions::any(expr, reads) {
            return Refused::new("a filter over records can't hang on another select")
                .help("write the values, or filter the aggregated result");
        }
        if let Some(named) = self.kept_home(expr) {
            return named;
        }
        Refused::new(format!("the forces can't be asked to filter by {}", shown(expr))).help(
            "filters are `in`, ranges on whole months or bands, beginnings of postcodes, and null tests, joined by and, or and not",
        )
    }

    /// A column that stays with its force, where the expression names one.
    fn kept_home(&self, expr: &Expr) -> Option<Refused> {
        let (name, of) = kept_home(self.dataset, expr)?;
        let what = format!("{name} of {of} stays with its force and can't be filtered");
        Some(Refused::new(what).help("to look for one person or thing use `bluelamp search`"))
    }

    fn subject(&self, expr: &Expr) -> Result<Subject, Refused> {
        let found = subject(self.state, self.dataset, expr)?.ok_or_else(|| self.unknown(expr))?;
        match found.column.used {
            ColumnUse::EntityKey | ColumnUse::Never => Err(self.unknown(expr)),
            _ => Ok(found),
        }
    }

    fn null(&self, expr: &Expr, is_null: bool) -> Result<Held, Refused> {
        let column = self.subject(expr)?.name;
        Ok(Held::When(Filter::Null { column, is_null }))
    }

    /// A comparison with a value that depends on nothing.
    fn compared(&self, expr: &Expr, op: Operator, value: &Expr, holds: bool) -> Result<Held, Refused> {
        let (op, holds) = match op {
            Operator::NotEq => (Operator::Eq, !holds),
            other => (other, holds),
        };
        if op == Operator::Eq {
            return self.among(expr, &[value], holds);
        }
        let subject = self.subject(expr)?;
        let Some(value) = constant(self.state, value) else { return Err(self.unknown(expr)) };
        if value.is_null() {
            return Ok(Held::Never);
        }
        let Some(span) = Span::of(&subject, &value)? else {
            return Err(Refused::new(format!("{} has no order: use {} in (…)", shown(expr), shown(expr))));
        };
        // Where a comparison does not hold the opposite one does.
        let (from, below) = match (op, holds) {
            (Operator::GtEq, true) | (Operator::Lt, false) => (Some(span.start(&subject)?), None),
            (Operator::Gt, true) | (Operator::LtEq, false) => (Some(span.next(&subject)?), None),
            (Operator::Lt, true) | (Operator::GtEq, false) => (None, Some(span.start(&subject)?)),
            (Operator::LtEq, true) | (Operator::Gt, false) => (None, Some(span.next(&subject)?)),
            _ => return Err(self.unknown(expr)),
        };
        Ok(Held::When(Filter::Range { column: subject.name, from, below }))
    }

    /// One of several values, or none of them.
    fn among(&self, expr: &Expr, values: &[&Expr], holds: bool) -> Result<Held, Refused> {
        let subject = self.subject(expr)?;
        let mut written = Vec::new();
        for value in values {
            match constant(self.state, value) {
                // Nothing equals null; and nothing is certain not to be among values of which one is null.
                Some(value) if value.is_null() && holds => {}
                Some(value) if value.is_null() => return Ok(Held::Never),
                Some(value) => written.push(value),
                None => return Err(self.unknown(value)),
            }
        }
        if written.is_empty() {
            return Ok(Held::Never);
        }
        let column = subject.column;
        if let Form::Prefix(letters) = subject.form {
            let texts = self.texts(&subject, &written)?;
            if let Some(odd) = texts.iter().find(|value| value.chars().count() != usize::from(letters)) {
                return Err(Refused::new(format!(
                    "{odd:?} does not have the {letters} characters that it is compared by"
                )));
            }
            return self.begins_of(&subject, texts, holds);
        }
        match (column.used, subject.form) {
            (ColumnUse::Group, Form::Value) => {
                let values = self.texts(&subject, &written)?;
                self.words(&subject, values, holds)
            }
            (ColumnUse::Prefix { longest }, Form::Value) => {
                let name = &subject.name;
                Err(Refused::new(format!("{name} is told by its first {longest} characters and no more"))
                    .help(format!("write left({name}, {longest}) = '…' or {name} like '…%'")))
            }
            (ColumnUse::Calendar | ColumnUse::Measure { .. }, _) => {
                let name = subject.name.clone();
                let mut parts = Vec::new();
                for value in &written {
                    let Some(span) = Span::of(&subject, value)? else { return Err(self.unknown(expr)) };
                    let (start, next) = (span.start(&subject)?, span.next(&subject)?);
                    let range = |from, below| Filter::Range { column: name.clone(), from, below };
                    parts.push(match holds {
                        true => range(Some(start), Some(next)),
                        false => Filter::Or(vec![range(None, Some(start)), range(Some(next), None)]),
                    });
                }
                let joined = |parts| if holds { Filter::Or(parts) } else { Filter::And(parts) };
                Ok(Held::When(if parts.len() > 1 { joined(parts) } else { parts.remove(0) }))
            }
            _ => Err(self.unknown(expr)),
        }
    }

    fn texts(&self, subject: &Subject, values: &[ScalarValue]) -> Result<Vec<String>, Refused> {
        let read = |value: &ScalarValue| {
            text(value).ok_or_else(|| Refused::new(format!("{} is text, and {value} is none", subject.name)))
        };
        values.iter().map(read).collect()
    }

    fn words(&self, subject: &Subject, values: Vec<String>, holds: bool) -> Result<Held, Refused> {
        let (column, name) = (subject.column, subject.name.as_str());
        let held = |values| Held::When(Filter::In { column: name.to_owned(), values });
        if holds {
            return Ok(held(values));
        }
        let ColumnType::Word(words) = column.holds else {
            return Err(Refused::new(format!("{name} is free text: what it is not can't be asked for"))
                .help(format!("say which values count: {name} in ('…', '…')")));
        };
        // A value that is no word of the list is a slip, which the filter's own check names.
        if let Some(odd) = values.iter().find(|value| !words.contains(&value.as_str())) {
            return Ok(held(vec![odd.clone()]));
        }
        let others: Vec<String> =
            words.iter().filter(|word| !values.iter().any(|v| v == *word)).map(|w| (*w).to_owned()).collect();
        Ok(if others.is_empty() { Held::Never } else { held(others) })
    }

    fn like(&self, held: &Expr, pattern: &Expr, holds: bool) -> Result<Held, Refused> {
        let pattern = constant(self.state, pattern).as_ref().and_then(text);
        let beginning = pattern.as_deref().and_then(|pattern| pattern.strip_suffix('%'));
        match beginning.filter(|beginning| !beginning.contains(['%', '_'])) {
            Some(beginning) => self.begins(held, vec![beginning.to_owned()], holds),
            None => Err(self.kept_home(held).unwrap_or_else(|| {
                Refused::new(format!("of {} a filter can name beginnings alone", shown(held)))
                    .help(format!("such as {} like 'SW%'", shown(held)))
            })),
        }
    }

    fn begins(&self, held: &Expr, with: Vec<String>, holds: bool) -> Result<Held, Refused> {
        let subject = self.subject(held)?;
        match (subject.column.used, subject.form) {
            (ColumnUse::Prefix { .. }, Form::Value) => self.begins_of(&subject, with, holds),
            _ => Err(self.unknown(held)),
        }
    }

    fn begins_of(&self, subject: &Subject, values: Vec<String>, holds: bool) -> Result<Held, Refused> {
        let name = subject.name.as_str();
        if !matches!(subject.column.used, ColumnUse::Prefix { .. }) {
            return Err(Refused::new(format!("{name} is not filtered by its beginning")));
        }
        if !holds {
            return Err(Refused::new(format!("what {name} does not begin with can't be asked for"))
                .help(format!("say which beginnings count: {name} like '…%'")));
        }
        Ok(Held::When(Filter::In { column: name.to_owned(), values }))
    }
}

fn joined(parts: [Held; 2], all: bool) -> Held {
    match parts {
        [Held::Never, other] | [other, Held::Never] => {
            if all {
                Held::Never
            } else {
                other
            }
        }
        [Held::Always, other] | [other, Held::Always] => {
            if all {
                other
            } else {
                Held::Always
            }
        }
        [Held::When(one), Held::When(other)] => {
            let mut flat = Vec::new();
            for part in [one, other] {
                match part {
                    Filter::And(parts) if all => flat.extend(parts),
                    Filter::Or(parts) if !all => flat.extend(parts),
                    single => flat.push(single),
                }
            }
            Held::When(if all { Filter::And(flat) } else { Filter::Or(flat) })
        }
    }
}
