//! Reads `WWW-Authenticate`: one or more challenges in one or more lines (RFC 9110, 11.3).
//!
//! The grammar is ambiguous to the eye: commas stand between parameters and between challenges. A
//! word with `=` behind it is a parameter, another one is the next scheme.
//!
//! Invariants: reads any bytes in time that grows with their number; at most `CHALLENGES_MAX`
//! challenges with `PARAMETERS_MAX` parameters each, what is beyond is left out.

/// Servers offer a handful of schemes.
const CHALLENGES_MAX: usize = 16;

/// Digest has nine.
const PARAMETERS_MAX: usize = 32;

/// One thing that a server asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// As it was written; compare it with [`Challenge::is`].
    pub scheme: String,
    /// `NTLM TlRMTVNT...` has a token in the place of parameters; empty without one.
    pub token: String,
    /// Names in lower case, values without their quotes.
    pub parameters: Vec<(String, String)>,
}

impl Challenge {
    /// True when it is of this scheme, in any letter case.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The first parameter of this name, which is in lower case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// All challenges of these header lines, in their order.
#[must_use]
pub fn challenges<'v>(values: impl IntoIterator<Item = &'v [u8]>) -> Vec<Challenge> {
    let mut all = Vec::new();
    for value in values {
        let text = String::from_utf8_lossy(value);
        Reader { rest: &text }.read(&mut all);
    }
    all
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn read(&mut self, all: &mut Vec<Challenge>) {
        loop {
            self.skip(|c| is_blank(c) || c == ',');
            let scheme = self.word();
            if scheme.is_empty() {
                // Nothing that could be read on from.
                return;
            }
            let mut challenge = Challenge { scheme: scheme.to_owned(), ..Challenge::default() };
            self.skip(is_blank);
            if let Some(token) = self.token() {
                token.clone_into(&mut challenge.token);
            } else {
                self.parameters(&mut challenge);
            }
            if all.len() < CHALLENGES_MAX {
                all.push(challenge);
            }
        }
    }

    /// What stands alone up to the next comma, or the end: a token of 68 characters.
    fn token(&mut self) -> Option<&'t str> {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
        let length = self.rest.trim_start_matches(is_token).trim_start_matches('=').len();
        let (token, behind) = self.rest.split_at(self.rest.len() - length);
        let behind = behind.trim_start_matches(is_blank);
        if token.is_empty() || !(behind.is_empty() || behind.starts_with(',')) {
            return None;
        }
        self.rest = behind;
        Some(token)
    }

    fn parameters(&mut self, challenge: &mut Challenge) {
        loop {
            self.skip(|c| is_blank(c) || c == ',');
            let before = self.rest;
            let name = self.word();
            self.skip(is_blank);
            if name.is_empty() || !self.rest.starts_with('=') {
                // The next challenge begins, or nothing that is one.
                self.rest = before;
                return;
            }
            self.rest = &self.rest[1..];
            self.skip(is_blank);
            let value = self.value();
            if challenge.parameters.len() < PARAMETERS_MAX {
                challenge.parameters.push((name.to_ascii_lowercase(), value));
            }
        }
    }

    /// Quoted or not; some servers leave the quotes out where they are needed, so that anything up
    /// to a comma or a blank is taken.
    fn value(&mut self) -> String {
        let Some(quoted) = self.rest.strip_prefix('"') else {
            let length = self.rest.find(|c| is_blank(c) || c == ',').unwrap_or(self.rest.len());
            let (value, behind) = self.rest.split_at(length);
            self.rest = behind;
            return value.to_owned();
        };
        let mut value = String::new();
        let mut characters = quoted.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &quoted[at + 1..];
                    return value;
                }
                '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
                character => value.push(character),
            }
        }
        // The closing quote is missing.
        self.rest = "";
        value
    }

    fn word(&mut self) -> &'t str {
        let is_word = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let length = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (word, behind) = self.rest.split_at(length);
        self.rest = behind;
        word
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(is_skipped);
    }
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(values: &[&str]) -> Vec<Challenge> {
        challenges(values.iter().map(|value| value.as_bytes()))
    }

    fn schemes(values: &[&str]) -> Vec<String> {
        read(values).into_iter().map(|challenge| challenge.scheme).collect()
    }

    #[test]
    fn several_challenges_may_stand_in_one_line() {
        let line = r#"Basic realm="x, Digest y=1" , Digest realm="r", NONCE = n1 ,qop="auth",
            Negotiate, NTLM TlRMTVNTUAACAA==, Bearer"#;
        let all = read(&[&line.replace('\n', "")]);
        let found: Vec<_> = all.iter().map(|challenge| challenge.scheme.as_str()).collect();
        assert_eq!(found, ["Basic", "Digest", "Negotiate", "NTLM", "Bearer"]);
        assert_eq!(all[0].parameter("realm"), Some("x, Digest y=1"));
        assert!(all[1].is("digest"));
        assert_eq!(all[1].parameter("nonce"), Some("n1"));
        assert_eq!(all[1].parameter("qop"), Some("auth"));
        assert_eq!(all[1].parameter("opaque"), None);
        assert_eq!(all[3].token, "TlRMTVNTUAACAA==");
    }

    #[test]
    fn lines_are_read_one_after_the_other() {
        assert_eq!(schemes(&["Digest realm=r", "Basic realm=b"]), ["Digest", "Basic"]);
        assert_eq!(schemes(&[]), [""; 0]);
        assert_eq!(schemes(&[" , ,"]), [""; 0]);
    }

    #[test]
    fn quotes_and_what_is_in_them() {
        let all = read(&[r#"Digest realm="a \"b\" \\ c", nonce="", opaque=o==, x="open"#]);
        assert_eq!(all[0].parameter("realm"), Some(r#"a "b" \ c"#));
        assert_eq!(all[0].parameter("nonce"), Some(""));
        assert_eq!(all[0].parameter("opaque"), Some("o=="));
        assert_eq!(all[0].parameter("x"), Some("open"));
    }

    #[test]
    fn there_are_bounds() {
        let line = "Digest a=1, ".repeat(100);
        assert_eq!(read(&[&line]).len(), CHALLENGES_MAX);
        let line = format!("Digest {}", "a=1,".repeat(100));
        assert_eq!(read(&[&line])[0].parameters.len(), PARAMETERS_MAX);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(values in proptest::collection::vec(any::<Vec<u8>>(), 0..3)) {
            let _ = challenges(values.iter().map(Vec::as_slice));
        }

        #[test]
        fn what_is_written_is_read(
            wanted in proptest::collection::vec(
                ("[A-Za-z]{1,8}", proptest::collection::vec(("[a-z]{1,8}", "[ -~]{0,12}"), 1..4)),
                1..4,
            ),
        ) {
            let mut line = String::new();
            for (scheme, parameters) in &wanted {
                line.extend([scheme.as_str(), " "]);
                for (name, value) in parameters {
                    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
                    line.extend([name.as_str(), "=\"", value.as_str(), "\", "]);
                }
            }
            let found: Vec<_> = read(&[&line])
                .into_iter()
                .map(|challenge| (challenge.scheme, challenge.parameters))
                .collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
