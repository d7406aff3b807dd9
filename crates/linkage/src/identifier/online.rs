//! Names used online: email addresses and platform handles.
//! Case never tells two mailboxes or two handles apart here.

use super::reading::{Fault, Reading};
use crate::compatible::compatible;
use crate::invisible::is_invisible;

/// What a provider ignores in the part before the `@`, and the domain under which its other domains deliver.
struct Provider {
    domains: &'static [&'static str],
    canonical: &'static str,
    ignores_dots: bool,
}

/// Provider rules, stated once. All of these ignore what follows a plus sign.
const PROVIDERS: &[Provider] = &[
    Provider { domains: &["gmail.com", "googlemail.com"], canonical: "gmail.com", ignores_dots: true },
    Provider { domains: &["icloud.com", "me.com", "mac.com"], canonical: "icloud.com", ignores_dots: false },
    Provider {
        domains: &["proton.me", "protonmail.com", "pm.me"],
        canonical: "proton.me",
        ignores_dots: true,
    },
    Provider { domains: &["outlook.com"], canonical: "outlook.com", ignores_dots: false },
    Provider { domains: &["hotmail.com"], canonical: "hotmail.com", ignores_dots: false },
    Provider { domains: &["hotmail.co.uk"], canonical: "hotmail.co.uk", ignores_dots: false },
    Provider { domains: &["live.co.uk"], canonical: "live.co.uk", ignores_dots: false },
    Provider { domains: &["fastmail.com"], canonical: "fastmail.com", ignores_dots: false },
];

/// Platforms by their other names and their addresses.
const PLATFORMS: &[(&str, &[&str])] = &[
    ("discord", &["discord.com", "discord.gg"]),
    ("facebook", &["fb", "facebook.com", "fb.com", "m.facebook.com"]),
    ("instagram", &["ig", "insta", "instagram.com"]),
    ("snapchat", &["snap", "sc", "snapchat.com/add"]),
    ("telegram", &["tg", "t.me", "telegram.me"]),
    ("tiktok", &["tt", "tiktok.com"]),
    ("x", &["twitter", "x.com", "twitter.com"]),
];

/// `local@domain` in lower case, with the provider's rules applied.
pub(super) fn email(raw: &str) -> Reading {
    const SHAPE: &str = "must be a name, an @ and a domain, such as name@example.com";
    let text = lower(raw);
    let text = text.strip_prefix("mailto:").unwrap_or(&text);
    let text = text.trim_matches(['<', '>']);
    let (local, domain) = text.split_once('@').ok_or(Fault::shape(SHAPE))?;
    let domain = domain.trim_end_matches('.');
    let local_fits = (1..=64).contains(&local.len())
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    if !local_fits || !is_domain(domain) {
        return Err(Fault::shape(SHAPE));
    }
    let Some(provider) = PROVIDERS.iter().find(|provider| provider.domains.contains(&domain)) else {
        return Ok(format!("{local}@{domain}"));
    };
    let mailbox = local.split('+').next().unwrap_or(local);
    let mailbox = if provider.ignores_dots { mailbox.replace('.', "") } else { mailbox.to_owned() };
    if mailbox.is_empty() {
        return Err(Fault::shape(SHAPE));
    }
    Ok(format!("{mailbox}@{}", provider.canonical))
}

/// `platform:name` or a bare `name`, in lower case without a leading `@`. Addresses of known platforms are read too.
pub(super) fn handle(raw: &str) -> Reading {
    const SHAPE: &str = "must be a name without spaces, alone or after its platform, such as instagram:name";
    let text = lower(raw);
    let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(&text);
    let text = text.strip_prefix("www.").unwrap_or(text).trim_end_matches('/');
    let (platform, name) = match text.rsplit_once(['/', ':']) {
        Some((platform, name)) => (platform.trim_end_matches(['/', ':']), name),
        None => ("", text),
    };
    let name = name.trim_start_matches('@').split('?').next().unwrap_or_default();
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
    if name.is_empty() || name.chars().count() > 64 || !plain(name) || platform.len() > 64 {
        return Err(Fault::shape(SHAPE));
    }
    if platform.is_empty() {
        return Ok(name.to_owned());
    }
    let known = PLATFORMS.iter().find(|(word, others)| *word == platform || others.contains(&platform));
    match known {
        Some((word, _)) => Ok(format!("{word}:{name}")),
        None if plain(platform) => Ok(format!("{platform}:{name}")),
        None => Err(Fault::shape(SHAPE)),
    }
}

fn lower(raw: &str) -> String {
    let shown = raw.chars().filter(|&c| !is_invisible(c)).collect::<String>();
    let folded: String = compatible(shown.trim()).flat_map(char::to_lowercase).collect();
    compatible(&folded).collect()
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(label)
        && last.chars().count() >= 2
        && !last.chars().all(|c| c.is_ascii_digit())
}
