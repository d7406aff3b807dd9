//! Made-up identifiers with right shapes and check digits (domain.md, Identifiers).
//! Each function makes one kind, written as the force that records it tends to write it.

use jiff::civil::Date;
use model::vocabulary::Sex;

use crate::dice::Dice;

/// Check letters of PNC ids and CRO numbers: the number modulo 23 picks one.
const CHECK_LETTERS: &[u8] = b"ZABCDEFGHJKLMNPQRTUVWXY";

fn check_letter(number: u64) -> char {
    let at = usize::try_from(number % 23).unwrap_or(0);
    CHECK_LETTERS.get(at).copied().map_or('Z', char::from)
}

/// `YYYY/NNNNNNNX`.
pub(crate) fn pnc_id(year: i16, dice: &mut Dice) -> String {
    pnc_id_of(year, dice.below(600_000) + 1)
}

fn pnc_id_of(year: i16, serial: u64) -> String {
    let short = u64::from(year.unsigned_abs() % 100);
    format!("{year:04}/{serial:07}{}", check_letter(short * 10_000_000 + serial))
}

/// `NNNNNN/YYX`.
pub(crate) fn cro(year: i16, dice: &mut Dice) -> String {
    cro_of(year, dice.below(500_000) + 1)
}

fn cro_of(year: i16, serial: u64) -> String {
    let short = u64::from(year.unsigned_abs() % 100);
    format!("{serial:06}/{short:02}{}", check_letter(short * 1_000_000 + serial))
}

/// Two letters, six digits, A to D; prefixes that are never issued are left out.
pub(crate) fn nino(dice: &mut Dice) -> String {
    const NEVER: &[&str] = &["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];
    let first = dice.letters("ABCEGHJKLMNOPRSTWXYZ", 1);
    let second = dice.letters("ABCEGHJKLMNPRSTWXYZ", 1);
    let prefix = format!("{first}{second}");
    let prefix = if NEVER.contains(&prefix.as_str()) { "AB".to_owned() } else { prefix };
    format!("{prefix}{}{}", dice.digits(6), dice.letters("ABCD", 1))
}

/// A registration mark, mostly of the current kind; never one that is planted.
pub(crate) fn vrm(dice: &mut Dice) -> String {
    const TAG: &str = "ABCDEFGHJKLMNOPRSTUVWXY";
    const RANDOM: &str = "ABCDEFGHJKLMNOPRSTUVWXYZ";
    match dice.below(100) {
        0..88 => {
            let year = dice.between(2, 25);
            let age = if dice.chance(500) { year } else { year + 50 };
            format!("{}{age:02} {}", dice.letters(TAG, 2), dice.letters(RANDOM, 3))
        }
        88..95 => {
            let number = dice.between(21, 999);
            format!("{}{number} {}", dice.letters("ABCDEFGHJKLMNPRSTVWXY", 1), dice.letters(TAG, 3))
        }
        95..97 => {
            let number = dice.between(21, 999);
            format!("{} {number}{}", dice.letters(TAG, 3), dice.letters("ABCDEFGHJKLMNPRSTVWXY", 1))
        }
        _ => {
            let place = dice.word(&["AIZ", "BIZ", "CIA", "DIL", "EIA", "FIW", "HIG", "JIL", "KIW", "LIB"]);
            format!("{place} {}", dice.between(1000, 9999))
        }
    }
}

/// 17 characters with the check digit in the ninth place.
pub(crate) fn vin(dice: &mut Dice) -> String {
    const CHARACTERS: &str = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
    let maker =
        dice.word(&["SAJ", "SAL", "SAR", "WVW", "WBA", "WDB", "VF1", "VF3", "TMB", "ZFA", "VSS", "JTD"]);
    let start = format!("{maker}{}", dice.letters(CHARACTERS, 5));
    let end = format!("{}{}", dice.letters(CHARACTERS, 2), dice.digits(6));
    format!("{start}{}{end}", vin_check(&format!("{start}0{end}")))
}

/// The check digit of a number whose ninth character counts nothing.
fn vin_check(vin: &str) -> char {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let worth = |c: char| match c {
        '0'..='9' => u32::from(c) - u32::from('0'),
        'A'..='H' => u32::from(c) - u32::from('A') + 1,
        'J'..='R' => u32::from(c) - u32::from('J') + 1,
        _ => u32::from(c).saturating_sub(u32::from('S')) + 2,
    };
    let sum: u32 = vin.chars().zip(WEIGHTS).map(|(c, weight)| worth(c) * weight).sum();
    char::from_digit(sum % 11, 10).unwrap_or('X')
}

/// A UK mobile number with `+44` or a leading zero.
pub(crate) fn phone(dice: &mut Dice) -> String {
    // Ranges in which every number is well formed.
    let (first, last) = dice
        .pick(&[(740, 744), (753, 759), (771, 777), (784, 789), (794, 798)])
        .copied()
        .unwrap_or((740, 744));
    let national = format!("{}{}", dice.between(first, last), dice.digits(7));
    if dice.chance(500) { format!("+44{national}") } else { format!("0{national}") }
}

/// 15 digits, the last by Luhn.
pub(crate) fn imei(dice: &mut Dice) -> String {
    let body = format!("{}{}", dice.word(&["35", "86", "01"]), dice.digits(12));
    let sum: u32 = body
        .chars()
        .filter_map(|c| c.to_digit(10))
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, times)| digit * times / 10 + digit * times % 10)
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// Sort code and account number.
pub(crate) fn uk_account(dice: &mut Dice) -> String {
    format!("{:02}-{:02}-{:02} {}", dice.between(4, 90), dice.below(100), dice.below(100), dice.digits(8))
}

