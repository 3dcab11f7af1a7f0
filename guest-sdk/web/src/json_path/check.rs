//! Whether a text is JSON, and if not, where and why in the words of Go's encoding/json, which are
//! those of k6.

/// Why a text is not JSON.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// How many bytes were read, the wrong one included.
    offset_bytes: usize,
    reason: String,
}

impl Fault {
    /// The fault with its line and character as k6 counts them.
    pub fn describe(&self, text: &[u8]) -> String {
        let (mut line, mut character) = (1, 0);
        for (at, c) in String::from_utf8_lossy(text).char_indices() {
            if c == '\n' {
                line += 1;
                character = 0;
            }
            character += 1;
            if at == self.offset_bytes {
                break;
            }
        }
        let reason = &self.reason;
        format!(
            "cannot parse json due to an error at line {line}, character {character} , error: \
             {reason}"
        )
    }
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    AfterValue,
}

struct Checker<'t> {
    text: &'t [u8],
    at: usize,
    /// The containers around: true for objects.
    around: Vec<bool>,
}

/// Whether a text is JSON; the error is the first thing that is not.
pub fn check(text: &[u8]) -> Result<(), Fault> {
    let mut checker = Checker { text, at: 0, around: Vec::new() };
    let mut next = Next::Value;
    loop {
        while matches!(checker.byte(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            checker.at += 1;
        }
        if checker.byte().is_none() {
            let is_over = next == Next::AfterValue && checker.around.is_empty();
            return if is_over { Ok(()) } else { Err(checker.ended()) };
        }
        next = match next {
            Next::ValueOrEnd if checker.byte() == Some(b']') => checker.leave(),
            Next::Value | Next::ValueOrEnd => checker.value()?,
            Next::KeyOrEnd if checker.byte() == Some(b'}') => checker.leave(),
            Next::Key | Next::KeyOrEnd => checker.key()?,
            Next::Colon => {
                checker.expect(|byte| byte == b':', "after object key")?;
                Next::Value
            }
            Next::AfterValue => checker.after_value()?,
        };
    }
}

impl Checker<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn ended(&self) -> Fault {
        let reason = "unexpected end of JSON input".to_owned();
        Fault { offset_bytes: self.text.len(), reason }
    }

    /// The fault at this place. Go reads a space at the end of the text.
    fn fault(&self, context: &str) -> Fault {
        let found = match self.byte().unwrap_or(b' ') {
            b'\'' => "'\\''".to_owned(),
            b'\n' => "'\\n'".to_owned(),
            b'\r' => "'\\r'".to_owned(),
            b'\t' => "'\\t'".to_owned(),
            b'\\' => "'\\\\'".to_owned(),
            byte if byte < b' ' || byte == 0x7f => format!("'\\x{byte:02x}'"),
            byte => format!("'{}'", char::from(byte)),
        };
        let reason = format!("invalid character {found} {context}");
        Fault { offset_bytes: (self.at + 1).min(self.text.len()), reason }
    }

    fn expect(&mut self, is_fine: impl Fn(u8) -> bool, context: &str) -> Result<u8, Fault> {
        match self.byte() {
            Some(byte) if is_fine(byte) => {
                self.at += 1;
                Ok(byte)
            }
            _ => Err(self.fault(context)),
        }
    }

    fn value(&mut self) -> Result<Next, Fault> {
        match self.byte() {
            Some(b'{') => return Ok(self.enter(true)),
            Some(b'[') => return Ok(self.enter(false)),
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.literal("true")?,
            Some(b'f') => self.literal("false")?,
            Some(b'n') => self.literal("null")?,
            _ => return Err(self.fault("looking for beginning of value")),
        }
        Ok(Next::AfterValue)
    }

    fn enter(&mut self, is_object: bool) -> Next {
        self.at += 1;
        self.around.push(is_object);
        if is_object { Next::KeyOrEnd } else { Next::ValueOrEnd }
    }

    fn leave(&mut self) -> Next {
        self.at += 1;
        self.around.pop();
        Next::AfterValue
    }

    fn key(&mut self) -> Result<Next, Fault> {
        if self.byte() != Some(b'"') {
            return Err(self.fault("looking for beginning of object key string"));
        }
        self.string()?;
        Ok(Next::Colon)
    }

    fn after_value(&mut self) -> Result<Next, Fault> {
        match (self.around.last(), self.byte()) {
            (Some(true), Some(b'}')) | (Some(false), Some(b']')) => Ok(self.leave()),
            (Some(true), Some(b',')) => {
                self.at += 1;
                Ok(Next::Key)
            }
            (Some(false), Some(b',')) => {
                self.at += 1;
                Ok(Next::Value)
            }
            (Some(true), _) => Err(self.fault("after object key:value pair")),
            (Some(false), _) => Err(self.fault("after array element")),
            (None, _) => Err(self.fault("after top-level value")),
        }
    }

    fn string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            match self.byte() {
                None => return Err(self.ended()),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(0..0x20) => return Err(self.fault("in string literal")),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.at += 1;
        if self.expect(|byte| b"bfnrt\\/\"u".contains(&byte), "in string escape code")? == b'u' {
            for _ in 0..4 {
                let context = "in \\u hexadecimal character escape";
                self.expect(|byte| byte.is_ascii_hexdigit(), context)?;
            }
        }
        Ok(())
    }

    fn literal(&mut self, wanted: &str) -> Result<(), Fault> {
        for expected in wanted.bytes() {
            let context = || format!("in literal {wanted} (expecting '{}')", char::from(expected));
            if self.byte() != Some(expected) {
                return Err(self.fault(&context()));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.expect(|byte| byte.is_ascii_digit(), "in numeric literal")? != b'0' {
            self.digits();
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.expect(|byte| byte.is_ascii_digit(), "after decimal point in numeric literal")?;
            self.digits();
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.expect(|byte| byte.is_ascii_digit(), "in exponent of numeric literal")?;
            self.digits();
        }
        Ok(())
    }

    fn digits(&mut self) {
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_passes() {
        for text in
            ["5", " {\"a\" : [1, -0.5e+3, true, null, \"\\u00fc\\n\"], \"b\":{}} ", "[]", "\"ü\""]
        {
            assert_eq!(check(text.as_bytes()), Ok(()), "{text}");
        }
    }

    /// Seen in k6.
    #[test]
    fn faults_are_described_as_in_k6() {
        let expected = [
            ("", 1, 0, "unexpected end of JSON input"),
            (" ", 1, 1, "unexpected end of JSON input"),
            ("{\"a\":1", 1, 6, "unexpected end of JSON input"),
            ("{\"a\":1}}", 1, 8, "invalid character '}' after top-level value"),
            ("{\"a\" 1}", 1, 7, "invalid character '1' after object key"),
            ("nope", 1, 3, "invalid character 'o' in literal null (expecting 'u')"),
            ("{\"a\":01}", 1, 8, "invalid character '1' after object key:value pair"),
            ("{'a':1}", 1, 3, "invalid character '\\'' looking for beginning of object key string"),
            ("{\"a\":\"\n\"}", 2, 2, "invalid character '\\n' in string literal"),
            ("\"\\x\"", 1, 4, "invalid character 'x' in string escape code"),
            ("tru", 1, 3, "invalid character ' ' in literal true (expecting 'e')"),
            ("-", 1, 1, "invalid character ' ' in numeric literal"),
            ("1.", 1, 2, "invalid character ' ' after decimal point in numeric literal"),
            ("1e", 1, 2, "invalid character ' ' in exponent of numeric literal"),
            ("\"\\u12\"", 1, 6, "invalid character '\"' in \\u hexadecimal character escape"),
            ("ü", 1, 1, "invalid character 'Ã' looking for beginning of value"),
            ("[1 2]", 1, 5, "invalid character '2' after array element"),
            ("{\"a\":\n\n\n1 x", 4, 4, "invalid character 'x' after object key:value pair"),
            ("\u{feff}{}", 1, 3, "invalid character 'ï' looking for beginning of value"),
            ("\"abc", 1, 4, "unexpected end of JSON input"),
            ("\"a\u{1}b\"", 1, 4, "invalid character '\\x01' in string literal"),
            ("{\"a\":1,\"b\"}", 1, 11, "invalid character '}' after object key"),
        ];
        for (text, line, character, reason) in expected {
            let described = check(text.as_bytes()).unwrap_err().describe(text.as_bytes());
            let at = format!("line {line}, character {character} , error: {reason}");
            assert_eq!(described, format!("cannot parse json due to an error at {at}"), "{text}");
        }
    }
}
