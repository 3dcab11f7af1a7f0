//! Source maps that bundlers leave in a module or next to it:
//! `//# sourceMappingURL=data:...;base64,...` or `//# sourceMappingURL=bundle.js.map`.
//!
//! Read when the first position is asked for, and never from the network.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use oxc_sourcemap::SourceMap;
use url::Url;

use super::PositionMap;
use crate::javascript::files;

/// A map that came with a module, not read yet.
#[derive(Debug)]
pub(in crate::javascript) struct ForeignMap {
    /// Of the module.
    base: Url,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Inline(String),
    File(Url),
}

impl ForeignMap {
    /// Looks for the comment at the end of a module.
    pub(in crate::javascript) fn find(text: &str, base: &Url) -> Option<Self> {
        const MARKS: [&str; 2] = ["//# sourceMappingURL=", "//@ sourceMappingURL="];
        // It is in the last lines, and a line of base64 has no end in sight.
        let mut lines = text.lines().rev().take(5);
        let address = lines.find_map(|line| {
            let line = line.trim();
            let found = MARKS.iter().find_map(|mark| line.strip_prefix(mark));
            found.and_then(|address| address.split_whitespace().next())
        })?;
        let place = if address.starts_with("data:") {
            Place::Inline(address.to_owned())
        } else {
            let url = base.join(address).ok()?;
            let is_near = url.scheme() == "file" && base.scheme() == "file";
            is_near.then_some(Place::File(url))?
        };
        Some(Self { base: base.clone(), place })
    }

    /// Reads the map. None if there is none, or none that makes sense.
    pub(in crate::javascript) fn read(&self) -> Option<PositionMap> {
        let (bytes, base) = match &self.place {
            Place::Inline(address) => (inline(address)?, &self.base),
            Place::File(url) => (files::read(&url.to_file_path().ok()?).ok()?, url),
        };
        let text = String::from_utf8(bytes).ok()?;
        // A guard against being run as a script, which the format allows.
        let json = text.strip_prefix(")]}'").unwrap_or(&text);
        let map = SourceMap::from_json_string(json).ok()?;
        let root = map.get_source_root().unwrap_or_default().trim_end_matches('/');
        let name = |source: &str| {
            let source = match root {
                "" => source.to_owned(),
                root => format!("{root}/{source}"),
            };
            base.join(&source).ok().map(String::from)
        };
        Some(PositionMap::of(&map, name))
    }
}

/// `data:application/json;charset=utf-8;base64,e30=`
fn inline(address: &str) -> Option<Vec<u8>> {
    const FORGIVING: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let (kind, data) = address.split_once(',')?;
    kind.ends_with(";base64").then(|| FORGIVING.decode(data).ok())?
}
