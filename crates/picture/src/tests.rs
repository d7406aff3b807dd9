//! What must hold of a picture whatever its form: made-up answers go in, and no protected cell comes out as a number.

pub(crate) mod made;

mod forms;
mod gaps;
mod properties;
