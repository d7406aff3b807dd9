//! The nouns of a search with their options, each turned into a probe. Values are taken as they are written, so that
//! no error of the command line repeats one.

use jiff::civil::Date;
use model::probe::{IdentifierProbe, OrganisationProbe, PersonProbe};
use model::vocabulary::Sex;
use model::{Complaint, IdentifierKind, Probe};

/// Options that say what to look for.
pub(super) trait Probing {
    /// What to look for.
    fn probe(self) -> Result<Probe, Complaint>;
}

/// A person.
#[derive(clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Person {
    /// Given names
    #[arg(long, value_name = "NAMES")]
    given: Option<String>,
    /// Family name
    #[arg(long, value_name = "NAME")]
    family: Option<String>,
    /// Birth date, such as 1984-02-29
    #[arg(long, value_name = "DATE")]
    dob: Option<String>,
    /// Postcode, whole or its first part
    #[arg(long, value_name = "POSTCODE")]
    postcode: Option<String>,
    /// Sex: female or male
    #[arg(long, value_name = "SEX")]
    sex: Option<Sex>,
    /// PNC identifier, such as 01/0171310W
    #[arg(long, value_name = "PNCID", conflicts_with_all = ["given", "family", "dob", "postcode", "sex", "cro", "nino"])]
    pnc: Option<String>,
    /// CRO number, such as 265416/21G
    #[arg(long, value_name = "CRO", conflicts_with_all = ["given", "family", "dob", "postcode", "sex", "nino"])]
    cro: Option<String>,
    /// National insurance number
    #[arg(long, value_name = "NINO", conflicts_with_all = ["given", "family", "dob", "postcode", "sex"])]
    nino: Option<String>,
}

impl Probing for Person {
    fn probe(self) -> Result<Probe, Complaint> {
        let identifiers = [
            (IdentifierKind::PncId, self.pnc),
            (IdentifierKind::Cro, self.cro),
            (IdentifierKind::Nino, self.nino),
        ];
        if let Some(probe) = first(identifiers) {
            return Ok(probe);
        }
        Ok(Probe::Person(PersonProbe {
            given_names: self.given.unwrap_or_default(),
            family_name: self.family.unwrap_or_default(),
            dob: self.dob.map(|dob| date(&dob)).transpose()?,
            postcode: self.postcode,
            sex: self.sex,
        }))
    }
}

fn date(text: &str) -> Result<Date, Complaint> {
    text.parse().map_err(|_| {
        Complaint::new(
            "probe.dob",
            "is not a date that the calendar has; write year-month-day, such as 1984-02-29",
        )
    })
}

/// An organisation.
#[derive(clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Organisation {
    /// Registered or trading name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Postcode, whole or its first part
    #[arg(long, value_name = "POSTCODE", requires = "name")]
    postcode: Option<String>,
    /// Company number
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["name", "postcode"])]
    company_number: Option<String>,
}

impl Probing for Organisation {
    fn probe(self) -> Result<Probe, Complaint> {
        Ok(first([(IdentifierKind::CompanyNumber, self.company_number)]).unwrap_or_else(|| {
            let name = self.name.unwrap_or_default();
            Probe::Organisation(OrganisationProbe { name, postcode: self.postcode })
        }))
    }
}

/// A bank account.
#[derive(clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Account {
    /// IBAN
    #[arg(value_name = "IBAN")]
    value: Option<String>,
    /// IBAN
    #[arg(long, value_name = "IBAN", conflicts_with = "value")]
    iban: Option<String>,
    /// Sort code of a UK account
    #[arg(long, value_name = "CODE", requires = "account_number", conflicts_with_all = ["value", "iban"])]
    sort_code: Option<String>,
    /// Number of a UK account
    #[arg(long, value_name = "NUMBER", requires = "sort_code")]
    account_number: Option<String>,
}

impl Probing for Account {
    fn probe(self) -> Result<Probe, Complaint> {
        let account =
            self.sort_code.zip(self.account_number).map(|(sort, number)| format!("{sort} {number}"));
        one([(IdentifierKind::Iban, self.value.or(self.iban)), (IdentifierKind::UkAccount, account)])
    }
}

macro_rules! identified {
    ($(#[$doc:meta])* $name:ident { $($(#[$option:meta])+ $field:ident is $kind:ident,)+ }) => {
        $(#[$doc])*
        #[derive(clap::Args)]
        #[group(required = true, multiple = false)]
        pub(super) struct $name { $($(#[$option])+ $field: Option<String>,)+ }

        impl Probing for $name {
            fn probe(self) -> Result<Probe, Complaint> {
                one([$((IdentifierKind::$kind, self.$field),)+])
            }
        }
    };
}

identified! {
    /// A vehicle.
    Vehicle {
        /// Registration mark, such as AB12CDE
        #[arg(value_name = "VRM")]
        value is Vrm,
        /// Registration mark
        #[arg(long, value_name = "VRM")]
        vrm is Vrm,
        /// Vehicle identification number
        #[arg(long, value_name = "VIN")]
        vin is Vin,
    }
}

identified! {
    /// A phone.
    Phone {
        /// Telephone number, such as 07700900123 or +447700900123
        #[arg(value_name = "NUMBER")]
        value is Phone,
        /// Telephone number
        #[arg(long, value_name = "NUMBER")]
        number is Phone,
        /// Handset identity, 15 digits
        #[arg(long, value_name = "IMEI")]
        imei is Imei,
    }
}

identified! {
    /// An email address or a name used on a platform.
    Email {
        /// Email address
        #[arg(value_name = "ADDRESS")]
        value is Email,
        /// Email address
        #[arg(long, value_name = "ADDRESS")]
        address is Email,
        /// Name used on a platform, such as platform:name
        #[arg(long, value_name = "HANDLE")]
        handle is Handle,
    }
}

identified! {
    /// An identity document.
    Document {
        /// Passport number
        #[arg(long, value_name = "NUMBER")]
        passport is Passport,
        /// Driving licence number
        #[arg(long, value_name = "NUMBER")]
        driving_licence is DrivingLicence,
    }
}

identified! {
    /// A place.
    Address {
        /// Unique property reference number
        #[arg(long, value_name = "UPRN")]
        uprn is Uprn,
        /// Whole postcode
        #[arg(long, value_name = "POSTCODE")]
        postcode is Postcode,
    }
}

identified! {
    /// A crypto-asset wallet.
    Wallet {
        /// The wallet's address
        #[arg(value_name = "ADDRESS")]
        value is Wallet,
        /// The wallet's address
        #[arg(long, value_name = "ADDRESS")]
        address is Wallet,
    }
}

fn first<const N: usize>(given: [(IdentifierKind, Option<String>); N]) -> Option<Probe> {
    let probe = |(kind, value): (IdentifierKind, Option<String>)| {
        value.map(|value| Probe::Identifier(IdentifierProbe { kind, value }))
    };
    given.into_iter().find_map(probe)
}

fn one<const N: usize>(given: [(IdentifierKind, Option<String>); N]) -> Result<Probe, Complaint> {
    first(given).ok_or_else(|| Complaint::new("probe", "is missing: give one value to look for"))
}
