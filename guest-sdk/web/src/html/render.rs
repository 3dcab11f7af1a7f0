//! A document as text again, the way that k6 writes it: void elements end in `/>`, and quotes are
//! escaped in text, too.

use html5ever::ns;

use super::document::{Document, Kind, NodeId};

/// Elements that have no end tag.
const VOID: [&str; 15] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "keygen", "link", "meta", "param",
    "source", "track", "wbr",
];

/// Elements with text that is written as it is.
const RAW: [&str; 8] =
    ["iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "xmp"];

impl Document {
    /// What is in a node, as HTML: without its own tags.
    pub fn inner_html(&self, id: NodeId) -> String {
        inner(self, id)
    }

    /// The namespace of an element, as its URL.
    pub fn namespace(&self, id: NodeId) -> &'static str {
        match self.element(id).map(|element| &element.name.ns) {
            Some(ns) if *ns == ns!(svg) => "http://www.w3.org/2000/svg",
            Some(ns) if *ns == ns!(mathml) => "http://www.w3.org/1998/Math/MathML",
            _ => "http://www.w3.org/1999/xhtml",
        }
    }
}

/// Everything in a node, without its own tags.
fn inner(document: &Document, root: NodeId) -> String {
    let mut html = String::new();
    let mut next = document.first_child(root);
    while let Some(id) = next {
        let is_open = open(document, root, id, &mut html);
        if is_open && let Some(child) = document.first_child(id) {
            next = Some(child);
            continue;
        }
        next = if is_open {
            leave(document, root, id, &mut html)
        } else {
            after(document, root, id, &mut html)
        };
    }
    html
}

/// Closes an element and goes on.
fn leave(document: &Document, root: NodeId, id: NodeId, html: &mut String) -> Option<NodeId> {
    close(document, id, html).then(|| after(document, root, id, html))?
}

/// The next node that is not below `id`. Closes what is left.
fn after(document: &Document, root: NodeId, id: NodeId, html: &mut String) -> Option<NodeId> {
    let mut id = id;
    loop {
        if let Some(next) = document.next(id) {
            return Some(next);
        }
        id = document.parent(id)?;
        if id == root {
            return None;
        }
        if !close(document, id, html) {
            return None;
        }
    }
}

/// Writes what comes before the children. False: there cannot be any.
fn open(document: &Document, root: NodeId, id: NodeId, html: &mut String) -> bool {
    match &document.node(id).kind {
        Kind::Document => true,
        Kind::Text(text) => {
            // In k6 it takes the tags around a text to make it raw: the inside of a script alone is
            // escaped.
            let parent = document.parent(id).filter(|parent| *parent != root);
            let is_raw = parent.is_some_and(|parent| RAW.contains(&document.tag(parent)));
            if is_raw {
                html.push_str(text);
            } else {
                escape(text, html);
            }
            false
        }
        Kind::Comment(text) => {
            html.push_str("<!--");
            escape_comment(text, html);
            html.push_str("-->");
            false
        }
        Kind::Doctype(doctype) => {
            html.push_str("<!DOCTYPE ");
            escape(&doctype.name, html);
            if !doctype.public_id.is_empty() {
                html.push_str(" PUBLIC ");
                quote(&doctype.public_id, html);
                if !doctype.system_id.is_empty() {
                    html.push(' ');
                    quote(&doctype.system_id, html);
                }
            } else if !doctype.system_id.is_empty() {
                html.push_str(" SYSTEM ");
                quote(&doctype.system_id, html);
            }
            html.push('>');
            false
        }
        Kind::Element(_) => start_tag(document, id, html),
    }
}

fn start_tag(document: &Document, id: NodeId, html: &mut String) -> bool {
    let Some(element) = document.element(id) else { return false };
    let tag: &str = &element.name.local;
    html.push('<');
    html.push_str(tag);
    for attribute in &element.attributes {
        html.push(' ');
        if let Some(prefix) = &attribute.name.prefix
            && !prefix.is_empty()
        {
            html.push_str(prefix);
            html.push(':');
        }
        html.push_str(&attribute.name.local);
        html.push_str("=\"");
        escape(&attribute.value, html);
        html.push('"');
    }
    if VOID.contains(&tag) {
        html.push_str("/>");
        return false;
    }
    html.push('>');
    // The parser drops a line feed that comes first in these.
    let first = document.first_child(id).map(|child| &document.node(child).kind);
    let begins_with_line_feed = matches!(first, Some(Kind::Text(text)) if text.starts_with('\n'));
    if begins_with_line_feed && matches!(tag, "pre" | "listing" | "textarea") {
        html.push('\n');
    }
    true
}

/// False: everything after it is part of the element, so there is nothing more to write.
fn close(document: &Document, id: NodeId, html: &mut String) -> bool {
    let tag = document.tag(id);
    if tag == "plaintext" {
        return false;
    }
    html.push_str("</");
    html.push_str(tag);
    html.push('>');
    true
}

fn escape(text: &str, html: &mut String) {
    for piece in text.split_inclusive(['&', '\'', '<', '>', '"', '\r']) {
        let escaped = match piece.as_bytes().last() {
            Some(b'&') => "&amp;",
            Some(b'\'') => "&#39;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&#34;",
            Some(b'\r') => "&#13;",
            _ => {
                html.push_str(piece);
                continue;
            }
        };
        html.push_str(&piece[..piece.len() - 1]);
        html.push_str(escaped);
    }
}

/// A comment must not end in the middle of its text.
fn escape_comment(text: &str, html: &mut String) {
    let mut previous = '-';
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '>' if matches!(previous, '-' | '!') => html.push_str("&gt;"),
            _ => html.push(c),
        }
        previous = c;
    }
}

fn quote(text: &str, html: &mut String) {
    let mark = if text.contains('"') { '\'' } else { '"' };
    html.push(mark);
    html.push_str(text);
    html.push(mark);
}
