//! Filters as ordered, reduced decision diagrams: each node asks for one column, in the order of the schema, and
//! every part stands there once. Two filters that hold for the same records come to the same node.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::split::{ALWAYS, Id, NEVER, Split};
use crate::{Complaint, Dataset, Filter};

/// Most ways out of nodes that are worked through anew for one form. Filters that people write need hundreds.
const WORK_MAX: usize = 100_000;

/// Asks for one column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Node {
    /// The column's place: of which dataset, and where in its schema. The dataset that is counted comes first.
    place: (Option<Dataset>, usize),
    column: &'static str,
    null: Id,
    held: Split,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Joint {
    And,
    Or,
}

impl Joint {
    /// What the joint comes to where no node needs to be looked into.
    fn settled(self, one: Id, other: Id) -> Option<Id> {
        let (neutral, final_) = match self {
            Self::And => (ALWAYS, NEVER),
            Self::Or => (NEVER, ALWAYS),
        };
        match (one, other) {
            _ if one == final_ || other == final_ => Some(final_),
            _ if one == neutral || one == other => Some(other),
            _ if other == neutral => Some(one),
            _ => None,
        }
    }
}

/// All nodes of filters under construction; [`NEVER`] and [`ALWAYS`] have no node.
pub(super) struct Diagram {
    dataset: Dataset,
    nodes: Vec<Node>,
    known: HashMap<Node, Id>,
    joined: HashMap<(Joint, Id, Id), Id>,
    work: usize,
}

impl Diagram {
    /// Without filters yet, of records of a dataset.
    pub(super) fn new(dataset: Dataset) -> Self {
        Self { dataset, nodes: Vec::new(), known: HashMap::new(), joined: HashMap::new(), work: 0 }
    }

    /// Writes the canonical form of checked filters together. It does not depend on what was written before.
    pub(super) fn write<'f>(
        &mut self,
        filters: impl IntoIterator<Item = &'f Filter>,
        text: &mut String,
    ) -> Result<(), Complaint> {
        self.work = 0;
        let root = filters.into_iter().try_fold(ALWAYS, |whole, filter| {
            let filter = self.of(filter)?;
            self.join(Joint::And, whole, filter)
        })?;
        self.spell(root, &mut HashMap::new(), text);
        Ok(())
    }

    fn of(&mut self, filter: &Filter) -> Result<Id, Complaint> {
        match filter {
            Filter::And(parts) => self.join_all(Joint::And, ALWAYS, parts),
            Filter::Or(parts) => self.join_all(Joint::Or, NEVER, parts),
            Filter::In { column, values } => self.leaf(column, NEVER, |of| Split::of_values(of, values)),
            Filter::Range { column, from, below } => {
                self.leaf(column, NEVER, |_| Split::of_range(from.as_ref(), below.as_ref()))
            }
            Filter::Null { column, is_null: true } => {
                self.leaf(column, ALWAYS, |of| Split::constant(of, NEVER))
            }
            Filter::Null { column, is_null: false } => {
                self.leaf(column, NEVER, |of| Split::constant(of, ALWAYS))
            }
        }
    }

    fn join_all(&mut self, joint: Joint, neutral: Id, parts: &[Filter]) -> Result<Id, Complaint> {
        parts.iter().try_fold(neutral, |whole, part| {
            let part = self.of(part)?;
            self.join(joint, whole, part)
        })
    }

    fn leaf(
        &mut self,
        column: &str,
        null: Id,
        split: impl FnOnce(&'static crate::schema::Column) -> Split,
    ) -> Result<Id, Complaint> {
        let reached = self.dataset.reach(column)?;
        let of = (reached.dataset != self.dataset).then_some(reached.dataset);
        let own = reached.dataset.columns().position(|known| known.name == reached.column.name);
        let place = (of, own.ok_or_else(|| Complaint::new("where", format!("{column:?} is no column")))?);
        self.node(Node { place, column: reached.column.name, null, held: split(reached.column) })
    }

    /// The id of a node: each stands there once, and one that makes no difference not at all.
    fn node(&mut self, node: Node) -> Result<Id, Complaint> {
        if node.held.is_constant(node.null) {
            return Ok(node.null);
        }
        if let Some(&id) = self.known.get(&node) {
            return Ok(id);
        }
        let id = Id::try_from(self.nodes.len() + 2).map_err(|_| tangled())?;
        self.nodes.push(node.clone());
        self.known.insert(node, id);
        Ok(id)
    }

    fn get(&self, id: Id) -> Option<&Node> {
        usize::try_from(id).ok()?.checked_sub(2).and_then(|at| self.nodes.get(at))
    }

    fn join(&mut self, joint: Joint, one: Id, other: Id) -> Result<Id, Complaint> {
        if let Some(id) = joint.settled(one, other) {
            return Ok(id);
        }
        let question = (joint, one.min(other), one.max(other));
        if let Some(&id) = self.joined.get(&question) {
            return Ok(id);
        }
        let (Some(left), Some(right)) = (self.get(one).cloned(), self.get(other).cloned()) else {
            return Err(tangled());
        };
        // Whichever asks for the later column is the same on every way out of the earlier one.
        let spread = |node: &Node, id: Id, place: (Option<Dataset>, usize), like: &Split| {
            if node.place == place { (node.null, node.held.clone()) } else { (id, like.same_everywhere(id)) }
        };
        let (place, column, like) = if left.place <= right.place {
            (left.place, left.column, &left.held)
        } else {
            (right.place, right.column, &right.held)
        };
        let (null_one, held_one) = spread(&left, one, place, like);
        let (null_other, held_other) = spread(&right, other, place, like);
        self.work += held_one.ways() + held_other.ways();
        if self.work > WORK_MAX {
            return Err(tangled());
        }
        let null = self.join(joint, null_one, null_other)?;
        let held = held_one.zip(&held_other, |a, b| self.join(joint, a, b))?;
        let id = self.node(Node { place, column, null, held })?;
        self.joined.insert(question, id);
        Ok(id)
    }

    /// Spells a node and, where they are met first, those that it leads to, numbered in the order of meeting.
    fn spell(&self, id: Id, met: &mut HashMap<Id, usize>, text: &mut String) {
        // Writing to a String can't fail.
        let Some(node) = self.get(id) else {
            let _ = write!(text, "{id}");
            return;
        };
        if let Some(number) = met.get(&id) {
            let _ = write!(text, "#{number}");
            return;
        }
        met.insert(id, met.len());
        if let (Some(of), _) = node.place {
            let _ = write!(text, "{of}.");
        }
        let _ = write!(text, "{}{{null:", node.column);
        self.spell(node.null, met, text);
        node.held.spell(text, |id, text| self.spell(id, met, text));
        text.push('}');
    }
}

fn tangled() -> Complaint {
    Complaint::new("where", "the filter is too tangled to be compared with others; ask for less at once")
}
