//! The nouns of a search with their options, each turned into a probe. Values are taken as they are written, so that
//! no error of the command line repeats one.

use jiff::tz::TimeZone;
use linkage::Identifier;
use linkage::identifier::check_holder;
use model::probe::{AddressProbe, IdentifierProbe, OrganisationProbe, PartialProbe, PersonProbe};
use model::vocabulary::Sex;
use model::{Complaint, IdentifierKind, Probe};

use crate::clock::now;

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
    /// Birth date, such as 1984-02-29, or as much as is known: 1984-02, 1984, 1980..1984
    #[arg(long, value_name = "DATE")]
    dob: Option<String>,
    /// Apparent age today in years, such as 35 or 30-40
    #[arg(long, value_name = "YEARS", conflicts_with = "dob")]
    age: Option<String>,
    /// Postcode, whole or its first part
    #[arg(long, value_name = "POSTCODE")]
    postcode: Option<String>,
    /// Sex: female or male
    #[arg(long, value_name = "SEX")]
    sex: Option<Sex>,
    /// Nationality: a country, its people or its code, such as Eritrea, Eritrean, ER or ERI; of several British/Irish
    #[arg(long, value_name = "NATIONALITY")]
    nationality: Option<String>,
    /// PNC identifier, such as 01/0171310W
    #[arg(long, value_name = "PNCID", conflicts_with_all = ["given", "family", "dob", "age", "postcode", "sex", "nationality", "cro", "nino"])]
    pnc: Option<String>,
    /// CRO number, such as 265416/21G
    #[arg(long, value_name = "CRO", conflicts_with_all = ["given", "family", "dob", "age", "postcode", "sex", "nationality", "nino"])]
    cro: Option<String>,
    /// National insurance number
    #[arg(long, value_name = "NINO", conflicts_with_all = ["given", "family", "dob", "age", "postcode", "sex", "nationality"])]
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
        let person = PersonProbe {
            given_names: self.given.unwrap_or_default(),
            family_name: self.family.unwrap_or_default(),
            postcode: self.postcode,
            sex: self.sex,
            nationality: self.nationality,
            ..PersonProbe::default()
        };
        let today = now().to_zoned(TimeZone::UTC).date();
        Ok(Probe::Person(match (self.dob, self.age) {
            (Some(dob), _) => person.born_on(&dob)?,
            (None, Some(age)) => person.aged(&age, today)?,
            (None, None) => person,
        }))
    }
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
    /// Number of a UK account; without its sort code, accounts of any bank are looked for
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["value", "iban"])]
    account_number: Option<String>,
}

impl Probing for Account {
    fn probe(self) -> Result<Probe, Complaint> {
        let account = self.account_number.map(|number| match self.sort_code {
            Some(sort) => format!("{sort} {number}"),
            None => format!("*{number}"),
        });
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

/// A vehicle.
#[derive(clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Vehicle {
    /// Registration mark, such as AB12CDE. Where a character was not seen write ?, for any number of them *:
    /// 'AB1* C?E'
    #[arg(value_name = "VRM")]
    value: Option<String>,
    /// Registration mark
    #[arg(long, value_name = "VRM", conflicts_with = "value")]
    vrm: Option<String>,
    /// Vehicle identification number, whole or in part
    #[arg(long, value_name = "VIN", conflicts_with_all = ["value", "vrm"])]
    vin: Option<String>,
    /// Make, such as ford
    #[arg(long, value_name = "MAKE")]
    make: Option<String>,
    /// Colour, such as blue
    #[arg(long, value_name = "COLOUR")]
    colour: Option<String>,
    /// The mark was seen by somebody: look for it with one character misread as well. Implied by ? and *, make and
    /// colour
    #[arg(long)]
    seen: bool,
}

impl Probing for Vehicle {
    fn probe(self) -> Result<Probe, Complaint> {
        let given = [(IdentifierKind::Vrm, self.value.or(self.vrm)), (IdentifierKind::Vin, self.vin)];
        let (make, colour) = (self.make, self.colour);
        match one(given) {
            Ok(Probe::Identifier(IdentifierProbe { kind, value }))
                if self.seen || make.is_some() || colour.is_some() =>
            {
                Ok(Probe::Partial(PartialProbe { kind, pattern: value, make, colour }))
            }
            Ok(Probe::Partial(partial)) => Ok(Probe::Partial(PartialProbe { make, colour, ..partial })),
            Err(_) if make.is_some() || colour.is_some() => Err(Complaint::new(
                "vrm",
                "is missing: make and colour alone fit too many vehicles; add what was seen of the mark",
            )),
            other => other,
        }
    }
}

/// A phone.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Phone {
    /// Telephone number, such as 07700900123 or +447700900123; ? for one unknown digit, * for any number of them
    #[arg(value_name = "NUMBER")]
    value: Option<String>,
    /// Telephone number
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    /// The last digits of a telephone number, six at least
    #[arg(long, value_name = "DIGITS")]
    last: Option<String>,
    /// Handset identity, 15 digits, or 14 without the last; in part, such as *237518
    #[arg(long, value_name = "IMEI")]
    imei: Option<String>,
}

