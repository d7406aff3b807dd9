//! Joins of records along the links that the shared schema declares. Such a join is the path of a table: which dataset it
//! counts, which it reads besides, and how it comes to them. Any other join of records is refused, with the one that is
//! declared where there is one.

use std::sync::Arc;

use datafusion::common::{Column, JoinType};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, Join, Operator, ident};
use model::Dataset;
use model::path::{LINKS, Link, Tie, edge, reference};
use model::schema::ColumnUse;

use crate::Refused;
use crate::base::Base;
use crate::catalogue::FORCE;
use crate::constant::text;
use crate::expressions::{replaced, shown};

/// Two parts that are joined, as one part. Which dataset is counted is settled where it is aggregated.
pub(crate) fn joined(join: &Join, left: Base, right: Base) -> Result<Base, Refused> {
    let (left, right) = (named(left)?, named(right)?);
    if let Some(twice) = right.datasets.iter().find(|of| left.datasets.contains(of)) {
        return Err(Refused::new(format!(
            "{twice} stands there twice: records are not joined with others of their own"
        ))
        .help(mend(&[*twice])));
    }
    let mut base = Base {
        dataset: left.dataset,
        datasets: [left.datasets, right.datasets.clone()].concat(),
        optional: [left.optional, right.optional].concat(),
        linked: None,
        columns: [left.columns, right.columns].concat(),
        schema: Arc::clone(&join.schema),
        filters: left.filters,
    };
    let pairs = join.on.iter().map(|(one, other)| Expr::eq(one.clone(), other.clone()));
    let mut on = Vec::new();
    for condition in pairs.collect::<Vec<_>>().iter().chain(&join.filter) {
        on.extend(split_conjunction(condition).into_iter().cloned());
    }
    let on = on.iter().map(|condition| base.told(condition)).collect::<Result<Vec<_>, _>>()?;
    match (join.join_type, right.datasets.as_slice()) {
        (JoinType::Inner, _) => base.filters.extend(right.filters),
        (JoinType::Left, [to]) if right.filters.is_empty() => {
            let leads = |from: &Dataset| reference(*from, *to).is_some();
            let from = base.datasets.iter().copied().find(leads);
            let link = from.and_then(|from| reference(from, *to));
            let is_tie = |condition: &Expr| {
                is_force(condition)
                    || link.is_some_and(|link| ends(condition).is_some_and(|ends| is_reference(link, &ends)))
                    || link.is_some_and(|link| says_which(link, condition))
            };
            if let Some(other) = on.iter().find(|condition| !is_tie(condition)) {
                return Err(Refused::new(format!(
                    "an outer join of records leads from a record to what it refers to, and nothing else: not by {}",
                    shown(other)
                ))
                .help(mend(&base.datasets)));
            }
            base.optional.push(*to);
        }
        (JoinType::Left, _) => {
            return Err(Refused::new(
                "an outer join of records leads from a record to what it refers to, as it is",
            )
            .help("put conditions into `where`"));
        }
        (other, _) => {
            return Err(
                Refused::new(format!("a {other} join of records is not answered")).help(mend(&base.datasets))
            );
        }
    }
    base.filters.extend(on);
    Ok(base)
}

