//! The federation for reading and as JSON: its forces, and how each node is.

use jiff::Timestamp;
use serde::Serialize;

use super::coverage::moment;
use super::{aligned, plain};
use crate::desk::{MemberState, NodeState};
use crate::exit::Failure;

#[derive(Serialize)]
struct MemberJson<'a> {
    force: &'a str,
    title: &'a str,
    state: &'a str,
    version: Option<&'a str>,
    as_of: Option<Timestamp>,
    datasets: Vec<&'static str>,
}

impl<'a> From<&'a MemberState> for MemberJson<'a> {
    fn from(MemberState { force, title, state, node }: &'a MemberState) -> Self {
        Self {
            force,
            title,
            state,
            version: node.as_ref().map(|node| node.version.as_str()),
            as_of: node.as_ref().map(|node| node.as_of),
            datasets: node.as_ref().map(datasets).unwrap_or_default(),
        }
    }
}

/// The members, one line each, and how many nodes answer.
pub(crate) fn render(members: &[MemberState]) -> String {
    let headings = ["force", "node", "version", "records as of", "title", "datasets"].map(str::to_owned);
    let row = |member: &MemberState| {
        let node = member.node.as_ref();
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        vec![
            plain(&member.force),
            member.state.to_owned(),
            or_dash(node.map(|node| plain(&node.version))),
            or_dash(node.map(|node| moment(node.as_of))),
            plain(&member.title),
            or_dash(node.map(|node| datasets(node).join(", "))),
        ]
    };
    let lines = aligned(&headings, members.iter().map(row).collect(), usize::MAX);
    let answering = members.iter().filter(|member| member.node.is_some()).count();
    format!("{}\n\n{answering} of {} nodes answer\n", lines.join("\n"), members.len())
}

/// The members as one line of JSON.
pub(crate) fn json(members: &[MemberState]) -> Result<Vec<u8>, Failure> {
    let members: Vec<MemberJson<'_>> = members.iter().map(MemberJson::from).collect();
    let mut text = serde_json::to_vec(&serde_json::json!({ "forces": members }))?;
    text.push(b'\n');
    Ok(text)
}

fn datasets(node: &NodeState) -> Vec<&'static str> {
    node.datasets.iter().map(|dataset| dataset.as_str()).collect()
}
