//! Organisations: which pairs meet under a key, and how strongly they are held to be one.
//! Names in both directions, with and without a postcode.

use linkage::organisation::{
    KEYS_MAX, OrganisationRecord, OrganisationSubject, RawOrganisation, compare, probe_keys, record_keys,
};
use model::probe::OrganisationProbe;

#[test]
fn organisations_are_found_under_their_names() {
    for (probe, stored, postcodes, found) in [
        ("Acme Holdings Ltd", "ACME HOLDINGS LIMITED", None, Some(0.2)),
        ("Acme Holdings Ltd", "ACME HOLDINGS LIMITED", Some(("SW1A 1AA", "SW1A 1AA")), Some(0.9)),
        ("Golden Nails", "Brightway 12 Ltd t/a Golden Nails", None, Some(0.2)),
        ("Goldn Nails", "Golden Nails", Some(("M1 1AE", "M1 1AE")), Some(0.8)),
        ("Brightway", "Brightway Logistics (UK) Ltd", Some(("M1 1AE", "M1 1AE")), Some(0.2)),
        ("Acme Holdings", "Zenith Holdings", None, None),
        ("Trading Services", "Trading Services Ltd", None, Some(0.2)),
        ("Łódź Delikatesy", "Lodz Delikatesy sp. z o.o.", None, Some(0.0)),
        ("Golden Nails Limited", "Golden Nails PLC", Some(("M1 1AE", "M1 1AE")), Some(0.9)),
        ("Golden Nails LLP", "Golden Nails C.I.C.", Some(("M1 1AE", "M1 1AE")), Some(0.9)),
        ("Müller GmbH", "Muller", Some(("M1 1AE", "M1 1AE")), Some(0.9)),
        ("Dupont Fret SARL", "Dupont Fret S.A.R.L.", Some(("M1 1AE", "M1 1AE")), Some(0.9)),
        ("Delikatesy Kowalski Sp. z o. o.", "Delikatesy Kowalski", Some(("M1 1AE", "M1 1AE")), Some(0.9)),
        ("Golden Nails", "Brightway 12 Ltd trading as Golden Nails", Some(("M1 1AE", "M1 1AE")), Some(0.9)),
        ("Brightway 12 Ltd DBA Golden Nails", "Golden Nails", Some(("M1 1AE", "M1 1AE")), Some(0.9)),
        ("Golden Nails \u{2728}", "Golden\u{200b} Nails", Some(("M1 1AE", "M1 1AE")), Some(0.9)),
    ] {
        let probe_of = |postcode: Option<&str>| OrganisationProbe {
            name: probe.to_owned(),
            postcode: postcode.map(str::to_owned),
        };
        let subject = OrganisationSubject::try_from(&probe_of(postcodes.map(|(p, _)| p))).unwrap();
        let record = OrganisationRecord::read(&RawOrganisation {
            name: stored,
            aliases: &[],
            postcode: postcodes.map(|(_, r)| r),
        });
        let keys = record_keys(&record);
        assert!(keys.len() <= KEYS_MAX);
        let meet = probe_keys(&subject).iter().any(|key| keys.contains(key));
        assert_eq!(meet, found.is_some(), "{probe} / {stored}");
        let p = compare(&subject, &record).probability(1e-6).value();
        assert!(found.is_none_or(|least| p >= least), "{probe} / {stored}: {p}");
        assert!(found.is_some() || p < 0.01, "{probe} / {stored}: {p}");
    }
}
