//! Every kind of identifier: what is read, what is refused, and what a complaint says.
//! Refused values still give records something to be found by.

use linkage::Identifier;
use linkage::identifier::check_holder;
use model::IdentifierKind::{self, *};
use model::probe::PersonProbe;
use model::vocabulary::Sex;

fn check(cases: &[(IdentifierKind, &str, Result<&str, &str>)]) {
    for &(kind, raw, wanted) in cases {
        let read = Identifier::parse(kind, raw);
        match (&read, wanted) {
            (Ok(identifier), Ok(value)) => {
                assert_eq!(identifier.value(), value, "{kind} {raw:?}");
                let record = Identifier::of_record(kind, raw).unwrap();
                assert!(!record.failed_check && record.identifier == *identifier, "{kind} {raw:?}");
            }
            (Err(complaint), Err(why)) => {
                let text = complaint.to_string();
                assert!(text.starts_with(kind.as_str()) && text.contains(why), "{kind} {raw:?}: {text}");
                let record = Identifier::of_record(kind, raw);
                assert!(record.is_none_or(|record| record.failed_check), "{kind} {raw:?}");
            }
            (Ok(_), Err(why)) => panic!("{kind} {raw:?} should be refused: {why}"),
            (Err(complaint), Ok(_)) => panic!("{kind} {raw:?} should be read: {complaint}"),
        }
    }
}

#[test]
fn police_numbers() {
    check(&[
        (PncId, "2001/0171310W", Ok("2001/0171310W")),
        (PncId, "01/171310W", Ok("2001/0171310W")),
        (PncId, " 01 / 0171310 w ", Ok("2001/0171310W")),
        (PncId, "01171310W", Ok("2001/0171310W")),
        (PncId, "20010171310W", Ok("2001/0171310W")),
        (PncId, "39/8Z", Err("check letter does not fit")),
        (PncId, "39/8A", Err("check letter does not fit")),
        (PncId, "01/171310X", Err("check letter does not fit: a digit or letter was mistyped")),
        (PncId, "01/171301W", Err("check letter does not fit")),
        (PncId, "2001/0171310", Err("must be a year")),
        (PncId, "1801/0171310W", Err("1900 to 2099")),
        (PncId, "1/2/3W", Err("must be a year")),
        (PncId, "", Err("must be a year")),
        (Cro, "265416/21G", Ok("265416/21G")),
        (Cro, "265416 / 21 g", Ok("265416/21G")),
        (Cro, "26541621G", Ok("265416/21G")),
        (Cro, "265416/21H", Err("check letter does not fit")),
        (Cro, "SF39/83426G", Err("check letter does not fit")),
        (Cro, "G265416", Err("must be up to six digits")),
        (PncId, "0001/0000001B", Err("1900 to 2099")),
        (PncId, "01\\171310w", Ok("2001/0171310W")),
        (PncId, "01/0171310I", Err("check letter does not fit")),
        (PncId, "２００１／０１７１３１０Ｗ", Ok("2001/0171310W")),
        (Cro, "２６５４１６/21Ｇ", Ok("265416/21G")),
        (Cro, "000000/21A", Err("check letter does not fit")),
        (Cro, "265416/2021G", Err("must be up to six digits")),
        (Cro, "265416/21", Err("must be up to six digits")),
        (Cro, "", Err("must be up to six digits")),
    ]);
}

