//! The breaking change check: what `proto/bluelamp/v1.baseline` lists was promised and must stand as it is.
//! Fields, words and methods may be added; `BLUELAMP_ADD_TO_BASELINE=1 cargo test -p api` records them.

use std::collections::BTreeSet;
use std::path::Path;

use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet};

fn promises(descriptors: &FileDescriptorSet) -> BTreeSet<String> {
    let mut promises = BTreeSet::new();
    for file in &descriptors.file {
        let package = file.package();
        for message in &file.message_type {
            message_promises(package, message, &mut promises);
        }
        for words in &file.enum_type {
            enum_promises(package, words, &mut promises);
        }
        for service in &file.service {
            for method in &service.method {
                promises.insert(format!(
                    "rpc {package}.{}/{} {}({}) returns {}({})",
                    service.name(),
                    method.name(),
                    if method.client_streaming() { "stream " } else { "" },
                    method.input_type(),
                    if method.server_streaming() { "stream " } else { "" },
                    method.output_type(),
                ));
            }
        }
    }
    promises
}

fn message_promises(scope: &str, message: &DescriptorProto, promises: &mut BTreeSet<String>) {
    let scope = format!("{scope}.{}", message.name());
    for field in &message.field {
        let group = field
            .oneof_index
            .filter(|_| !field.proto3_optional())
            .and_then(|at| message.oneof_decl.get(usize::try_from(at).unwrap()))
            .map_or(String::new(), |oneof| format!(" in {}", oneof.name()));
        promises.insert(format!(
            "field {scope} {} = {} {:?} {:?}{}{}{group}",
            field.name(),
            field.number(),
            field.label(),
            field.r#type(),
            field.type_name.as_deref().map_or(String::new(), |name| format!(" {name}")),
            if field.proto3_optional() { " optional" } else { "" },
        ));
    }
    for nested in &message.nested_type {
        message_promises(&scope, nested, promises);
    }
    for words in &message.enum_type {
        enum_promises(&scope, words, promises);
    }
}

fn enum_promises(scope: &str, words: &EnumDescriptorProto, promises: &mut BTreeSet<String>) {
    for word in &words.value {
        promises.insert(format!("word {scope}.{} {} = {}", words.name(), word.name(), word.number()));
    }
}

/// Promises of `before` that `now` no longer keeps.
fn broken(before: &BTreeSet<String>, now: &BTreeSet<String>) -> Vec<String> {
    before.difference(now).cloned().collect()
}

#[test]
fn no_promise_of_the_baseline_is_broken() {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    let now = promises(&protox::compile(["bluelamp/v1/coordinator.proto"], [&proto]).unwrap());
    let path = proto.join("bluelamp/v1.baseline");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let before: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(broken(&before, &now), Vec::<String>::new(), "peers rely on these: add anew, never change");
    if std::env::var_os("BLUELAMP_ADD_TO_BASELINE").is_some() {
        let lines: Vec<String> = now.into_iter().collect();
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    } else {
        let added = broken(&now, &before);
        assert!(added.is_empty(), "new on the wire, to be added to the baseline: {added:#?}");
    }
}

#[test]
fn a_renumbered_field_is_a_broken_promise() {
    let before = BTreeSet::from(["field a.B c = 1 Optional String".to_owned()]);
    let now = BTreeSet::from(["field a.B c = 2 Optional String".to_owned()]);
    assert_eq!(broken(&before, &now).len(), 1);
}