/// A British account number of a bank that does not exist.
pub(crate) fn iban(dice: &mut Dice) -> String {
    let bank = dice.word(&["BLMP", "FCTN", "MDUP", "NOBK"]);
    let account = format!("{bank}{}", dice.digits(14));
    let remainder =
        format!("{account}GB00").chars().filter_map(|c| c.to_digit(36)).fold(0_u64, |rest, digit| {
            let shift = if digit > 9 { 100 } else { 10 };
            (rest * shift + u64::from(digit)) % 97
        });
    format!("GB{:02}{account}", 98 - remainder)
}

/// An address under a domain that is reserved for examples.
pub(crate) fn email(given: &str, family: &str, dice: &mut Dice) -> String {
    let plain =
        |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
    let (given, family) = (plain(given), plain(family));
    let domain =
        dice.word(&["example.com", "example.org", "example.net", "mail.example.com", "post.example.org"]);
    match dice.below(3) {
        0 => format!("{given}.{family}{}@{domain}", dice.below(1000)),
        1 => format!("{given}{}{}@{domain}", family.chars().next().unwrap_or('x'), dice.between(60, 9999)),
        _ => format!("{family}{}@{domain}", dice.between(10, 99_999)),
    }
}

/// A name on a platform that does not exist.
pub(crate) fn handle(given: &str, dice: &mut Dice) -> String {
    let name: String = given.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
    let word = dice.word(&["king", "ldn", "trap", "boss", "star", "fox", "moon", "drip", "zone", "uk"]);
    let name = format!("{name}_{word}{}", dice.below(10_000));
    if dice.chance(700) {
        format!("{}:{name}", dice.word(&["chatter", "pixgram", "snapster", "telechat"]))
    } else {
        name
    }
}

/// A wallet address: 40 hexadecimal digits after `0x`.
pub(crate) fn wallet(dice: &mut Dice) -> String {
    format!("0x{}", dice.letters("0123456789abcdef", 40))
}

/// Nine digits.
pub(crate) fn passport(dice: &mut Dice) -> String {
    format!("{}{}", dice.between(1, 5), dice.digits(8))
}

/// 16 characters: family name, birth date, sex, initials.
pub(crate) fn driving_licence(family: &str, given: &str, dob: Date, sex: Sex, dice: &mut Dice) -> String {
    let letters =
        |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_uppercase();
    let family: String = format!("{}99999", letters(family)).chars().take(5).collect();
    let initials: Vec<char> = given.split(' ').filter_map(|name| letters(name).chars().next()).collect();
    let initial = |at: usize| initials.get(at).copied().unwrap_or('9');
    let month = i16::from(dob.month()) + if sex == Sex::Female { 50 } else { 0 };
    let (decade, year) = (dob.year() / 10 % 10, dob.year() % 10);
    let tail = dice.letters("ABCDEFGHJKLMNPRSTUVWXYZ", 2);
    format!("{family}{decade}{month:02}{:02}{year}{}{}9{tail}", dob.day(), initial(0), initial(1))
}

/// Eight digits, or two letters and six.
pub(crate) fn company_number(dice: &mut Dice) -> String {
    match dice.below(20) {
        0 => format!("SC{}", dice.digits(6)),
        1 => format!("OC{}", dice.digits(6)),
        _ => format!("{:08}", dice.between(1_000_000, 15_999_999)),
    }
}

/// Up to twelve digits.
pub(crate) fn uprn(dice: &mut Dice) -> String {
    format!("{}{}", dice.between(1, 9), dice.digits(11))
}

#[cfg(test)]
mod tests {
    use super::{cro_of, driving_licence, pnc_id_of, vin_check};
    use crate::dice::{Dice, Purpose};
    use model::vocabulary::Sex;

    fn dice() -> Dice {
        Dice::new(1, Purpose::Belongings, 0, 0)
    }

    #[test]
    fn known_check_letters() {
        assert_eq!(pnc_id_of(2001, 171_310), "2001/0171310W");
        assert_eq!(cro_of(2021, 265_416), "265416/21G");
        assert_eq!(vin_check("1M8GDM9AXKP042788"), 'X');
        assert_eq!(vin_check("11111111111111111"), '1');
    }

    #[test]
    fn check_digits_check() {
        let mut dice = dice();
        for _ in 0..200 {
            let imei = super::imei(&mut dice);
            let luhn: u32 = imei
                .chars()
                .rev()
                .map(|c| c.to_digit(10).unwrap())
                .enumerate()
                .map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
                .sum();
            assert_eq!((imei.len(), luhn % 10), (15, 0));
            let iban = super::iban(&mut dice);
            let turned = format!("{}{}", &iban[4..], &iban[..4]);
            let digits: String = turned.chars().map(|c| c.to_digit(36).unwrap().to_string()).collect();
            let rest = digits.bytes().fold(0_u32, |rest, b| (rest * 10 + u32::from(b - b'0')) % 97);
            assert_eq!((iban.len(), rest), (22, 1));
        }
    }

    #[test]
    fn a_licence_encodes_its_holder() {
        let licence =
            driving_licence("O'Fay", "Zoë Ann", "1987-03-09".parse().unwrap(), Sex::Female, &mut dice());
        assert!(licence.starts_with("OFAY9853097ZA9"), "{licence}");
        assert_eq!(licence.len(), 16);
    }
}
