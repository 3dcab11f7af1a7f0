//! Interface `secrets`: values from sources that the person who runs the test names.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;

use crate::bindings::squall::vu::secrets::Host;
use crate::state::VuState;

/// What stands in the log for a secret.
const REDACTED: &str = "***SECRET_REDACTED***";

/// Sources of secrets, and what was taken from them so far. Cheap to clone.
#[derive(Clone, Default)]
pub struct Secrets {
    sources: Arc<Vec<SecretSource>>,
    taken: Arc<RwLock<Vec<String>>>,
}

/// Values by key.
pub struct SecretSource {
    /// What scripts call it.
    pub name: String,
    /// Whether scripts mean this one when they name none.
    pub is_default: bool,
    /// The secrets.
    pub values: BTreeMap<String, String>,
}

impl Secrets {
    /// Errors, for people, when two sources have one name, or are both the default.
    pub fn new(sources: Vec<SecretSource>) -> Result<Self, String> {
        for (index, source) in sources.iter().enumerate() {
            if sources[..index].iter().any(|other| other.name == source.name) {
                return Err(format!("two secret sources are called `{}`", source.name));
            }
        }
        if sources.iter().filter(|source| source.is_default).count() > 1 {
            return Err("two secret sources are the default: mark one of them".to_owned());
        }
        Ok(Self { sources: Arc::new(sources), taken: Arc::default() })
    }

    fn get(&self, name: Option<&str>, key: &str) -> Result<String, String> {
        let source = self.source(name)?;
        let value = source.values.get(key).ok_or_else(|| {
            format!("no value for the key `{key}` in the secret source `{}`", source.name)
        })?;
        self.redact_from_now_on(value);
        Ok(value.clone())
    }

    fn source(&self, name: Option<&str>) -> Result<&SecretSource, String> {
        if self.sources.is_empty() {
            return Err("no secret sources are configured: name one with `--secret-source`".into());
        }
        let known = || {
            let names: Vec<&str> = self.sources.iter().map(|source| &*source.name).collect();
            names.join(", ")
        };
        match name {
            Some(name) => self.sources.iter().find(|source| source.name == name).ok_or_else(|| {
                format!("no secret source with name \"{name}\" is configured: there is {}", known())
            }),
            // One source is the default, whether it says so or not.
            None if self.sources.len() == 1 => Ok(&self.sources[0]),
            None => self.sources.iter().find(|source| source.is_default).ok_or_else(|| {
                format!("no default secret source: mark one of {} with `default`", known())
            }),
        }
    }

    fn redact_from_now_on(&self, value: &str) {
        if value.is_empty() || self.taken.read().iter().any(|known| known == value) {
            return;
        }
        let mut taken = self.taken.write();
        taken.push(value.to_owned());
        // A secret that contains another goes first.
        taken.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// The text without the secrets that scripts have taken so far.
    pub fn redact(&self, text: String) -> String {
        let taken = self.taken.read();
        taken.iter().fold(text, |text, secret| {
            if text.contains(secret.as_str()) {
                text.replace(secret.as_str(), REDACTED)
            } else {
                text
            }
        })
    }
}

impl Host for VuState {
    fn get(
        &mut self,
        source: Option<String>,
        key: String,
    ) -> wasmtime::Result<Result<String, String>> {
        Ok(self.context().shared.secrets.get(source.as_deref(), &key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, is_default: bool) -> SecretSource {
        let values = [("key", "one"), ("longer", "one and more"), ("empty", "")];
        let values = values.map(|(key, value)| (key.to_owned(), value.to_owned()));
        SecretSource { name: name.to_owned(), is_default, values: values.into() }
    }

    #[test]
    fn one_source_needs_no_name() {
        let secrets = Secrets::new(vec![source("mock", false)]).unwrap();
        assert_eq!(secrets.get(None, "key").unwrap(), "one");
        assert_eq!(secrets.get(Some("mock"), "key").unwrap(), "one");
        assert!(secrets.get(Some("other"), "key").unwrap_err().contains("there is mock"));
        assert!(secrets.get(None, "none").unwrap_err().contains("no value for the key `none`"));
    }

    #[test]
    fn of_several_one_must_be_the_default() {
        let two = vec![source("a", false), source("b", false)];
        let error = Secrets::new(two).unwrap().get(None, "key").unwrap_err();
        assert!(error.contains("no default secret source"), "{error}");
        assert!(Secrets::new(vec![source("a", true), source("b", true)]).is_err());
        assert!(Secrets::new(vec![source("a", true), source("a", false)]).is_err());
        let error = Secrets::default().get(None, "key").unwrap_err();
        assert!(error.contains("--secret-source"), "{error}");
    }

    #[test]
    fn what_was_taken_is_blotted_out() {
        let secrets = Secrets::new(vec![source("mock", true)]).unwrap();
        let text = "one and more, one".to_owned();
        assert_eq!(secrets.redact(text.clone()), text);
        for key in ["key", "longer", "empty"] {
            secrets.get(None, key).unwrap();
        }
        assert_eq!(secrets.redact(text), format!("{REDACTED}, {REDACTED}"));
    }
}