#[test]
fn personal_documents() {
    check(&[
        (Nino, "ab 12 34 56 c", Ok("AB123456C")),
        (Nino, "AB-123456-C", Ok("AB123456C")),
        (Nino, "DA123456C", Err("begins with these two letters")),
        (Nino, "AO123456C", Err("begins with these two letters")),
        (Nino, "GB123456A", Err("begins with these two letters")),
        (Nino, "AB123456E", Err("must be A, B, C or D")),
        (Nino, "AB123456", Err("lacks its last letter")),
        (Nino, "AB12345C", Err("must be two letters")),
        (Nino, "JK 12 34 56 D", Ok("JK123456D")),
        (Nino, "\u{202d}AB123456C\u{202c}", Ok("AB123456C")),
        (Nino, "ＡＢ１２３４５６Ｃ", Ok("AB123456C")),
        (Nino, "QQ123456C", Err("begins with these two letters")),
        (Nino, "NT123456A", Err("begins with these two letters")),
        (Nino, "A1123456C", Err("must be two letters")),
        (Passport, "GBR-925665416", Ok("GBR925665416")),
        (Passport, "PASSPORT", Err("6 to 12")),
        (Passport, "1234567890123", Err("6 to 12")),
        (Passport, "92566541?", Err("6 to 12")),
        (Passport, "925 665 416", Ok("925665416")),
        (Passport, "c01x00t47", Ok("C01X00T47")),
        (Passport, "12", Err("6 to 12")),
        (DrivingLicence, "MORGA 657054 SM9IJ", Ok("MORGA657054SM9IJ")),
        (DrivingLicence, "morga657054sm9ij 35", Ok("MORGA657054SM9IJ")),
        (DrivingLicence, "FOX99802300A99AA", Err("cannot be")),
        (DrivingLicence, "FOX99852290A99AA", Ok("FOX99852290A99AA")),
        (DrivingLicence, "MORGA663054SM9IJ", Err("cannot be")),
        (DrivingLicence, "12345678", Ok("12345678")),
        (DrivingLicence, "MORGA657054", Err("16 characters")),
    ]);
}

#[test]
fn vehicles() {
    check(&[
        (Vrm, "ab12 cde", Ok("AB12CDE")),
        (Vrm, "LO51 ABC", Ok("L051ABC")),
        (Vrm, "L051ABC", Ok("L051ABC")),
        (Vrm, "A1 BCD", Ok("A1BCD")),
        (Vrm, "ABC 123D", Ok("ABC123D")),
        (Vrm, "1", Err("not the shape")),
        (Vrm, "IO", Ok("10")),
        (Vrm, "VIP 1", Ok("V1P1")),
        (Vrm, "AIG 1234", Ok("A1G1234")),
        (Vrm, "101 D 234", Ok("101D234")),
        (Vrm, "Q123ABC", Ok("Q123ABC")),
        (Vrm, "F:AB-123-CD", Ok("AB123CD")),
        (Vrm, "AB-123-CD", Err("not the shape")),
        (Vrm, "AB12 CDEF", Err("not the shape")),
        (Vrm, "A123 BCD", Ok("A123BCD")),
        (Vrm, "ABC 1A", Ok("ABC1A")),
        (Vrm, "1234 AB", Ok("1234AB")),
        (Vrm, "A 1", Ok("A1")),
        (Vrm, "1 RO", Ok("1R0")),
        (Vrm, "BIG 99", Ok("B1G99")),
        (Vrm, "ABZ 1234", Ok("ABZ1234")),
        (Vrm, "LUI 1", Ok("LU11")),
        (Vrm, "\u{feff}ab12\u{a0}cde", Ok("AB12CDE")),
        (Vrm, "PL: WA 12345", Ok("WA12345")),
        (Vrm, "GB:AB12CDE", Err("a foreign mark is")),
        (Vrm, "ABCDE", Err("not the shape")),
        (Vrm, "123456", Err("not the shape")),
        (Vrm, "*", Err("letters and digits")),
        (Vrm, "???????", Err("letters and digits")),
        (Vrm, "%", Err("letters and digits")),
        (Vrm, "A.*", Err("letters and digits")),
        (Vrm, "AB12 CD!", Err("letters and digits")),
        (Vin, "1HGCM82633A004352", Ok("1HGCM82633A004352")),
        (Vin, "1M8GDM9AXKP042788", Ok("1M8GDM9AXKP042788")),
        (Vin, "1HGCM82634A004352", Err("check digit does not fit")),
        (Vin, "WVWZZZ1JZXW000001", Ok("WVWZZZ1JZXW000001")),
        (Vin, "WVWZZZIJZXW000001", Err("never holds I, O or Q")),
        (Vin, "WVWZZZ1JZXW00001", Err("17 letters and digits")),
    ]);
}