/// The part with the dataset that is counted settled: the one whose entities are, else the first written that can be. Its own
/// columns stand without its name, and what only said how the records are tied is gone.
pub(crate) fn settled(base: &Base, aggregates: &[Expr]) -> Result<Base, Refused> {
    let [first, _, ..] = base.datasets.as_slice() else {
        return Ok(Base {
            dataset: base.dataset,
            datasets: base.datasets.clone(),
            optional: Vec::new(),
            linked: None,
            columns: base.columns.clone(),
            schema: base.schema.clone(),
            filters: base.filters.clone(),
        });
    };
    let mut filters: Vec<Expr> =
        base.filters.iter().flat_map(|all| split_conjunction(all)).cloned().collect();
    let (edges, mut found) = (base.datasets.contains(&Dataset::Link), Vec::new());
    filters.retain(|condition| {
        let tied =
            ends(condition).filter(|[one, other]| one.0 != other.0 && one.1 != FORCE && other.1 != FORCE);
        found.extend(tied.clone());
        tied.is_none() && !is_force(condition)
    });
    let (mut links, mut tied) = (Vec::new(), found);
    let records: Vec<Dataset> = base.datasets.iter().copied().filter(|of| *of != Dataset::Link).collect();
    if edges {
        links.push(take_edges(&mut tied, &records)?);
    }
    for ends in &tied {
        let link = LINKS.iter().find(|link| is_reference(link, ends));
        links.push(link.ok_or_else(|| undeclared(ends, &records))?);
    }
    // A path has as many links as it has datasets besides the first: fewer leave records that nothing ties.
    if links.len() + 1 != records.len() {
        let all: Vec<&str> = records.iter().map(|of| of.as_str()).collect();
        return Err(Refused::new(format!("records of {} are not tied along one path", all.join(", ")))
            .help(mend(&records)));
    }
    filters.retain(|condition| !links.iter().any(|link| says_which(link, condition)));
    let referred = |of: &Dataset| links.iter().any(|link| link.tie != Tie::Edges && link.to == *of);
    let can: Vec<Dataset> = records.iter().copied().filter(|of| !referred(of)).collect();
    let counted = counted(base, aggregates, &can)?.or_else(|| can.first().copied()).unwrap_or(*first);
    let own = |column: &Column| {
        let own = column.name.split_once('.').filter(|(of, _)| *of == counted.as_str());
        Ok(own.map_or_else(|| Expr::Column(column.clone()), |(_, own)| ident(own)))
    };
    // An inner join leaves out records that refer to nothing; of those that are there the controller is always known.
    for of in records.iter().filter(|of| referred(of) && !base.optional.contains(of)) {
        filters.push(ident(format!("{of}.controller")).is_not_null());
    }
    Ok(Base {
        dataset: counted,
        datasets: vec![counted],
        optional: Vec::new(),
        linked: links
            .iter()
            .find(|link| link.tie == Tie::Edges)
            .map(|link| if link.from == counted { link.to } else { link.from }),
        columns: base.columns.iter().map(|expr| replaced(expr, own)).collect::<Result<_, _>>()?,
        schema: base.schema.clone(),
        filters: filters.iter().map(|expr| replaced(expr, own)).collect::<Result<_, _>>()?,
    })
}

/// The part with the name of its dataset before each column, where it is of one dataset. The force is that of all.
fn named(base: Base) -> Result<Base, Refused> {
    if base.datasets.len() > 1 {
        return Ok(base);
    }
    let of = base.dataset;
    let name = |column: &Column| {
        let own = column.name == FORCE;
        Ok(if own { Expr::Column(column.clone()) } else { ident(format!("{of}.{}", column.name)) })
    };
    let all = |list: &[Expr]| list.iter().map(|expr| replaced(expr, name)).collect::<Result<Vec<_>, _>>();
    Ok(Base { columns: all(&base.columns)?, filters: all(&base.filters)?, ..base })
}

/// A dataset and one of its columns.
type End = (Dataset, String);

/// The two columns that a condition says are equal.
fn ends(condition: &Expr) -> Option<[End; 2]> {
    let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = condition else { return None };
    let end = |expr: &Expr| match expr {
        Expr::Column(column) => {
            let (of, own) = column.name.split_once('.')?;
            Some((of.parse().ok()?, own.to_owned()))
        }
        _ => None,
    };
    Some([end(left)?, end(right)?])
}

/// Records of different forces never meet, so that a condition which says so says nothing.
fn is_force(condition: &Expr) -> bool {
    let force = |expr: &Expr| matches!(expr, Expr::Column(column) if column.name == FORCE);
    matches!(condition, Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) if force(left) && force(right))
}

fn is_reference(link: &Link, [one, other]: &[End; 2]) -> bool {
    let Tie::Reference { column, .. } = link.tie else { return false };
    let is = |end: &End, of: Dataset, name: &str| end.0 == of && end.1 == name;
    let meant = |from: &End, to: &End| is(from, link.from, column) && is(to, link.to, link.to.entity_key());
    meant(one, other) || meant(other, one)
}

/// Whether a condition only says which dataset is meant where a link could mean several, as the path does by itself.
fn says_which(link: &Link, condition: &Expr) -> bool {
    let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = condition else { return false };
    let is = |column: &Expr, value: &Expr, (of, name, to): (Dataset, &str, Dataset)| {
        let named = matches!(column, Expr::Column(column) if column.name == format!("{of}.{name}"));
        named && matches!(value, Expr::Literal(value, _) if text(value).as_deref() == Some(to.as_str()))
    };
    let says = |what: (Dataset, &str, Dataset)| is(left, right, what) || is(right, left, what);
    match link.tie {
        Tie::Edges => {
            says((Dataset::Link, "from_dataset", link.from)) || says((Dataset::Link, "to_dataset", link.to))
        }
        Tie::Reference { dataset, .. } => dataset.is_some_and(|column| says((link.from, column, link.to))),
    }
}

