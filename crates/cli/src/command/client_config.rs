//! The command `bluelamp client-config`: settings for a tool that speaks Flight SQL, ready to paste.

use std::path::{Path, PathBuf};

use identity::files::{Existing, read_bundle, read_public, write_public};
use model::Delegation;

use crate::desk::{self, AnalystConfig};
use crate::exit::{Exit, Failure, note};
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp delegate --purpose prevention --operation \"Op Lantern\" --out delegation.txt
  bluelamp client-config --for adbc --delegation delegation.txt
  bluelamp client-config --for dbeaver --delegation delegation.txt

Tools show your own certificate at the door and send the delegation along. The certificate by which they know the door is written
beside your analyst.toml, or where --ca says.";

/// Options of `bluelamp client-config`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The tool: adbc (Python), jdbc or dbeaver
    #[arg(long = "for", value_name = "TOOL")]
    tool: Tool,
    /// The file that `bluelamp delegate` wrote
    #[arg(long, value_name = "FILE")]
    delegation: PathBuf,
    /// Where to write the certificate by which tools know the door; otherwise door-ca.pem beside analyst.toml
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Your analyst.toml; otherwise the one here, or the demonstration's
    #[arg(long, value_name = "FILE", env = "BLUELAMP_CONFIG")]
    config: Option<PathBuf>,
}

/// A tool that speaks Flight SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Tool {
    /// Arrow database connectivity, from Python.
    Adbc,
    /// The Arrow Flight SQL JDBC driver.
    Jdbc,
    /// DBeaver, which uses that driver.
    Dbeaver,
}

/// What every tool is told.
struct Settings {
    /// Host and port.
    door: String,
    ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
    file: PathBuf,
    line: String,
    delegation: Delegation,
}

/// Prints the settings.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let file = desk::find(arguments.config.as_deref())?;
    let config = AnalystConfig::read(&file)?;
    let bundle = read_bundle(&config.bundle)?;
    let member = bundle.member(&config.coordinator)?;
    let door = member.door().and_then(|door| door.authority()).ok_or_else(|| {
        Failure::error(format!("{} has no door for tools in this federation", config.coordinator))
            .help("its operators open one ([door] in coordinator.toml) and add its address: bluelamp pki bundle --door")
    })?;
    let line = read_public(&arguments.delegation)?.trim().to_owned();
    let signed = api::delegation::from_text(&line)?;
    let ca = match &arguments.ca {
        Some(ca) => ca.clone(),
        None => file.parent().unwrap_or(Path::new("")).join("door-ca.pem"),
    };
    write_public(&ca, member.authority_pem(), Existing::Replace)?;
    let settings = Settings {
        door: door.to_string(),
        ca: whole(&ca)?,
        certificate: whole(&config.credentials.certificate)?,
        key: whole(&config.credentials.key)?,
        file: whole(&arguments.delegation)?,
        delegation: api::delegation::decode(&signed.delegation)?,
        line,
    };
    stdout(settings.told(arguments.tool).as_bytes())?;
    note(&format!("the delegation ends at {:.0}", settings.delegation.expires_at));
    Ok(Exit::Ok)
}

fn whole(path: &Path) -> Result<PathBuf, Failure> {
    Ok(std::path::absolute(path)?)
}

impl Settings {
    fn told(&self, tool: Tool) -> String {
        match tool {
            Tool::Adbc => self.adbc(),
            Tool::Jdbc => self.jdbc(),
            Tool::Dbeaver => self.dbeaver(),
        }
    }

