//! Forms with files as `multipart/form-data` (RFC 7578), byte for byte as k6 writes them.

use std::borrow::Cow;

/// Digits of a boundary, hexadecimal: 240 random bits do not occur in the parts.
const BOUNDARY_DIGITS: usize = 60;

/// What a file is that nobody says more about.
pub const FILE_TYPE_DEFAULT: &str = "application/octet-stream";

/// Writes a form part by part, in the order in which they are added.
#[derive(Clone, Debug)]
pub struct Writer {
    boundary: String,
    body: Vec<u8>,
}

impl Writer {
    /// A form without parts. `random` gives 64 random bits each time, for the boundary.
    pub fn new(mut random: impl FnMut() -> u64) -> Self {
        let mut boundary = String::with_capacity(BOUNDARY_DIGITS);
        while boundary.len() < BOUNDARY_DIGITS {
            let number = random();
            let left = (BOUNDARY_DIGITS - boundary.len()).min(16);
            let digits = (0..left).map(|at| (number >> (4 * at)) as u32 & 15);
            boundary.extend(digits.filter_map(|digit| char::from_digit(digit, 16)));
        }
        Self { boundary, body: Vec::new() }
    }

    /// What the header `Content-Type` is to say.
    #[must_use]
    pub fn content_type(&self) -> String {
        ["multipart/form-data; boundary=", &self.boundary].concat()
    }

    /// Makes room for so many parts with so many bytes of names, types and contents, so that the
    /// body does not have to grow: files may be large, and memory is the VU's.
    pub fn reserve(&mut self, parts: usize, bytes: usize) {
        self.body.reserve((parts + 1) * (self.boundary.len() + 100) + bytes);
    }

    /// Adds a text. The same name may be added several times.
    pub fn text(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.add(&["\r\n\r\n", value, "\r\n"]);
    }

    /// Adds a file. The same name may be added several times.
    pub fn file(&mut self, name: &str, filename: &str, content_type: &str, data: &[u8]) {
        self.begin(name);
        let (filename, content_type) = (quoted(filename), single_line(content_type));
        self.add(&["; filename=", &filename, "\r\nContent-Type: ", &content_type, "\r\n\r\n"]);
        self.body.extend_from_slice(data);
        self.add(&["\r\n"]);
    }

    /// The body.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let boundary = std::mem::take(&mut self.boundary);
        self.add(&["--", &boundary, "--\r\n"]);
        self.body
    }

    fn begin(&mut self, name: &str) {
        let boundary = std::mem::take(&mut self.boundary);
        let name = quoted(name);
        self.add(&["--", &boundary, "\r\nContent-Disposition: form-data; name=", &name]);
        self.boundary = boundary;
    }

    fn add(&mut self, texts: &[&str]) {
        for text in texts {
            self.body.extend_from_slice(text.as_bytes());
        }
    }
}

/// In quotes, with what would end them or the line written otherwise.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn single_line(text: &str) -> Cow<'_, str> {
    if text.contains(['\r', '\n']) {
        return Cow::Owned(text.replace(['\r', '\n'], " "));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body of a form, with the boundary `b`.
    fn written(add: impl FnOnce(&mut Writer)) -> String {
        let mut form = Writer::new(|| 0);
        form.boundary = "b".to_owned();
        add(&mut form);
        String::from_utf8(form.finish()).unwrap()
    }

    #[test]
    fn parts_come_in_their_order() {
        let text = written(|form| {
            form.text("a", "1");
            form.file("f", "x.txt", "text/plain", b"data");
            form.file("f", "y", FILE_TYPE_DEFAULT, b"\n");
            form.text("a", "");
        });
        let expected = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
            --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n\
            Content-Type: text/plain\r\n\r\ndata\r\n\
            --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"y\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n\n\r\n\
            --b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--b--\r\n";
        assert_eq!(text, expected);
        assert_eq!(written(|_| {}), "--b--\r\n");
    }

    #[test]
    fn names_cannot_end_their_line() {
        let text = written(|form| form.file("n\"\r\nX: y", "a\"b\\c\r\n", "x\r\ny", b""));
        let expected = "--b\r\nContent-Disposition: form-data; name=\"n\\\"%0D%0AX: y\"; \
            filename=\"a\\\"b\\\\c%0D%0A\"\r\nContent-Type: x  y\r\n\r\n\r\n--b--\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn room_is_made_once() {
        let mut form = Writer::new(|| u64::MAX);
        form.reserve(2, 1000 + 8);
        let capacity = form.body.capacity();
        form.text("name", &"x".repeat(500));
        form.file("name", "", FILE_TYPE_DEFAULT, &[0; 500]);
        assert_eq!(form.finish().capacity(), capacity);
    }

    #[test]
    fn a_boundary_has_all_the_random_digits() {
        let mut numbers = [0x0123_4567_89ab_cdef, u64::MAX, 0, 5].into_iter();
        let form = Writer::new(|| numbers.next().unwrap());
        let digits = "fedcba9876543210ffffffffffffffff00000000000000005";
        assert_eq!(form.content_type(), format!("multipart/form-data; boundary={digits:0<60}"));
    }
}
