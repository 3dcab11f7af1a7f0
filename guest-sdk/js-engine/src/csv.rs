//! CSV, record by record, by the rules of RFC 4180 as k6 reads them: quotes only around whole
//! fields, empty lines skipped, every record as long as the first.

use std::fmt;

/// What is wrong with the text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CsvError {
    /// A quote in a field that does not begin with one.
    BareQuote { start_line: u64, line: u64, column: usize },
    /// Text after a closing quote, or no closing quote.
    Quote { start_line: u64, line: u64, column: usize },
    /// A record that is not as long as the first.
    FieldCount { line: u64 },
}

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start_line, line, column, what) = match self {
            Self::FieldCount { line } => {
                return write!(f, "record on line {line}: wrong number of fields");
            }
            Self::BareQuote { start_line, line, column } => {
                (start_line, line, column, "bare \" in non-quoted-field")
            }
            Self::Quote { start_line, line, column } => {
                (start_line, line, column, "extraneous or missing \" in quoted-field")
            }
        };
        if start_line != line {
            write!(f, "record on line {start_line}; ")?;
        }
        write!(f, "parse error on line {line}, column {column}: {what}")
    }
}

/// One record out of the start of some text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Record(Vec<Vec<u8>>),
    /// There is nothing but empty lines.
    End,
    /// The text may go on, and its end decides.
    MoreWanted,
}

/// A place in a text, and what is known of its records.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    /// Lines read so far.
    pub(crate) lines: u64,
    /// Fields of a record; 0 before the first.
    pub(crate) fields: usize,
    pub(crate) delimiter: u8,
}

/// A line without its end.
struct Line<'a> {
    text: &'a [u8],
    /// With its end.
    bytes: usize,
    has_end: bool,
}

/// The line at the start of `text`; `None` when it may go on.
fn line_of(text: &[u8], is_last: bool) -> Option<Line<'_>> {
    let Some(end) = text.iter().position(|byte| *byte == b'\n') else {
        if !is_last {
            return None;
        }
        let trimmed = text.strip_suffix(b"\r").unwrap_or(text);
        return Some(Line { text: trimmed, bytes: text.len(), has_end: false });
    };
    let trimmed = text[..end].strip_suffix(b"\r").unwrap_or(&text[..end]);
    Some(Line { text: trimmed, bytes: end + 1, has_end: true })
}

impl Cursor {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { lines: 0, fields: 0, delimiter }
    }

    /// Reads the next record of `text`; also returns how many bytes are done with. The cursor only
    /// moves when there is a record or the end. `is_last`: nothing comes after `text`.
    pub(crate) fn step(&mut self, text: &[u8], is_last: bool) -> Result<(Step, usize), CsvError> {
        let mut at = 0;
        let mut lines = self.lines;
        loop {
            if at == text.len() && is_last {
                self.lines = lines;
                return Ok((Step::End, at));
            }
            let Some(line) = line_of(&text[at..], is_last) else {
                return Ok((Step::MoreWanted, 0));
            };
            if line.text.is_empty() && line.has_end {
                at += line.bytes;
                lines += 1;
                continue;
            }
            let mut reader = Reader { text, at, line: lines, delimiter: self.delimiter, is_last };
            let Some(fields) = reader.record()? else { return Ok((Step::MoreWanted, 0)) };
            if self.fields == 0 {
                self.fields = fields.len();
            } else if fields.len() != self.fields {
                return Err(CsvError::FieldCount { line: lines + 1 });
            }
            self.lines = reader.line;
            return Ok((Step::Record(fields), reader.at));
        }
    }
}

struct Reader<'a> {
    text: &'a [u8],
    /// Where the next line begins.
    at: usize,
    /// Lines read so far.
    line: u64,
    delimiter: u8,
    is_last: bool,
}

