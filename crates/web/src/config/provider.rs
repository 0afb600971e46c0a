//! Where the people of an organisation sign in.

use super::webhook::may_be_asked;
use crate::identity::OrganisationEntry;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use store::secret;

/// A provider of OpenID Connect as the file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderEntry {
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
}

/// A provider of OpenID Connect.
#[derive(Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its name, which is where its description is found.
    pub issuer: String,
    /// Under which name the node is registered there.
    pub client_id: String,
    /// By what the node proves that it is it, where it is told to.
    pub secret: Option<String>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Provider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// The providers, by organisation.
pub(super) fn read(
    data: &Path,
    organisations: &BTreeMap<String, OrganisationEntry>,
) -> Result<BTreeMap<String, Provider>, String> {
    let mut providers = BTreeMap::new();
    for (name, organisation) in organisations {
        let Some(ProviderEntry { issuer, client_id, client_secret_file }) = &organisation.provider else {
            continue;
        };
        let of = |why: String| format!("organisation.{name}.provider {issuer}: {why}");
        may_be_asked(issuer).map_err(of)?;
        if client_id.trim().is_empty() {
            return Err(of("client_id: write the name under which the node is registered there".to_owned()));
        }
        let secret = client_secret_file.as_ref().map(|path| {
            let path = data.join(path);
            let read = secret::read_text(&path)
                .map_err(|why| of(format!("client_secret_file {}: {why}", path.display())))?;
            match read.trim() {
                "" => Err(of(format!("client_secret_file {}: it is empty", path.display()))),
                secret => Ok(secret.to_owned()),
            }
        });
        let (issuer, client_id) = (issuer.clone(), client_id.clone());
        providers.insert(name.clone(), Provider { issuer, client_id, secret: secret.transpose()? });
    }
    Ok(providers)
}
