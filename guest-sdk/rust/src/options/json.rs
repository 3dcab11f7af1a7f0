//! A writer of JSON text that is small enough for a guest: objects keep their order, a key that is
//! set again is replaced. It writes only what `Options` needs.

/// An object under construction; values are JSON text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Object {
    fields: Vec<(String, String)>,
}

impl Object {
    pub(super) fn set(&mut self, key: &str, json: String) {
        match self.fields.iter_mut().find(|(known, _)| known == key) {
            Some((_, value)) => *value = json,
            None => self.fields.push((key.to_owned(), json)),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(super) fn to_json(&self) -> String {
        let mut out = String::from("{");
        for (key, json) in &self.fields {
            if out.len() > 1 {
                out.push(',');
            }
            push_quoted(&mut out, key);
            out.push(':');
            out.push_str(json);
        }
        out.push('}');
        out
    }
}

/// `[a,b]`
pub(super) fn array(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// `"text"`
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_quoted(&mut out, text);
    out
}

fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            character if character < ' ' => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let code = character as usize;
                out.push_str("\\u00");
                out.push(char::from(HEX[code >> 4]));
                out.push(char::from(HEX[code & 15]));
            }
            character => out.push(character),
        }
    }
    out.push('"');
}