#[test]
fn telephones() {
    check(&[
        (Phone, "020 7946 0123", Ok("+442079460123")),
        (Phone, "+44 (0)20 7946 0123", Ok("+442079460123")),
        (Phone, "0044 20 7946 0123", Ok("+442079460123")),
        (Phone, "07700 900123", Ok("+447700900123")),
        (Phone, "447700900123", Ok("+447700900123")),
        (Phone, "tel:+44-7700-900123", Ok("+447700900123")),
        (Phone, "07400 123456", Ok("+447400123456")),
        (Phone, "01632 960123 ext 45", Ok("+441632960123")),
        (Phone, "+33 1 23 45 67 89", Ok("+33123456789")),
        (Phone, "+1 (212) 736-5000", Ok("+12127365000")),
        (Phone, "+39 06 1234 5678", Ok("+390612345678")),
        (Phone, "(020) 7946 0123", Ok("+442079460123")),
        (Phone, "+44 020 7946 0123", Ok("+442079460123")),
        (Phone, "0044 (0)20 7946 0123", Ok("+442079460123")),
        (Phone, "\u{202a}+44 7700 900123\u{202c}", Ok("+447700900123")),
        (Phone, "07700\u{2011}900\u{2011}123", Ok("+447700900123")),
        (Phone, "020 7946 0123 x12", Ok("+442079460123")),
        (Phone, "01632 960123 extension 45", Ok("+441632960123")),
        (Phone, "0033 1 23 45 67 89", Ok("+33123456789")),
        (Phone, "+48 22 123 45 67", Ok("+48221234567")),
        (Phone, "028 9649 6123", Ok("+442896496123")),
        (Phone, "999", Err("telephone number")),
        (Phone, "+44", Err("telephone number")),
        (Phone, "07700 900123 07700 900124", Err("telephone number")),
        (Phone, "00000000000", Err("")),
        (Phone, "07400 12345", Err("mistyped, left out or added")),
        (Phone, "+999 123 456 789", Err("telephone number")),
        (Phone, "call me", Err("telephone number")),
        (Imei, "49-015420-323751-8", Ok("490154203237518")),
        (Imei, "490154203237519", Err("check digit does not fit")),
        (Imei, "4901542032375112", Ok("490154203237518")),
        (Imei, "49015420323751", Ok("490154203237518")),
        (Imei, "49-015420-323751", Ok("490154203237518")),
        (Imei, "IMEI 490154203237518", Err("15 digits")),
        (Imei, "\u{200e}490154203237518", Ok("490154203237518")),
        (Imei, "49015420323751801", Err("15 digits")),
        (Imei, "4901542", Err("15 digits")),
        (Imei, "4901542032375", Err("or 14 without the last")),
    ]);
}

