//! Minting the key by which member forces notice that they hold the same person. It is never printed.

use std::path::Path;

use identity::SecretPem;
use identity::files::{self, Existing};

use crate::exit::{Exit, Failure};
use crate::output::target::stdout;
use crate::randomness;

/// Writes a new key for its owner alone.
pub(super) fn mint(out: &Path, existing: Existing) -> Result<Exit, Failure> {
    let text = SecretPem::new(randomness::tag_key()?.to_text().to_string());
    files::write_secret(out, &text, existing)?;
    let said = format!(
        "tag key  {}\ngive the same file to every member force that runs a node, by hand, and to nobody who runs a coordinator;\neach names it in node.toml: [linkage] tag_key = \"tags.key\"\n",
        out.display()
    );
    stdout(said.as_bytes())?;
    Ok(Exit::Ok)
}
