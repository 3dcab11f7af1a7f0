//! `multipart/form-data` (RFC 7578): forms with files, byte for byte as scripts in JavaScript send
//! them.

use std::borrow::Cow;

use super::Body;
use crate::random;

/// Digits of a boundary, hexadecimal: 240 random bits do not occur in the parts.
const BOUNDARY_DIGITS: usize = 60;

const FILE_TYPE_DEFAULT: &str = "application/octet-stream";

/// A form with files, for [`Request::multipart`](super::Request::multipart). Its parts are sent in
/// the order in which they were added.
///
/// ```no_run
/// use squall_sdk::{data, http};
///
/// # fn iteration() -> squall_sdk::Result<()> {
/// let photo = data::open("photo.jpg")?.bytes();
/// let photo = http::File::new("photo.jpg", photo).content_type("image/jpeg");
/// let form = http::Multipart::new().text("stars", "5").file("photo", photo);
/// http::post("http://shop.example/reviews").multipart(form).send();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Multipart<'a> {
    parts: Vec<(Cow<'a, str>, Part<'a>)>,
}

#[derive(Clone, Debug)]
enum Part<'a> {
    Text(Cow<'a, str>),
    File(File<'a>),
}

/// A file in a form, from memory.
#[derive(Clone, Debug)]
pub struct File<'a> {
    filename: Cow<'a, str>,
    content_type: Cow<'a, str>,
    data: Body<'a>,
}

impl<'a> File<'a> {
    /// A file with this name and content, of the type `application/octet-stream`.
    pub fn new(filename: impl Into<Cow<'a, str>>, data: impl Into<Body<'a>>) -> Self {
        let content_type = FILE_TYPE_DEFAULT.into();
        Self { filename: filename.into(), content_type, data: data.into() }
    }

    /// What the content is: `image/jpeg`.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<Cow<'a, str>>) -> Self {
        self.content_type = content_type.into();
        self
    }
}

impl<'a> Multipart<'a> {
    /// A form without parts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text. The same name may be added several times.
    #[must_use]
    pub fn text(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.parts.push((name.into(), Part::Text(value.into())));
        self
    }

    /// Adds a file. The same name may be added several times.
    #[must_use]
    pub fn file(mut self, name: impl Into<Cow<'a, str>>, file: File<'a>) -> Self {
        self.parts.push((name.into(), Part::File(file)));
        self
    }

    /// The content type and the body.
    pub(super) fn encode(self) -> (String, Vec<u8>) {
        let boundary = boundary();
        (["multipart/form-data; boundary=", &boundary].concat(), self.encode_with(&boundary))
    }

    fn encode_with(&self, boundary: &str) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.length(boundary));
        let mut add = |pieces: &[&[u8]]| pieces.iter().for_each(|one| body.extend_from_slice(one));
        for (name, part) in &self.parts {
            let name = quoted(name);
            let start = [b"--", boundary.as_bytes(), b"\r\nContent-Disposition: form-data; name="];
            add(&start);
            match part {
                Part::Text(value) => {
                    add(&[name.as_bytes(), b"\r\n\r\n", value.as_bytes(), b"\r\n"]);
                }
                Part::File(file) => {
                    let filename = quoted(&file.filename);
                    let content_type = single_line(&file.content_type);
                    add(&[name.as_bytes(), b"; filename=", filename.as_bytes()]);
                    add(&[b"\r\nContent-Type: ", content_type.as_bytes(), b"\r\n\r\n"]);
                    add(&[file.data.as_bytes(), b"\r\n"]);
                }
            }
        }
        add(&[b"--", boundary.as_bytes(), b"--\r\n"]);
        body
    }

    /// Enough for the whole, so that it does not have to grow: files may be large, and memory is
    /// the VU's.
    fn length(&self, boundary: &str) -> usize {
        let around = boundary.len() + 100;
        let parts = self.parts.iter().map(|(name, part)| {
            name.len()
                + match part {
                    Part::Text(value) => value.len(),
                    Part::File(file) => {
                        let text = file.filename.len() + file.content_type.len();
                        text + file.data.as_bytes().len()
                    }
                }
        });
        parts.map(|length| length + around).sum::<usize>() + around
    }
}

