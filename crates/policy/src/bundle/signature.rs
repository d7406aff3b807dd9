//! `signatures/*.toml`: what custodians signed of a bundle. Reading proves nothing; whoever holds the federation's trust
//! checks signature and certificate.

use model::Name;

use super::{BundleError, BundleFiles, Fault};

/// The folder of signatures. What lies in it is no part of the bundle's hash, which is what they sign.
pub(super) const FOLDER: &str = "signatures/";

/// A custodian's signature as its file holds it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Who signed, as the file says; the certificate proves it.
    pub signer: Name,
    /// The hash of the bundle that was signed.
    pub bundle: String,
    /// The signature, hexadecimal.
    pub signature: String,
    /// The signer's certificate, PEM.
    pub certificate: String,
}

impl Signature {
    /// The file in which the signature of `signer` belongs.
    pub fn file(signer: &Name) -> String {
        format!("{FOLDER}{}-{}.toml", signer.role(), signer.id())
    }

    /// The signature's bytes; none where the text is not hexadecimal.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let digits = self.signature.as_bytes();
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
        let (pairs, rest) = digits.as_chunks::<2>();
        let byte = |[high, low]: &[u8; 2]| Some(digit(high)? << 4 | digit(low)?);
        if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
    }
}

/// Every signature beside a bundle, with its file.
pub(super) fn read(files: &BundleFiles) -> Result<Vec<(String, Signature)>, BundleError> {
    let signatures = files.files.iter().filter(|(path, _)| path.starts_with(FOLDER));
    signatures
        .map(|(path, text)| {
            let signature: Signature = model::config::read(text, path)?;
            let proper = Signature::file(&signature.signer);
            if *path != proper {
                let why = format!("is of {}, so it belongs in {proper}", signature.signer);
                return Err(Fault::of(path, why).into());
            }
            Ok((path.clone(), signature))
        })
        .collect()
}
