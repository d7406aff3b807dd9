//! Kinds of identifier that records carry and probes may ask for.

use crate::vocabulary::{EntityKind, vocabulary};

vocabulary! {
    /// A kind of identifier. `linkage::identifier` normalises and checks values of each.
    IdentifierKind is "identifier kind" {
        /// Police National Computer id, `YYYY/NNNNNNNX`.
        PncId = "pnc_id",
        /// Criminal Records Office number, `NNNNNN/YYX`.
        Cro = "cro",
        /// National insurance number.
        Nino = "nino",
        /// Vehicle registration mark.
        Vrm = "vrm",
        /// Vehicle identification number.
        Vin = "vin",
        /// Telephone number, E.164.
        Phone = "phone",
        /// Handset identity, 15 digits with a Luhn digit.
        Imei = "imei",
        /// International bank account number.
        Iban = "iban",
        /// UK sort code and account number.
        UkAccount = "uk_account",
        /// Email address.
        Email = "email",
        /// Name used on a platform, `platform:name` or a bare name.
        Handle = "handle",
        /// Crypto-asset wallet address.
        Wallet = "wallet",
        /// Unique property reference number.
        Uprn = "uprn",
        /// Postcode.
        Postcode = "postcode",
        /// Passport number.
        Passport = "passport",
        /// Driving licence number.
        DrivingLicence = "driving_licence",
        /// Company number.
        CompanyNumber = "company_number",
    }
}

impl IdentifierKind {
    /// The kind of thing that a value of this kind names, whoever holds it.
    pub fn entity(self) -> EntityKind {
        match self {
            Self::PncId | Self::Cro | Self::Nino => EntityKind::Person,
            Self::Vrm | Self::Vin => EntityKind::Vehicle,
            Self::Phone | Self::Imei => EntityKind::Phone,
            Self::Iban | Self::UkAccount => EntityKind::Account,
            Self::Email => EntityKind::Email,
            Self::Handle => EntityKind::Handle,
            Self::Wallet => EntityKind::Wallet,
            Self::Uprn | Self::Postcode => EntityKind::Location,
            Self::Passport | Self::DrivingLicence => EntityKind::Document,
            Self::CompanyNumber => EntityKind::Organisation,
        }
    }
}
