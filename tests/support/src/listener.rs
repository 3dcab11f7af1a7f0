//! The listeners of a test server: which ports it opens and what each is good or bad at.

use std::fmt;

/// One port of a [`crate::TestServer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Listener {
    /// HTTP/1.1 without TLS.
    Plain,
    /// HTTP/2 without TLS, prior knowledge only.
    H2c,
    /// TLS with a certificate of the server's CA; offers `h2` and `http/1.1` by ALPN.
    Tls,
    /// As [`Self::Tls`], but offers `http/1.1` alone.
    TlsHttp1,
    /// As [`Self::Tls`], but speaks nothing newer than TLS 1.2.
    Tls12,
    /// TLS with a certificate that signed itself.
    TlsSelfSigned,
    /// TLS with a certificate of the server's CA for another host (`wrong.squall.test`).
    TlsWrongHost,
    /// TLS with a certificate of the server's CA that ended in 2001.
    TlsExpired,
    /// TLS with a certificate of a CA that is in no file.
    TlsUnknownCa,
    /// Plain HTTP/1.1 where the URL helpers say `https`: a client's handshake meets text.
    PlainOnTlsPort,
    /// Takes connections and never sends a byte, in clear or in TLS: handshakes and answers hang.
    Silent,
    /// A port that is taken and does not listen: connections are refused.
    Refused,
    /// A port whose queue of connections is full (on Linux): connecting hangs until the client
    /// gives up.
    Full,
    /// A forward proxy: whole URLs, CONNECT and SOCKS 5; every name leads to this machine.
    Proxy,
    /// As [`Self::Proxy`], behind TLS with a certificate of the server's CA.
    TlsProxy,
}

impl Listener {
    /// All listeners.
    pub const ALL: [Self; 15] = [
        Self::Plain,
        Self::H2c,
        Self::Tls,
        Self::TlsHttp1,
        Self::Tls12,
        Self::TlsSelfSigned,
        Self::TlsWrongHost,
        Self::TlsExpired,
        Self::TlsUnknownCa,
        Self::PlainOnTlsPort,
        Self::Silent,
        Self::Refused,
        Self::Full,
        Self::Proxy,
        Self::TlsProxy,
    ];

    /// The scheme that a client is to use: `http` or `https`.
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Plain | Self::H2c | Self::Silent | Self::Refused | Self::Full | Self::Proxy => {
                "http"
            }
            Self::Tls
            | Self::TlsHttp1
            | Self::Tls12
            | Self::TlsSelfSigned
            | Self::TlsWrongHost
            | Self::TlsExpired
            | Self::TlsUnknownCa
            | Self::PlainOnTlsPort
            | Self::TlsProxy => "https",
        }
    }

    /// Place in [`Self::ALL`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Plain => "plain",
            Self::H2c => "h2c",
            Self::Tls => "tls",
            Self::TlsHttp1 => "tls-http1",
            Self::Tls12 => "tls12",
            Self::TlsSelfSigned => "tls-self-signed",
            Self::TlsWrongHost => "tls-wrong-host",
            Self::TlsExpired => "tls-expired",
            Self::TlsUnknownCa => "tls-unknown-ca",
            Self::PlainOnTlsPort => "plain-on-tls-port",
            Self::Silent => "silent",
            Self::Refused => "refused",
            Self::Full => "full",
            Self::Proxy => "proxy",
            Self::TlsProxy => "tls-proxy",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listener_stands_at_its_index() {
        for (index, listener) in Listener::ALL.into_iter().enumerate() {
            assert_eq!(listener.index(), index, "{listener}");
        }
    }
}
