//! `multipart/form-data` (RFC 7578): forms with files, byte for byte as scripts in JavaScript send
//! them.

use std::borrow::Cow;

use squall_web::multipart::{FILE_TYPE_DEFAULT, Writer};

use super::Body;
use crate::random;

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
        let mut form = Writer::new(random::apart());
        form.reserve(self.parts.len(), self.parts.iter().map(length).sum());
        for (name, part) in &self.parts {
            match part {
                Part::Text(value) => form.text(name, value),
                Part::File(File { filename, content_type, data }) => {
                    form.file(name, filename, content_type, data.as_bytes());
                }
            }
        }
        (form.content_type(), form.finish())
    }
}

fn length((name, part): &(Cow<'_, str>, Part<'_>)) -> usize {
    let length = match part {
        Part::Text(value) => value.len(),
        Part::File(file) => {
            file.filename.len() + file.content_type.len() + file.data.as_bytes().len()
        }
    };
    name.len() + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_sent_in_their_order_and_leave_the_seeded_numbers_alone() {
        let _host = crate::testing::Host::new();
        random::seed(5);
        let expected = [random::number(), random::number()];
        random::seed(5);
        let first = random::number();
        let file = File::new("x.txt", "data").content_type("text/plain");
        let (content_type, body) = Multipart::new().text("a", "1").file("f", file).encode();
        assert_eq!([first, random::number()], expected);
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        let body = String::from_utf8(body).unwrap().replace(boundary, "b");
        let expected = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
            --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n\
            Content-Type: text/plain\r\n\r\ndata\r\n--b--\r\n";
        assert_eq!(body, expected);
    }
}
