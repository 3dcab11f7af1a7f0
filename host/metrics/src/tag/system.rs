//! System tags: the tags that squall itself sets, and which of them are on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! system_tags {
    ($($variant:ident = $name:literal, $default:literal, $indexed:literal, $doc:literal;)*) => {
        /// A tag that squall sets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum SystemTag {
            $(#[doc = concat!("`", $name, "`: ", $doc)] $variant,)*
        }

        impl SystemTag {
            /// Every system tag.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name in samples.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// True if it is on when the option `systemTags` is not given.
            pub const fn is_default(self) -> bool {
                match self { $(Self::$variant => $default,)* }
            }

            /// True for tags of tag sets, false for metadata, which no submetric can select.
            pub const fn is_indexed(self) -> bool {
                match self { $(Self::$variant => $indexed,)* }
            }

            /// What it says, for people.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }
        }
    };
}

system_tags! {
    Proto = "proto", true, true, "protocol of the response, such as HTTP/1.1.";
    Subproto = "subproto", true, true, "WebSocket subprotocol.";
    Status = "status", true, true, "status of the response; 0 when none came.";
    Method = "method", true, true, "method of the request.";
    Url = "url", true, true, "URL of the request, or the name that was given for it.";
    Name = "name", true, true, "name of the request; its URL when none was given.";
    Group = "group", true, true, "path of the group, such as ::outer::inner; empty at the root.";
    Check = "check", true, true, "name of the check.";
    Error = "error", true, true, "what went wrong, for people.";
    ErrorCode = "error_code", true, true, "number of what went wrong.";
    TlsVersion = "tls_version", true, true, "TLS version of the connection.";
    Scenario = "scenario", true, true, "name of the scenario.";
    Service = "service", true, true, "name of the RPC service.";
    ExpectedResponse = "expected_response", true, true, "whether the response was as expected.";
    Iter = "iter", false, false, "number of the VU's iteration.";
    Vu = "vu", false, false, "number of the VU.";
    OcspStatus = "ocsp_status", false, true, "OCSP status of the server's certificate.";
    Ip = "ip", false, true, "address of the server.";
}

impl FromStr for SystemTag {
    type Err = UnknownSystemTag;

    fn from_str(name: &str) -> Result<Self, UnknownSystemTag> {
        Self::ALL.iter().copied().find(|tag| tag.as_str() == name).ok_or(UnknownSystemTag)
    }
}

impl fmt::Display for SystemTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// There is no system tag of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a system tag")]
pub struct UnknownSystemTag;

/// The system tags that are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemTags(u32);

impl Default for SystemTags {
    /// Those that k6 has on by default.
    fn default() -> Self {
        SystemTag::ALL.iter().copied().filter(|tag| tag.is_default()).collect()
    }
}

impl SystemTags {
    /// No system tag.
    pub const NONE: Self = Self(0);

    /// Reads the option `systemTags`, which replaces the default. Unknown names are left out, as in
    /// k6.
    pub fn from_names<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        names.into_iter().filter_map(|name| name.as_ref().trim().parse().ok()).collect()
    }

    /// True if a tag is on.
    #[inline]
    pub const fn has(self, tag: SystemTag) -> bool {
        self.0 & (1 << tag as u32) != 0
    }

    /// The same set with one tag more.
    #[must_use]
    pub const fn with(self, tag: SystemTag) -> Self {
        Self(self.0 | (1 << tag as u32))
    }

    /// The same set without one tag.
    #[must_use]
    pub const fn without(self, tag: SystemTag) -> Self {
        Self(self.0 & !(1 << tag as u32))
    }

    /// The tags that are on.
    pub fn iter(self) -> impl Iterator<Item = SystemTag> {
        SystemTag::ALL.iter().copied().filter(move |tag| self.has(*tag))
    }
}

impl FromIterator<SystemTag> for SystemTags {
    fn from_iter<I: IntoIterator<Item = SystemTag>>(tags: I) -> Self {
        tags.into_iter().fold(Self::NONE, Self::with)
    }
}

impl Serialize for SystemTags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(SystemTag::as_str))
    }
}

impl<'de> Deserialize<'de> for SystemTags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_names(Vec::<String>::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_that_of_k6() {
        let names: Vec<&str> = SystemTags::default().iter().map(SystemTag::as_str).collect();
        let expected = "proto subproto status method url name group check error error_code \
                        tls_version scenario service expected_response";
        assert_eq!(names, expected.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn giving_names_replaces_the_set_and_drops_unknown_ones() {
        let tags = SystemTags::from_names(["status", " vu ", "nonsense", "iter", ""]);
        assert_eq!(tags, [SystemTag::Status, SystemTag::Vu, SystemTag::Iter].into_iter().collect());
        assert!(!tags.has(SystemTag::Url));
        assert_eq!(tags.without(SystemTag::Vu).with(SystemTag::Ip).iter().count(), 3);
        assert_eq!(SystemTags::from_names(Vec::<String>::new()), SystemTags::NONE);
    }

    #[test]
    fn only_vu_and_iter_are_metadata() {
        let metadata: Vec<&str> =
            SystemTag::ALL.iter().filter(|tag| !tag.is_indexed()).map(|tag| tag.as_str()).collect();
        assert_eq!(metadata, ["iter", "vu"]);
    }

    #[test]
    fn names_travel_as_json() {
        let tags = SystemTags::from_names(["ip", "status"]);
        let text = serde_json::to_string(&tags).unwrap();
        assert_eq!(text, r#"["status","ip"]"#);
        assert_eq!(serde_json::from_str::<SystemTags>(&text).unwrap(), tags);
    }
}
