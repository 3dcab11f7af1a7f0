//! Blanks out strings, characters and comments of Rust source, so that what is left can be counted
//! by its braces.
//!
//! Lines stay where they are. Total: source that does not compile gives some answer, never a panic.

/// The source with the content of strings, characters and comments replaced by spaces.
pub(super) fn mask(source: &str) -> String {
    let mut masker = Masker { rest: source, out: String::with_capacity(source.len()), last: ' ' };
    while masker.step() {}
    masker.out
}

struct Masker<'a> {
    rest: &'a str,
    out: String,
    /// The last character that was kept.
    last: char,
}

impl Masker<'_> {
    /// Handles one token or one character; false at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.blank(end);
        } else if self.rest.starts_with("/*") {
            self.blank(block_comment_len(self.rest));
        } else if first == '"' {
            self.blank(string_len(self.rest));
        } else if first == '\'' {
            match char_len(self.rest) {
                Some(length) => self.blank(length),
                None => self.keep(1),
            }
        } else if let Some(length) = self.raw_string_len() {
            self.blank(length);
        } else {
            self.keep(first.len_utf8());
        }
        true
    }

    /// `r"..."`, `r#"..."#`, `br"..."`, `cr"..."`: only where no name can be going on.
    fn raw_string_len(&self) -> Option<usize> {
        if self.last.is_alphanumeric() || self.last == '_' {
            return None;
        }
        let after_prefix = ["r", "br", "cr"].iter().find_map(|p| self.rest.strip_prefix(p))?;
        let hashes = after_prefix.len() - after_prefix.trim_start_matches('#').len();
        let body = after_prefix[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        let body_len = body.find(&close).map_or(body.len(), |at| at + close.len());
        Some(self.rest.len() - body.len() + body_len)
    }

    fn keep(&mut self, length: usize) {
        let (kept, rest) = self.rest.split_at(length);
        self.out.push_str(kept);
        self.last = kept.chars().next_back().unwrap_or(' ');
        self.rest = rest;
    }

    fn blank(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length);
        self.out.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.last = ' ';
        self.rest = rest;
    }
}

/// Length of a string that begins with a quote.
fn string_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of a character literal; none for a lifetime.
fn char_len(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
        return chars.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    let (at, second) = chars.next()?;
    (second == '\'').then_some(at + 1)
}

/// Length of a block comment; they nest.
fn block_comment_len(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn strings_and_comments_go_and_code_stays() {
        assert_eq!(mask("a(\"}\\\"{\", b) // {"), "a(      , b)     ");
        let comment = "/* { /* } */ { */";
        assert_eq!(mask(&format!("x {comment} y")), format!("x {} y", " ".repeat(comment.len())));
        assert_eq!(mask("r#\"{\"}\"# b"), "         b");
        assert_eq!(mask("br\"{\" c"), "      c");
        assert_eq!(mask("for_r\"{\""), "for_r   ");
    }

    #[test]
    fn characters_go_and_lifetimes_stay() {
        let characters = "'{' '\\'' '\\u{7b}'";
        assert_eq!(mask(characters), " ".repeat(characters.len()));
        assert_eq!(mask("'{' 'a"), "    'a");
        assert_eq!(mask("fn f<'a>(x: &'a str) {"), "fn f<'a>(x: &'a str) {");
        assert_eq!(mask("b'{'"), "b   ");
        assert_eq!(mask("'ä' 'ä"), "    'ä");
    }

    #[test]
    fn lines_stay_where_they_are() {
        let source = "a\n\"\n{\n\"\n/*\n*/ b\n";
        assert_eq!(mask(source).lines().count(), source.lines().count());
    }

    #[test]
    fn unfinished_source_gives_some_answer() {
        for source in ["\"", "'", "'\\", "/*", "/* /*", "r#\"", "r", "\"\\", "//", "'ä", "b'"] {
            mask(source);
        }
    }
}