fn boundary() -> String {
    let mut random = random::apart();
    let mut digits = String::with_capacity(BOUNDARY_DIGITS);
    while digits.len() < BOUNDARY_DIGITS {
        let number = random();
        let left = (BOUNDARY_DIGITS - digits.len()).min(16);
        digits.extend(
            (0..left).filter_map(|at| char::from_digit((number >> (4 * at)) as u32 & 15, 16)),
        );
    }
    digits
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

/// For fuzzing.
#[cfg(any(test, fuzzing))]
pub(crate) mod check {
    use super::{File, Multipart};

    const BOUNDARY: &str = "5e1f0d2c3b4a69788796a5b4c3d2e1f05e1f0d2c3b4a69788796a5b4c3d2";

    /// Lines are a name, the name of a file and its type, and what follows is its content, and that
    /// of a text: a server that reads the form finds the same.
    pub(crate) fn is_read_back(input: &[u8]) {
        let mut pieces = input.splitn(4, |byte| *byte == b'\n');
        let mut text = || String::from_utf8_lossy(pieces.next().unwrap_or_default()).into_owned();
        let (name, filename, content_type) = (text(), text(), text());
        let data = pieces.next().unwrap_or_default();
        if input.windows(BOUNDARY.len()).any(|window| window == BOUNDARY.as_bytes()) {
            return;
        }
        let value = String::from_utf8_lossy(data).into_owned();
        let file = File::new(filename.as_str(), data.to_vec()).content_type(content_type.as_str());
        let form = Multipart::new().text(name.as_str(), value.as_str()).file(name.as_str(), file);
        let body = form.encode_with(BOUNDARY);
        let parts = read(&body);
        assert_eq!(parts.len(), 2, "{:?}", body.escape_ascii().to_string());
        let escape = |text: &str| text.replace('\r', "%0D").replace('\n', "%0A");
        assert_eq!(parts[0].0, [format!("form-data; name={:?}", Quoted(&escape(&name)))]);
        assert_eq!(parts[0].1, value.as_bytes());
        let expected = format!(
            "form-data; name={:?}; filename={:?}",
            Quoted(&escape(&name)),
            Quoted(&escape(&filename)),
        );
        assert_eq!(parts[1].0, [expected, content_type.replace(['\r', '\n'], " ")]);
        assert_eq!(parts[1].1, data);
    }

    /// A quoted string of RFC 822.
    struct Quoted<'t>(&'t str);

    impl std::fmt::Debug for Quoted<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
        }
    }

    /// The values of the headers of each part, and its content.
    fn read(body: &[u8]) -> Vec<(Vec<String>, Vec<u8>)> {
        let mut parts = Vec::new();
        let end = format!("--{BOUNDARY}--\r\n").into_bytes();
        let mut rest = body.strip_suffix(end.as_slice()).unwrap_or_default();
        let start = format!("--{BOUNDARY}\r\n").into_bytes();
        while let Some(part) = rest.strip_prefix(start.as_slice()) {
            let next = part.windows(start.len()).position(|window| window == start);
            let (part, behind) = part.split_at(next.unwrap_or(part.len()));
            rest = behind;
            let head = part.windows(4).position(|window| window == b"\r\n\r\n");
            let (head, content) = part.split_at(head.unwrap_or(part.len()));
            let head = String::from_utf8_lossy(head);
            let values = head.split("\r\n").filter_map(|line| line.split_once(": "));
            let values = values.map(|(_, value)| value.to_owned()).collect();
            let content = content.strip_prefix(b"\r\n\r\n").unwrap_or_default();
            parts.push((values, content.strip_suffix(b"\r\n").unwrap_or_default().to_vec()));
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(form: &Multipart<'_>) -> String {
        let body = form.encode_with("b");
        assert!(body.capacity() <= form.length("b"), "the length was right");
        String::from_utf8(body).unwrap()
    }

    #[test]
    fn parts_come_in_their_order() {
        let form = Multipart::new()
            .text("a", "1")
            .file("f", File::new("x.txt", "data").content_type("text/plain"))
            .file("f", File::new("y", vec![b'\n']))
            .text("a", "");
        let expected = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
            --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n\
            Content-Type: text/plain\r\n\r\ndata\r\n\
            --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"y\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n\n\r\n\
            --b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--b--\r\n";
        assert_eq!(text(&form), expected);
        assert_eq!(text(&Multipart::new()), "--b--\r\n");
    }

    #[test]
    fn names_cannot_end_their_line() {
        let file = File::new("a\"b\\c\r\n", "").content_type("x\r\ny");
        let text = text(&Multipart::new().file("n\"\r\nX: y", file));
        let expected = "--b\r\nContent-Disposition: form-data; name=\"n\\\"%0D%0AX: y\"; \
            filename=\"a\\\"b\\\\c%0D%0A\"\r\nContent-Type: x  y\r\n\r\n\r\n--b--\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn boundaries_are_long_and_leave_the_seeded_numbers_alone() {
        let _host = crate::testing::Host::new();
        random::seed(5);
        let expected = [random::number(), random::number()];
        random::seed(5);
        let (first, second) = (random::number(), boundary());
        assert_eq!([first, random::number()], expected);
        assert_eq!(second.len(), BOUNDARY_DIGITS);
        assert!(second.bytes().all(|byte| byte.is_ascii_hexdigit()), "{second}");
    }
}