impl<'a> Reader<'a> {
    fn next_line(&mut self) -> Option<Line<'a>> {
        let line = line_of(&self.text[self.at..], self.is_last)?;
        self.at += line.bytes;
        if line.bytes > 0 {
            self.line += 1;
        }
        Some(line)
    }

    /// `None` when more text is wanted.
    fn record(&mut self) -> Result<Option<Vec<Vec<u8>>>, CsvError> {
        let Some(mut line) = self.next_line() else { return Ok(None) };
        let start_line = self.line;
        let mut fields = Vec::new();
        // In `line.text`.
        let mut column = 0;
        loop {
            let rest = &line.text[column..];
            if rest.first() != Some(&b'"') {
                let length = rest.iter().position(|byte| *byte == self.delimiter);
                let field = &rest[..length.unwrap_or(rest.len())];
                if let Some(quote) = field.iter().position(|byte| *byte == b'"') {
                    let column = column + quote + 1;
                    return Err(CsvError::BareQuote { start_line, line: self.line, column });
                }
                fields.push(field.to_vec());
                match length {
                    Some(length) => column += length + 1,
                    None => return Ok(Some(fields)),
                }
                continue;
            }
            column += 1;
            let mut field = Vec::new();
            let is_end = loop {
                let rest = &line.text[column..];
                let Some(quote) = rest.iter().position(|byte| *byte == b'"') else {
                    // The field goes on in the next line.
                    field.extend_from_slice(rest);
                    if line.has_end {
                        field.push(b'\n');
                    }
                    let columns = line.text.len() + usize::from(line.has_end);
                    let Some(next) = self.next_line() else { return Ok(None) };
                    if next.bytes == 0 {
                        let column = columns + 1;
                        return Err(CsvError::Quote { start_line, line: self.line, column });
                    }
                    (line, column) = (next, 0);
                    continue;
                };
                field.extend_from_slice(&rest[..quote]);
                column += quote + 1;
                match line.text.get(column) {
                    None => break true,
                    Some(b'"') => {
                        field.push(b'"');
                        column += 1;
                    }
                    Some(byte) if *byte == self.delimiter => {
                        column += 1;
                        break false;
                    }
                    Some(_) => {
                        return Err(CsvError::Quote { start_line, line: self.line, column });
                    }
                }
            };
            fields.push(field);
            if is_end {
                return Ok(Some(fields));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All records, and the error that ended them.
    fn read(text: &str) -> (Vec<Vec<String>>, Option<String>) {
        let mut cursor = Cursor::new(b',');
        let (mut at, mut records) = (0, Vec::new());
        loop {
            match cursor.step(&text.as_bytes()[at..], true) {
                Ok((Step::Record(fields), bytes)) => {
                    let texts = fields.into_iter().map(|field| String::from_utf8(field).unwrap());
                    records.push(texts.collect());
                    at += bytes;
                }
                Ok(_) => return (records, None),
                Err(error) => return (records, Some(error.to_string())),
            }
        }
    }

    #[test]
    fn records_are_read() {
        let (records, error) = read("a,b\r\n\r\n1,\"x \"\"y\"\", z\"\n\"line\nend\",\n3,4");
        assert_eq!(error, None);
        assert_eq!(records, [["a", "b"], ["1", "x \"y\", z"], ["line\nend", ""], ["3", "4"]]);
        assert_eq!(read(""), (vec![], None));
    }

    #[test]
    fn errors_tell_the_place() {
        let error = |text| read(text).1.unwrap();
        assert_eq!(error("a,b\n1\n"), "record on line 2: wrong number of fields");
        let bare = "parse error on line 2, column 2: bare \" in non-quoted-field";
        assert_eq!(error("a,b\nx\"y,2\n"), bare);
        let extra = "parse error on line 2, column 3: extraneous or missing \" in quoted-field";
        assert_eq!(error("a,b\n\"x\"y,2\n"), extra);
        let open = "parse error on line 2, column 6: extraneous or missing \" in quoted-field";
        assert_eq!(error("a,b\n\"x,2\n"), open);
    }

    #[test]
    fn a_cut_text_is_read_on() {
        let mut cursor = Cursor::new(b';');
        assert_eq!(cursor.step(b"a;\"b\nc", false), Ok((Step::MoreWanted, 0)));
        assert_eq!(cursor.lines, 0);
        let fields = vec![b"a".to_vec(), b"b\nc".to_vec()];
        assert_eq!(cursor.step(b"a;\"b\nc\"\nd;e", false), Ok((Step::Record(fields), 8)));
        assert_eq!(cursor.lines, 2);
    }
}
