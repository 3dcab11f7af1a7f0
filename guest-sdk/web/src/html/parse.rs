//! Text becomes a document, as in a browser: html5ever parses, the tree is built here.
//!
//! A page of a few bytes can ask for millions of elements, or for a search through thousands of
//! open ones at every tag. Both are refused, with a reason.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

use super::document::{DOCUMENT, Doctype, Document, Element, Kind, NodeId};

/// The parser looks through all open elements at most tags: time is this times the number of tags.
/// Browsers stop at 512.
const DEPTH_MAX: u32 = 4_000;

/// Nodes that even the shortest page may have, beside one for every byte of it. Well-formed pages
/// have far less; misnested formatting elements are opened again and again.
const NODES_FREE: usize = 10_000;

/// Nodes of any page: some 150 MB, well below the usual limit of a VU.
const NODES_MAX: usize = 1_000_000;

/// Bytes between two checks of the above.
const CHUNK_BYTES: usize = 4 << 10;

impl Document {
    /// Parses a page; what is no HTML becomes text in it, as in a browser. The error says why a
    /// page is refused: it would take too long, or too much memory.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse(text)
    }
}

fn parse(text: &str) -> Result<Document, String> {
    let sink = Sink {
        document: RefCell::new(Document::new()),
        deepest: Cell::new(0),
        nodes_max: NODES_FREE.saturating_add(text.len()).min(NODES_MAX),
        is_overfull: Cell::new(false),
    };
    // A byte order mark is text by now, for k6 at least.
    let tokenizer = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let options = ParseOpts { tokenizer, ..ParseOpts::default() };
    let mut parser = parse_document(sink, options);
    let mut rest = text;
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(rest.floor_char_boundary(CHUNK_BYTES));
        rest = tail;
        parser.process(StrTendril::from_slice(chunk));
        parser.tokenizer.sink.sink.refusal()?;
    }
    let sink = parser.finish();
    sink.refusal()?;
    Ok(sink.document.into_inner())
}

/// Builds the tree as the parser says.
struct Sink {
    document: RefCell<Document>,
    deepest: Cell<u32>,
    nodes_max: usize,
    is_overfull: Cell<bool>,
}

impl Sink {
    fn refusal(&self) -> Result<(), String> {
        if self.deepest.get() > DEPTH_MAX {
            return Err(format!(
                "elements are nested more than {DEPTH_MAX} deep: the page has tags that are never \
                 closed"
            ));
        }
        if self.is_overfull.get() {
            return Err(format!(
                "a page of this length may have {} elements and texts, and it has more: either it \
                 is too long, or tags that are never closed are repeated in all that follows",
                self.nodes_max
            ));
        }
        Ok(())
    }

    fn create(&self, kind: Kind) -> NodeId {
        self.document.borrow_mut().create(kind)
    }

    fn note_depth(&self, depth: u32) {
        if depth > self.deepest.get() {
            self.deepest.set(depth);
        }
    }
}