impl Probing for Phone {
    fn probe(self) -> Result<Probe, Complaint> {
        let last = self.last.map(|digits| format!("*{digits}"));
        let number = self.value.or(self.number).or(last);
        one([(IdentifierKind::Phone, number), (IdentifierKind::Imei, self.imei)])
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

/// An identity document.
#[derive(clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Document {
    /// Passport number
    #[arg(long, value_name = "NUMBER")]
    passport: Option<String>,
    /// Driving licence number. What else is known of its holder is compared with it here, and not sent
    #[arg(long, value_name = "NUMBER", conflicts_with = "passport")]
    driving_licence: Option<String>,
    /// Family name of the licence's holder
    #[arg(long, value_name = "NAME", requires = "driving_licence")]
    family: Option<String>,
    /// Birth date of the licence's holder, such as 1984-02-29
    #[arg(long, value_name = "DATE", requires = "driving_licence")]
    dob: Option<String>,
    /// Sex of the licence's holder: female or male
    #[arg(long, value_name = "SEX", requires = "driving_licence")]
    sex: Option<Sex>,
}

impl Probing for Document {
    fn probe(self) -> Result<Probe, Complaint> {
        let Self { passport, driving_licence, family, dob, sex } = self;
        let known = PersonProbe { family_name: family.unwrap_or_default(), sex, ..PersonProbe::default() };
        let holder = match dob {
            Some(dob) => known.born_on(&dob)?,
            None => known,
        };
        let given = [(IdentifierKind::Passport, passport), (IdentifierKind::DrivingLicence, driving_licence)];
        let probe = one(given)?;
        held_by(&probe, &holder)?;
        Ok(probe)
    }
}

/// Compares a driving licence, given whole, with what else is known of its holder.
pub(crate) fn held_by(probe: &Probe, holder: &PersonProbe) -> Result<(), Complaint> {
    let Probe::Identifier(IdentifierProbe { kind, value }) = probe else { return Ok(()) };
    check_holder(&Identifier::parse(*kind, value)?, holder)
}

/// A place.
#[derive(clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Address {
    /// Unique property reference number
    #[arg(long, value_name = "UPRN", conflicts_with_all = ["postcode", "number", "text"])]
    uprn: Option<String>,
    /// Postcode: whole, or its first part beside a number or text
    #[arg(long, value_name = "POSTCODE")]
    postcode: Option<String>,
    /// House number or name, with the flat where there is one: 'Flat 3, 12A'
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    /// The address as one text: '12 Mill Lane, Ripon'
    #[arg(long, value_name = "ADDRESS")]
    text: Option<String>,
}

impl Probing for Address {
    fn probe(self) -> Result<Probe, Complaint> {
        match self {
            Self { uprn: Some(value), .. } => {
                Ok(Probe::Identifier(IdentifierProbe { kind: IdentifierKind::Uprn, value }))
            }
            Self { postcode: Some(value), number: None, text: None, .. } => {
                Ok(Probe::Identifier(IdentifierProbe { kind: IdentifierKind::Postcode, value }))
            }
            Self { postcode, number, text, .. } => {
                Ok(Probe::Address(AddressProbe { postcode, number, text }))
            }
        }
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
    given.into_iter().find_map(|(kind, value)| value.map(|value| identified(kind, value)))
}

/// An identifier, or a part of one where its value says so. An address on the web may hold a `?` of its own.
pub(crate) fn identified(kind: IdentifierKind, value: String) -> Probe {
    if value.contains('*') || (value.contains('?') && linkage::partial::may_be_partial(kind)) {
        Probe::Partial(PartialProbe { kind, pattern: value, make: None, colour: None })
    } else {
        Probe::Identifier(IdentifierProbe { kind, value })
    }
}

fn one<const N: usize>(given: [(IdentifierKind, Option<String>); N]) -> Result<Probe, Complaint> {
    first(given).ok_or_else(|| Complaint::new("probe", "is missing: give one value to look for"))
}