/// Takes the two conditions by which edges tie records out of those found, and says which edges they are.
fn take_edges(tied: &mut Vec<[End; 2]>, records: &[Dataset]) -> Result<&'static Link, Refused> {
    let mut take = |side: &str| {
        let found =
            tied.iter().position(|ends| ends.iter().any(|end| end.0 == Dataset::Link && end.1 == side))?;
        let [one, other] = tied.remove(found);
        let far = if one.0 == Dataset::Link { other } else { one };
        Some(far).filter(|(of, column)| *of != Dataset::Link && *column == of.entity_key()).map(|(of, _)| of)
    };
    let (from, to) = (take("from_id"), take("to_id"));
    let untied = || Refused::new("a link is joined at both of its ends").help(mend(records));
    let (from, to) = (from.ok_or_else(untied)?, to.ok_or_else(untied)?);
    match edge(from, to) {
        Some(link) if link.from == from => Ok(link),
        Some(link) => {
            Err(Refused::new(format!("links between {from} and {to} are recorded from {} on", link.from))
                .help(way(link)))
        }
        None => {
            Err(Refused::new(format!("no declared link leads from {from} to {to}")).help(mend(&[from, to])))
        }
    }
}

/// The dataset whose entities are counted, where one is.
fn counted(base: &Base, aggregates: &[Expr], can: &[Dataset]) -> Result<Option<Dataset>, Refused> {
    let mut found: Option<Dataset> = None;
    for aggregate in aggregates {
        let Expr::AggregateFunction(call) = aggregate.clone().unalias() else { continue };
        let [argument] = call.params.args.as_slice() else { continue };
        if call.func.name() != "count" || !call.params.distinct {
            continue;
        }
        let Expr::Column(column) = base.told(argument)?.unalias() else { continue };
        let Some((of, own)) = column.name.split_once('.') else { continue };
        let Ok(of) = of.parse::<Dataset>() else { continue };
        let key = of.column(own).is_ok_and(|column| column.used == ColumnUse::EntityKey);
        if !key {
            continue;
        }
        if !can.contains(&of) {
            return Err(Refused::new(format!(
                "{of} is what records refer to, and is not counted beside them"
            ))
            .help(format!("count {} in a select of its own", of.entity_key())));
        }
        if found.is_some_and(|before| before != of) {
            return Err(Refused::new("one select along a link counts entities of one dataset")
                .help("count the others in a select of their own, and join the two by their groups"));
        }
        found = Some(of);
    }
    Ok(found)
}

fn undeclared([one, other]: &[End; 2], records: &[Dataset]) -> Refused {
    Refused::records(format!("{}.{} = {}.{} is no declared link", one.0, one.1, other.0, other.1))
        .help(mend(records))
}

/// How records of a dataset can be joined with others, in the words of SQL.
pub fn ways(dataset: Dataset) -> Vec<String> {
    LINKS.iter().filter(|link| [link.from, link.to].contains(&dataset)).map(way).collect()
}

/// What to say where records were joined otherwise.
fn mend(records: &[Dataset]) -> String {
    let between = |link: &&Link| records.contains(&link.from) && records.contains(&link.to);
    let several: Vec<String> = LINKS.iter().filter(between).map(way).collect();
    let known = if several.is_empty() { records.iter().flat_map(|of| ways(*of)).collect() } else { several };
    if known.is_empty() {
        return "records stay with their force: aggregate each in a select of its own and join these, or use `bluelamp search`".to_owned();
    }
    format!(
        "records are joined along declared links alone: {}; or aggregate each in a select of its own and join these",
        known.join("; ")
    )
}

fn way(link: &Link) -> String {
    let (from, to) = (link.from, link.to);
    match link.tie {
        Tie::Edges => format!(
            "{from} join link on link.from_id = {from}.{} join {to} on link.to_id = {to}.{}",
            from.entity_key(),
            to.entity_key()
        ),
        Tie::Reference { column, .. } => {
            format!("{from} left join {to} on {from}.{column} = {to}.{}", to.entity_key())
        }
    }
}