    /// The call headers but the delegation, with their values.
    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("bluelamp-purpose", self.delegation.purpose.to_string()),
            ("bluelamp-operation", self.delegation.operation.to_string()),
        ];
        headers.extend(self.delegation.legal_basis.map(|basis| ("bluelamp-legal-basis", basis.to_string())));
        headers
    }

    fn adbc(&self) -> String {
        let text = |path: &Path| python(&path.display().to_string());
        let headers: String = self
            .headers()
            .iter()
            .map(|(name, value)| format!("    \"{name}\": {},\n", python(value)))
            .collect();
        format!(
            r#"# pip install adbc-driver-flightsql adbc-driver-manager pyarrow
from pathlib import Path
import adbc_driver_flightsql.dbapi as flightsql

tls = {{
    "tls_root_certs": Path({ca}).read_text(),
    "mtls_cert_chain": Path({certificate}).read_text(),
    "mtls_private_key": Path({key}).read_text(),
}}
headers = {{
{headers}    "bluelamp-delegation": Path({file}).read_text().strip(),
}}
connection = flightsql.connect(
    "grpc+tls://{door}",
    db_kwargs={{f"adbc.flight.sql.client_option.{{name}}": value for name, value in tls.items()}}
    | {{f"adbc.flight.sql.rpc.call_header.{{name}}": value for name, value in headers.items()}},
    autocommit=True,
)
with connection.cursor() as cursor:
    cursor.execute("select category, count(*) n from event group by category order by n desc")
    print(cursor.fetch_arrow_table())
"#,
            ca = text(&self.ca),
            certificate = text(&self.certificate),
            key = text(&self.key),
            file = text(&self.file),
            door = self.door,
        )
    }

    fn properties(&self) -> Vec<(&'static str, String)> {
        let text = |path: &Path| path.display().to_string();
        let mut properties = vec![
            ("useEncryption", "true".to_owned()),
            ("tlsRootCerts", text(&self.ca)),
            ("clientCertificate", text(&self.certificate)),
            ("clientKey", text(&self.key)),
        ];
        properties.extend(self.headers());
        properties.push(("bluelamp-delegation", self.line.clone()));
        properties
    }

    fn jdbc(&self) -> String {
        let properties: Vec<String> =
            self.properties().iter().map(|(name, value)| format!("{name}={}", in_url(value))).collect();
        format!(
            "# Driver: org.apache.arrow:flight-sql-jdbc-driver; Java needs --add-opens=java.base/java.nio=ALL-UNNAMED\n\
             # No user and no password: your certificate says who you are.\n\
             jdbc:arrow-flight-sql://{}/?{}\n{}",
            self.door,
            properties.join("&"),
            self.conversion(),
        )
    }

    fn dbeaver(&self) -> String {
        let properties: String =
            self.properties().iter().map(|(name, value)| format!("  {name} = {value}\n")).collect();
        format!(
            "# Database > Driver Manager > New\n\
             #   Libraries: Add Artifact, org.apache.arrow:flight-sql-jdbc-driver\n\
             #   Class name: org.apache.arrow.driver.jdbc.ArrowFlightJdbcDriver\n\
             #   URL template: jdbc:arrow-flight-sql://{{host}}:{{port}}\n\
             #   No authentication: your certificate says who you are.\n\
             # In dbeaver.ini, below -vmargs:\n\
             --add-opens=java.base/java.nio=ALL-UNNAMED\n\
             # Database > New Connection, with that driver:\n  \
             URL = jdbc:arrow-flight-sql://{}\n\
             # Driver properties:\n{properties}{}",
            self.door,
            self.conversion(),
        )
    }

    /// The key is PEM in PKCS#8, as these drivers want it; others do not.
    fn conversion(&self) -> String {
        format!(
            "# The certificate and the key are PEM, the key in PKCS#8, as this driver takes them. A tool that wants PKCS#12:\n\
             #   openssl pkcs12 -export -in {} -inkey {} -out analyst.p12\n",
            shell(&self.certificate),
            shell(&self.key),
        )
    }
}

/// A text as Python writes it.
fn python(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A path as a shell takes it.
fn shell(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

/// A value as a URL's query holds it.
fn in_url(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use model::vocabulary::LegalBasis;
    use model::{Delegation, DelegationId, Purpose};

    use super::{Settings, Tool, in_url};

    fn settings() -> Settings {
        let delegation = Delegation {
            id: DelegationId(uuid::Uuid::nil()),
            asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
            door: "spiffe://bluelamp/force/rocta/coordinator/1".parse().unwrap(),
            purpose: Purpose::Prevention,
            operation: "Op Lantern".parse().unwrap(),
            legal_basis: Some(LegalBasis::CommonLaw),
            audience: ["mps".parse().unwrap()].into(),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(8),
            questions_max: 200,
        };
        Settings {
            door: "door.rocta.example:7444".to_owned(),
            ca: "/desk/door-ca.pem".into(),
            certificate: "/desk/analyst.pem".into(),
            key: "/desk/analyst's.key".into(),
            file: "/desk/delegation.txt".into(),
            line: "CgIIAQ".to_owned(),
            delegation,
        }
    }

    #[test]
    fn settings_are_ready_to_paste() {
        for (name, tool) in [("adbc", Tool::Adbc), ("jdbc", Tool::Jdbc), ("dbeaver", Tool::Dbeaver)] {
            insta::assert_snapshot!(name, settings().told(tool));
        }
    }

    #[test]
    fn what_a_url_takes_for_a_mark_is_written_out() {
        for (text, expected) in
            [("Op Lantern", "Op%20Lantern"), ("a&b=c?#%", "a%26b%3Dc%3F%23%25"), ("é", "%C3%A9")]
        {
            assert_eq!(in_url(text), expected);
        }
    }
}
