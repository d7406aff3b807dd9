//! Randomness from the system, for the references that a node gives out and for keys.
//! Nobody outside the process can foresee it.

use std::sync::Arc;

use node::answer::NoiseSource;
use policy::tag::KEY_BYTES;
use policy::{Noise, TagKey};

use crate::exit::Failure;

/// The system's random generator.
struct System;

impl Noise for System {
    fn bits(&mut self) -> u128 {
        let mut bytes = [0_u8; 16];
        if getrandom::fill(&mut bytes).is_err() {
            // A reference that can be guessed would lead a stranger to a record: better no node than that.
            tracing::error!("the system gives no random bytes; stopping");
            std::process::abort();
        }
        u128::from_ne_bytes(bytes)
    }
}

/// What a node is started with.
pub(crate) fn noise() -> NoiseSource {
    Arc::new(|| Box::new(System))
}

/// A new key by which member forces notice the same person.
pub(crate) fn tag_key() -> Result<TagKey, Failure> {
    let mut bytes = [0_u8; KEY_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::error(format!("the system gives no random bytes: {error}")))?;
    Ok(TagKey::new(bytes))
}
