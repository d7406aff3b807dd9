//! Randomness from the system, for the references that a node gives out.
//! Nobody outside the process can foresee it.

use std::sync::Arc;

use node::answer::NoiseSource;
use policy::Noise;

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