/// Adds to a text node, if it is one.
fn extend(document: &mut Document, id: Option<NodeId>, text: &StrTendril) -> bool {
    let Some(id) = id else { return false };
    let Kind::Text(own) = &mut document.node_mut(id).kind else { return false };
    own.push_tendril(text);
    true
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.document.borrow(), |document| match &document.node(*target).kind {
            Kind::Element(element) => &element.name,
            _ => unreachable!("the parser asks elements only"),
        })
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> NodeId {
        let is_annotation_with_html = flags.mathml_annotation_xml_integration_point;
        self.create(Kind::Element(Box::new(Element { name, attributes, is_annotation_with_html })))
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.create(Kind::Comment(text))
    }

    fn create_pi(&self, _target: StrTendril, data: StrTendril) -> NodeId {
        self.create(Kind::Comment(data))
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let mut document = self.document.borrow_mut();
        // The parser goes on to the end of the chunk; there is to be no more by then.
        if document.node_count() > self.nodes_max {
            self.is_overfull.set(true);
            return;
        }
        let child = match child {
            NodeOrText::AppendNode(child) => child,
            NodeOrText::AppendText(text) => {
                let last = document.last_child(*parent);
                if extend(&mut document, last, &text) {
                    return;
                }
                document.create(Kind::Text(text))
            }
        };
        document.append(*parent, child);
        self.note_depth(document.node(child).depth);
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous_element: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        let has_parent = self.document.borrow().parent(*element).is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous_element, child);
        }
    }

    fn append_doctype_to_document(
        &self,
        name: StrTendril,
        public_id: StrTendril,
        system_id: StrTendril,
    ) {
        let doctype = self.create(Kind::Doctype(Box::new(Doctype { name, public_id, system_id })));
        self.document.borrow_mut().append(DOCUMENT, doctype);
    }

    /// What is in a template stays its child, as in k6.
    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        *target
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let mut document = self.document.borrow_mut();
        let child = match child {
            NodeOrText::AppendNode(child) => child,
            NodeOrText::AppendText(text) => {
                let previous = document.previous(*sibling);
                if extend(&mut document, previous, &text) {
                    return;
                }
                document.create(Kind::Text(text))
            }
        };
        document.insert_before(*sibling, child);
        self.note_depth(document.node(child).depth);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        let mut document = self.document.borrow_mut();
        let Kind::Element(element) = &mut document.node_mut(*target).kind else { return };
        for attribute in attributes {
            if !element.attributes.iter().any(|own| own.name == attribute.name) {
                element.attributes.push(attribute);
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.document.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut document = self.document.borrow_mut();
        while let Some(child) = document.first_child(*node) {
            document.append(*new_parent, child);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &NodeId) -> bool {
        let document = self.document.borrow();
        document.element(*target).is_some_and(|element| element.is_annotation_with_html)
    }

    fn allow_declarative_shadow_roots(&self, _intended_parent: &NodeId) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        parse(text).unwrap().inner_html(DOCUMENT)
    }

    fn body(text: &str) -> String {
        let page = parsed(text);
        page.replace("<html><head></head><body>", "").replace("</body></html>", "")
    }

    #[test]
    fn as_browsers_do() {
        assert_eq!(parsed(""), "<html><head></head><body></body></html>");
        assert_eq!(body("<p>a<p>b"), "<p>a</p><p>b</p>");
        assert_eq!(body("<b><p>a</b>b</p>"), "<b></b><p><b>a</b>b</p>");
        assert_eq!(body("<table><tr>x<td>1"), "x<table><tbody><tr><td>1</td></tr></tbody></table>");
        assert_eq!(body("<svg viewbox=1><p>x"), "<svg viewBox=\"1\"></svg><p>x</p>");
    }

    #[test]
    fn as_k6_writes_it() {
        assert_eq!(body("<br><a b='\"'>\"&amp;&nbsp;"), "<br/><a b=\"&#34;\">&#34;&amp;\u{a0}</a>");
        assert_eq!(body("<pre>\n\na</pre>"), "<pre>\n\na</pre>");
        assert_eq!(body("x<script>a<b</script>"), "x<script>a<b</script>");
        let script = parse("<script>a<b").unwrap();
        let id = script.descendants(DOCUMENT).find(|id| script.tag(*id) == "script").unwrap();
        assert_eq!(script.inner_html(id), "a&lt;b");
        assert_eq!(body("x<!--a->b&-->"), "x<!--a-&gt;b&amp;-->");
        assert_eq!(parsed("<plaintext>x"), "<html><head></head><body><plaintext>x");
        let template = "<html><head><template><i></i></template></head><body></body></html>";
        assert_eq!(parsed("<template><i>"), template);
    }

    #[test]
    fn what_would_take_for_ever_is_refused() {
        assert!(parse(&"<div>".repeat(DEPTH_MAX as usize - 10)).is_ok());
        assert!(parse(&"<div>".repeat(100_000)).err().unwrap().contains("nested"));
        let fonts: Vec<String> = (0..20_000).map(|n| format!("<p><font color={n}>")).collect();
        assert!(parse(&fonts.concat()).err().unwrap().contains("repeated"));
    }
}
