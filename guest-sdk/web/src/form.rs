//! `application/x-www-form-urlencoded`, byte for byte as k6 sends it, which is as Go writes it:
//! letters, digits and `-_.~` stay, a space becomes `+`, all else `%XX`.

/// `name=value&name=value`, in the order of the pairs.
///
/// ```
/// assert_eq!(squall_web::form::encode([("a b", "1"), ("c", "ü")]), "a+b=1&c=%C3%BC");
/// ```
pub fn encode<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        push_pair(&mut text, name.as_ref(), value.as_ref());
    }
    text
}

/// Adds a pair to a form, with an `&` before it if it is not the first.
pub fn push_pair(form: &mut String, name: &str, value: &str) {
    if !form.is_empty() {
        form.push('&');
    }
    push(form, name);
    form.push('=');
    push(form, value);
}

fn push(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_characters_are_escaped_as_go_does() {
        assert_eq!(encode([("a b", "1&2=3"), ("ä", "*-._~/")]), "a+b=1%262%3D3&%C3%A4=%2A-._~%2F");
        assert_eq!(encode::<&str, &str>([]), "");
        assert_eq!(encode([("", "")]), "=");
    }

    #[test]
    fn what_k6_was_seen_to_send() {
        // `http.post(url, { 'k y': 'a&b=c d+e/ü', 'ü': '' })`, with the real k6.
        let fields = [("k y", "a&b=c d+e/ü"), ("ü", "")];
        assert_eq!(encode(fields), "k+y=a%26b%3Dc+d%2Be%2F%C3%BC&%C3%BC=");
    }
}
