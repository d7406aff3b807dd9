//! Mechanisms of protection and margins of error between model and wire.

use model::reply::Protection;
use model::{Margin, Mechanism};

use crate::question::{Misunderstood, malformed, newer, word};
use crate::v1;
use crate::words::Word;

pub(crate) fn protection_to_wire(protection: &Protection) -> v1::Protection {
    v1::Protection {
        minimum_cell: protection.minimum_cell,
        rounding_base: protection.counts.base(),
        sum_base: protection.sums.base(),
        counts: Some(mechanism_to_wire(protection.counts)),
        sums: Some(mechanism_to_wire(protection.sums)),
    }
}

pub(crate) fn protection_from_wire(protection: &v1::Protection) -> Result<Protection, Misunderstood> {
    let of = |mechanism: &Option<v1::Mechanism>, base| match mechanism {
        Some(mechanism) => mechanism_from_wire(mechanism),
        None => Ok(Mechanism::rounded(base)),
    };
    Ok(Protection {
        minimum_cell: protection.minimum_cell,
        counts: of(&protection.counts, protection.rounding_base)?,
        sums: of(&protection.sums, protection.sum_base)?,
    })
}

fn mechanism_to_wire(mechanism: Mechanism) -> v1::Mechanism {
    use v1::mechanism::Mechanism as Wire;
    let wire = match mechanism {
        Mechanism::Exact => Wire::Exact(v1::Exact {}),
        Mechanism::Rounded { base } => Wire::Rounded(v1::Rounded { base }),
        Mechanism::Controlled { base } => Wire::Controlled(v1::Controlled { base }),
        Mechanism::Noisy { distribution, scale_milli } => {
            Wire::Noisy(v1::Noisy { distribution: distribution.number(), scale_milli })
        }
    };
    v1::Mechanism { mechanism: Some(wire) }
}

fn mechanism_from_wire(mechanism: &v1::Mechanism) -> Result<Mechanism, Misunderstood> {
    use v1::mechanism::Mechanism as Wire;
    match &mechanism.mechanism {
        Some(Wire::Exact(_)) => Ok(Mechanism::Exact),
        Some(Wire::Rounded(rounded)) => Ok(Mechanism::Rounded { base: base(rounded.base)? }),
        Some(Wire::Controlled(controlled)) => Ok(Mechanism::Controlled { base: base(controlled.base)? }),
        Some(Wire::Noisy(noisy)) => Ok(Mechanism::Noisy {
            distribution: word("protection.distribution", noisy.distribution)?,
            scale_milli: noisy.scale_milli,
        }),
        // A figure protected in a way that this build does not know must never pass for an exact one.
        None => Err(newer("protection", "is of a kind that this build does not know")),
    }
}

fn base(base: u64) -> Result<u64, Misunderstood> {
    if base > 1 { Ok(base) } else { Err(malformed("protection.base", "must be 2 or more")) }
}

pub(crate) fn margin_to_wire(margin: Margin) -> Option<v1::Margin> {
    (!margin.is_none()).then_some(v1::Margin { rounding: margin.rounding, noise: margin.noise })
}

pub(crate) fn margin_from_wire(margin: Option<v1::Margin>) -> Margin {
    margin.map(|margin| Margin { rounding: margin.rounding, noise: margin.noise }).unwrap_or_default()
}
