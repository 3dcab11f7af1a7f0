//! Modules from the network: from the cache, else from the server, else, for the libraries of
//! jslib.k6.io, squall's own stand-ins.
//!
//! - `cache`: modules on disk
//! - `network`: one request
//!
//! A host that cannot be reached is asked once a run. A module that is in the cache is not asked
//! for again unless the run says so.

mod cache;
mod network;

use std::collections::HashMap;
use std::path::PathBuf;

use parking_lot::Mutex;
use url::Url;

use super::builtins;
use super::error::{ModuleProblem, shown};
use super::{ModuleOptions, files};
use cache::Cache;
use network::{Failure, Network};

#[cfg(test)]
pub(super) use network::Settings;

/// Where modules with an `https://` address come from.
pub(super) struct Remote {
    offline: bool,
    refresh: bool,
    folder: Option<PathBuf>,
    cache: Option<Cache>,
    network: Network,
    /// Why a host could not be reached.
    unreachable: Mutex<HashMap<String, String>>,
}

/// The text of a module from the network.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) text: String,
    /// The name of the module of ours that is in the place of the library.
    pub(super) stand_in: Option<&'static str>,
    /// Not in the cache yet.
    pub(super) is_new: bool,
}

impl Remote {
    pub(super) fn new(options: &ModuleOptions) -> Self {
        Self {
            offline: options.offline,
            refresh: options.refresh,
            folder: options.cache.clone(),
            cache: options.cache.as_deref().and_then(Cache::open),
            network: Network::default(),
            unreachable: Mutex::default(),
        }
    }

    #[cfg(test)]
    pub(super) fn with_settings(mut self, settings: Settings) -> Self {
        self.network = Network::new(settings);
        self
    }

    /// As if the host had been asked in vain.
    #[cfg(test)]
    pub(super) fn set_unreachable(&self, url: &Url) {
        self.unreachable.lock().insert(host(url), "it is not there".to_owned());
    }

    /// Gets the text of a module.
    pub(super) fn fetch(&self, url: &Url) -> Result<Fetched, ModuleProblem> {
        let cached = || self.cache.as_ref().and_then(|cache| cache.read(url));
        if (self.offline || !self.refresh)
            && let Some(text) = cached()
        {
            tracing::debug!("{} comes from the cache", shown(url.as_str()));
            return Ok(Fetched { text, stand_in: None, is_new: false });
        }
        let problem = match self.ask(url) {
            Ok(text) => return Ok(Fetched { text, stand_in: None, is_new: true }),
            Err(problem) => problem,
        };
        if !self.offline
            && let Some(text) = cached()
        {
            tracing::warn!("{problem}; the copy in the cache is used");
            return Ok(Fetched { text, stand_in: None, is_new: false });
        }
        let Some((name, text)) = builtins::stand_in(url) else { return Err(problem) };
        let library = name.split_once(':').map_or(name, |(_, library)| library);
        tracing::info!("{problem}; squall's own version of {library} is used instead");
        Ok(Fetched { text: text.to_owned(), stand_in: Some(name), is_new: false })
    }

    /// Puts a module that turned out well into the cache.
    pub(super) fn keep(&self, url: &Url, text: &str) {
        if let Some(cache) = &self.cache {
            cache.write(url, text);
        }
    }

    /// Asks the server, if it may be asked.
    fn ask(&self, url: &Url) -> Result<String, ModuleProblem> {
        if self.offline {
            return Err(self.not_in_cache(url));
        }
        let fail = |reason: String| {
            let url = shown(url.as_str());
            Err(ModuleProblem::Fetch { url, reason: shown(&reason) })
        };
        let host = host(url);
        let known = self.unreachable.lock().get(&host).cloned();
        if let Some(reason) = known {
            return fail(reason);
        }
        match self.network.get_module(url) {
            Ok(bytes) => files::text(bytes, &shown(url.as_str())),
            Err(Failure::Unreachable(reason)) => {
                self.unreachable.lock().insert(host, reason.clone());
                fail(reason)
            }
            Err(Failure::Answer(reason)) => fail(reason),
        }
    }

    fn not_in_cache(&self, url: &Url) -> ModuleProblem {
        let folder = self.folder.clone();
        let cache = match &folder {
            Some(folder) => shown(&folder.display().to_string()),
            None => "there is no folder for it".to_owned(),
        };
        ModuleProblem::Offline { url: shown(url.as_str()), cache, folder }
    }
}

/// What is reachable or not: host and port.
fn host(url: &Url) -> String {
    url[url::Position::BeforeHost..url::Position::AfterPort].to_owned()
}

#[cfg(test)]
pub(super) mod tests;