#[test]
fn accounts_and_wallets() {
    check(&[
        (Iban, "GB82 WEST 1234 5698 7654 32", Ok("GB82WEST12345698765432")),
        (Iban, "iban de89 3704 0044 0532 0130 00", Ok("DE89370400440532013000")),
        (Iban, "GB82 WEST 1234 5698 7654 33", Err("check digits do not fit")),
        (Iban, "GB82 WEST 1234 5698 7654 3", Err("not as long")),
        (Iban, "ZZ82 WEST 1234 5698 7654 32", Err("not a country")),
        (Iban, "12345678", Err("must be a country")),
        (UkAccount, "12-34-56 12345678", Ok("12-34-56 12345678")),
        (UkAccount, "12345612345678", Ok("12-34-56 12345678")),
        (UkAccount, "12 34 56 / 1234 5678", Ok("12-34-56 12345678")),
        (UkAccount, "12-34-56 1234567", Err("leading zero")),
        (UkAccount, "12-34-56", Err("sort code of six digits")),
        (UkAccount, "12345678", Err("lacks its sort code")),
        (UkAccount, "\u{202d}12-34-56\u{202c} 12345678", Ok("12-34-56 12345678")),
        (UkAccount, "12–34–56 12345678", Ok("12-34-56 12345678")),
        (UkAccount, "12-34-56 123456789", Err("sort code of six digits")),
        (UkAccount, "AB-34-56 12345678", Err("sort code of six digits")),
        (Iban, "GB82\u{a0}WEST\u{a0}1234\u{a0}5698\u{a0}7654\u{a0}32", Ok("GB82WEST12345698765432")),
        (Iban, "FR14 2004 1010 0505 0001 3M02 606", Ok("FR1420041010050500013M02606")),
        (Iban, "PL61 1090 1014 0000 0712 1981 2874", Ok("PL61109010140000071219812874")),
        (Iban, "GB28 WEST 1234 5698 7654 32", Err("check digits do not fit")),
        (Wallet, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Ok("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")),
        (
            Wallet,
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            Ok("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        ),
        (
            Wallet,
            "0x52908400098527886E0F7030069857D2E4169EE7",
            Ok("0x52908400098527886e0f7030069857d2e4169ee7"),
        ),
        (
            Wallet,
            "bitcoin:3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy?amount=1",
            Ok("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        ),
        (Wallet, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0", Err("0, O, I and l")),
        (Wallet, "0x52908400098527886E0F7030069857D2E4169EE", Err("40 hexadecimal digits")),
        (Wallet, "hello", Err("bitcoin, ethereum or tron")),
    ]);
}

#[test]
fn names_online() {
    check(&[
        (Email, "Jo.Bloggs@Example.COM", Ok("jo.bloggs@example.com")),
        (Email, "Jo.Bloggs+shop@googlemail.com", Ok("jobloggs@gmail.com")),
        (Email, "jo.bloggs+x@outlook.com", Ok("jo.bloggs@outlook.com")),
        (Email, "jo+x@example.com", Ok("jo+x@example.com")),
        (Email, "<mailto:jo@example.co.uk>", Err("must be a name")),
        (Email, "mailto:jo@example.co.uk", Ok("jo@example.co.uk")),
        (Email, "jo@example", Err("must be a name")),
        (Email, "j.o.bloggs@gmail.com", Ok("jobloggs@gmail.com")),
        (Email, "Jo@Me.com", Ok("jo@icloud.com")),
        (Email, "\u{200b}jo@example.com\u{feff}", Ok("jo@example.com")),
        (Email, "jo@exam\u{ad}ple.com", Ok("jo@example.com")),
        (Email, "+shop@gmail.com", Err("must be a name")),
        (Email, "jo@-example.com", Err("must be a name")),
        (Email, "jo@192.0.2.1", Err("must be a name")),
        (Email, "@", Err("must be a name")),
        (Handle, "t.me/razor", Ok("telegram:razor")),
        (Handle, "snap: razor", Err("without spaces")),
        (Handle, "@\u{202e}razor", Ok("razor")),
        (Handle, "@", Err("without spaces")),
        (Handle, "", Err("without spaces")),
        (Email, "jo@@example.com", Err("must be a name")),
        (Email, "jo bloggs@example.com", Err("must be a name")),
        (Handle, "@Razor_99", Ok("razor_99")),
        (Handle, "IG:Razor_99", Ok("instagram:razor_99")),
        (Handle, "https://www.instagram.com/Razor_99/", Ok("instagram:razor_99")),
        (Handle, "twitter:@razor", Ok("x:razor")),
        (Handle, "two words", Err("without spaces")),
    ]);
}

#[test]
fn places_and_companies() {
    check(&[
        (Uprn, "000100023336956", Err("1 to 12 digits")),
        (Uprn, "0100 0233 3695", Ok("10002333695")),
        (Uprn, "0", Err("1 to 12 digits")),
        (Postcode, "sw1a1aa", Ok("SW1A 1AA")),
        (Postcode, "SW1A", Err("second part")),
        (Postcode, "XX1 1AA", Err("postcode area")),
        (Postcode, "GIR 0AA", Ok("GIR 0AA")),
        (Postcode, "bfpo 0057", Ok("BFPO 57")),
        (Postcode, "BF1 3AA", Ok("BF1 3AA")),
        (Postcode, "GX11 1AA", Ok("GX11 1AA")),
        (Postcode, "JE2 3AB", Ok("JE2 3AB")),
        (Postcode, "BFPO", Err("must be a postcode")),
        (Postcode, "75001", Err("must be a postcode")),
        (Postcode, "SW1A 1AC", Err("")),
        (Uprn, "UPRN 100023336956", Ok("100023336956")),
        (Uprn, "100023336956\u{200b}", Ok("100023336956")),
        (Uprn, "000000000001", Ok("1")),
        (Uprn, "10002333695X", Err("1 to 12 digits")),
        (Uprn, "1000233369561", Err("1 to 12 digits")),
        (CompanyNumber, "ＳＣ０９５０００", Ok("SC095000")),
        (CompanyNumber, "OC 301234", Ok("OC301234")),
        (CompanyNumber, "NI000001", Ok("NI000001")),
        (CompanyNumber, "00000000", Err("all zeros")),
        (CompanyNumber, "SC", Err("up to eight digits")),
        (CompanyNumber, "445790", Ok("00445790")),
        (CompanyNumber, "sc95000", Ok("SC095000")),
        (CompanyNumber, "IP00001R", Ok("IP00001R")),
        (CompanyNumber, "R0000012", Ok("R0000012")),
        (CompanyNumber, "XY123456", Err("not a register's")),
        (CompanyNumber, "123456789", Err("up to eight digits")),
    ]);
}

#[test]
fn records_that_fail_their_check_are_indexed_under_their_normal_text() {
    for (kind, raw, wanted) in [
        (PncId, "01/171310x", Some("2001/0171310X")),
        (Cro, "65416/21H", Some("065416/21H")),
        (Nino, "ab 12 34 56", Some("AB123456")),
        (Vin, "WVWZZZIJZXW00000O", Some("WVWZZZ1JZXW000000")),
        (Iban, "GB82WEST12345698765433", Some("GB82WEST12345698765433")),
        (UkAccount, "12-34-56 1234567", Some("12-34-56 01234567")),
        (Vrm, "AB-123-CD", Some("AB123CD")),
        (Phone, "ask for Dave", Some("ASKFORDAVE")),
        (Postcode, "SW1A", Some("SW1A")),
        (Email, " - ", None),
        (Phone, "", None),
    ] {
        let record = Identifier::of_record(kind, raw);
        assert_eq!(record.as_ref().map(|record| record.identifier.value()), wanted, "{kind} {raw:?}");
        assert!(record.is_none_or(|record| record.failed_check), "{kind} {raw:?}");
    }
}

#[test]
fn a_licence_tells_its_holder() {
    let holder = |raw| Identifier::parse(DrivingLicence, raw).unwrap().licence_holder();
    let morgan = holder("MORGA657054SM9IJ").unwrap();
    assert_eq!(
        (morgan.surname_start.as_str(), morgan.year_of_century, morgan.month, morgan.day),
        ("MORGA", 64, 7, 5)
    );
    assert_eq!(morgan.sex, model::vocabulary::Sex::Female);
    assert!(holder("12345678").is_none());
}

#[test]
fn what_else_is_known_of_a_licence_s_holder_is_compared_with_it() {
    let holder = |family: &str, dob: Option<&str>, sex| PersonProbe {
        family_name: family.to_owned(),
        dob: dob.map(|dob| dob.parse().unwrap()),
        sex,
        ..PersonProbe::default()
    };
    let (born, none): (_, Option<&str>) = (Some("1964-07-05"), None);
    for (licence, known, wrong) in [
        ("MORGA657054SM9IJ", holder("Morgan", born, Some(Sex::Female)), none),
        ("MORGA657054SM9IJ", holder("", none, None), none),
        ("MORGA657054SM9IJ", holder("Smith-Morgan", none, None), none),
        ("MORGA657054SM9IJ", holder("MORGANS", Some("2064-07-05"), None), none),
        ("MORGA657054SM9IJ", holder("Morton", born, None), Some("family_name")),
        ("MORGA657054SM9IJ", holder("Mor", born, None), Some("family_name")),
        ("MORGA657054SM9IJ", holder("Morgan", Some("1964-05-07"), None), Some("dob")),
        ("MORGA657054SM9IJ", holder("Morgan", born, Some(Sex::Male)), Some("sex")),
        ("FOX99852290A99AA", holder("Fox", Some("1980-02-29"), Some(Sex::Female)), none),
        ("FOX99852290A99AA", holder("Foxton", None, None), Some("family_name")),
        ("MCDON803126J99AA", holder("MacDonald", None, Some(Sex::Male)), none),
        ("MCDON803126J99AA", holder("Mc Donald", None, None), none),
        ("OBRIE803126J99AA", holder("O'Brien", Some("1986-03-12"), None), none),
        ("12345678", holder("Anybody", born, Some(Sex::Male)), none),
    ] {
        let licence = Identifier::parse(DrivingLicence, licence).unwrap();
        let told = check_holder(&licence, &known).map_err(|complaint| complaint.field);
        assert_eq!(
            told.as_ref().err().map(String::as_str),
            wrong,
            "{} {:?}",
            licence.value(),
            known.family_name
        );
    }
}

#[test]
fn values_never_reach_debug_output_or_complaints() {
    let identifier = Identifier::parse(Email, "secret@example.com").unwrap();
    assert_eq!(format!("{identifier:?}"), "Identifier(email, …)");
    let record = Identifier::of_record(PncId, "99/8765432Q").unwrap();
    assert!(!format!("{record:?}").contains("8765432"));
    assert!(!Identifier::parse(PncId, "99/8765432Q").unwrap_err().to_string().contains("8765432"));
}

#[test]
fn one_thing_in_two_forms_is_brought_up_and_weighed() {
    for (kind, probe, held_kind, record, least) in [
        (Email, "jo@example.com", Email, "JO@Example.com", Some(1.0)),
        (Email, "jo.bloggs@example.com", Email, "jo.bloggs+shop@example.com", Some(0.9)),
        (Email, "jo.bloggs+a@example.com", Email, "jo.bloggs+b@example.com", Some(0.9)),
        (Email, "jobloggs@example.com", Email, "jo.bloggs@example.com", Some(0.6)),
        (Email, "j.o.bloggs+x@gmail.com", Email, "jobloggs@googlemail.com", Some(1.0)),
        (Email, "jo@example.com", Email, "jo@example.org", None),
        (Handle, "instagram:razor_99", Handle, "@razor_99", Some(0.6)),
        (Handle, "razor_99", Handle, "IG:razor_99", Some(0.6)),
        (Handle, "instagram:razor_99", Handle, "tiktok:razor_99", None),
        (UkAccount, "12-34-56 98765432", Iban, "GB82 WEST 1234 5698 7654 32", Some(1.0)),
        (Iban, "GB82 WEST 1234 5698 7654 32", UkAccount, "123456 98765432", Some(1.0)),
        (Iban, "GB82 WEST 1234 5698 7654 32", UkAccount, "98765432", Some(0.8)),
        (UkAccount, "12-34-56 98765432", UkAccount, "98765432", Some(0.8)),
        (UkAccount, "12-34-56 98765432", UkAccount, "65-43-21 98765432", None),
        (Iban, "DE89 3704 0044 0532 0130 00", UkAccount, "12-34-56 98765432", None),
        (Phone, "07700 900123", Phone, "07700 900124", None),
        (Vrm, "AB12 CDE", Phone, "AB12CDE", None),
    ] {
        let probe = Identifier::parse(kind, probe).unwrap();
        let record = Identifier::of_record(held_kind, record).unwrap().identifier;
        let found = probe.agreement(&record, 1_000_000).map(|p| p.value());
        assert_eq!(found.is_some(), least.is_some(), "{} {}", probe.value(), record.value());
        assert!(found >= least && found.is_none_or(|p| p <= least.unwrap() + 0.1), "{found:?} {least:?}");
        if found.is_some() {
            let keys = record.keys();
            assert!(
                probe.keys().iter().any(|key| keys.contains(key)),
                "{} {}",
                probe.value(),
                record.value()
            );
        }
    }
}
