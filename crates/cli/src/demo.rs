//! The demo: three forces and ROCTA on this machine, each site a folder as an operator would have it, each server a
//! process of its own, over real mutual TLS.

pub(crate) mod layout;
pub(crate) mod prepare;
pub(crate) mod processes;
pub(crate) mod story;
