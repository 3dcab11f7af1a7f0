//! A parsed document: all nodes in one list, linked by their numbers. Dropping it is one loop over
//! the list, however deep the tree is, and nothing here recurses.

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName};

/// Number of a node. The document itself is 0.
pub type NodeId = u32;

/// The root of the tree.
pub const DOCUMENT: NodeId = 0;

/// In place of a node that there is none of.
const NONE: NodeId = NodeId::MAX;

/// What a node is, with what only nodes of this kind have.
pub(crate) enum Kind {
    Document,
    Doctype(Box<Doctype>),
    Text(StrTendril),
    Comment(StrTendril),
    Element(Box<Element>),
}

pub(crate) struct Doctype {
    pub(crate) name: StrTendril,
    pub(crate) public_id: StrTendril,
    pub(crate) system_id: StrTendril,
}

pub(crate) struct Element {
    pub(crate) name: QualName,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) is_annotation_with_html: bool,
}

pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// How many ancestors the node had when it was put into the tree.
    pub(crate) depth: u32,
    parent: NodeId,
    first_child: NodeId,
    last_child: NodeId,
    previous: NodeId,
    next: NodeId,
}

/// A parsed page: a tree of nodes, which are known by their numbers.
///
/// # Panics
///
/// Methods that take a node panic when the document has no such node: it is of another one.
pub struct Document {
    nodes: Vec<Node>,
}

fn some(id: NodeId) -> Option<NodeId> {
    (id != NONE).then_some(id)
}

impl Document {
    /// Nothing but the document node.
    pub(crate) fn new() -> Self {
        let mut document = Self { nodes: Vec::new() };
        document.create(Kind::Document);
        document
    }

    /// A node that is not in the tree yet.
    pub(crate) fn create(&mut self, kind: Kind) -> NodeId {
        let id = self.nodes.len() as NodeId;
        self.nodes.push(Node {
            kind,
            depth: 0,
            parent: NONE,
            first_child: NONE,
            last_child: NONE,
            previous: NONE,
            next: NONE,
        });
        id
    }

    /// How many nodes were ever created.
    pub(crate) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    /// The node that it is in.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).parent)
    }

    /// The first of the nodes in it.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).first_child)
    }

    /// The last of the nodes in it.
    pub fn last_child(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).last_child)
    }

    /// The node before it in its parent.
    pub fn previous(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).previous)
    }

    /// The node after it in its parent.
    pub fn next(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).next)
    }

    pub(crate) fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.node(id).kind {
            Kind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// Elements have tags; texts, comments, the doctype and the document itself have none.
    pub fn is_element(&self, id: NodeId) -> bool {
        self.element(id).is_some()
    }

    /// Name of an element: lower case but for some names of SVG. Empty for other nodes.
    pub fn tag(&self, id: NodeId) -> &str {
        self.element(id).map_or("", |element| &element.name.local)
    }

    /// Value of the first attribute of this name.
    pub fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        let element = self.element(id)?;
        let mut attributes = element.attributes.iter();
        attributes.find(|attribute| *attribute.name.local == *name).map(|found| &*found.value)
    }

    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.first_child(id), |child| self.next(*child))
    }

    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.parent(id), |ancestor| self.parent(*ancestor))
    }

    /// Everything below a node, in the order of the document.
    pub(crate) fn descendants(&self, root: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.first_child(root), move |id| self.following(root, *id))
    }

    /// The node after `id` in the order of the document, without leaving `root`.
    fn following(&self, root: NodeId, id: NodeId) -> Option<NodeId> {
        if let Some(child) = self.first_child(id) {
            return Some(child);
        }
        self.after(root, id)
    }

    /// As `following`, but without what is below `id`.
    fn after(&self, root: NodeId, id: NodeId) -> Option<NodeId> {
        let mut id = id;
        while id != root {
            if let Some(next) = self.next(id) {
                return Some(next);
            }
            id = self.parent(id)?;
        }
        None
    }

    /// Is `id` somewhere below `ancestor`?
    pub fn is_below(&self, id: NodeId, ancestor: NodeId) -> bool {
        self.ancestors(id).any(|each| each == ancestor)
    }

    /// Name, prefix of the namespace (most often empty) and value of every attribute.
    pub fn attributes(&self, id: NodeId) -> impl Iterator<Item = (&str, &str, &str)> {
        let attributes =
            self.element(id).map(|element| element.attributes.as_slice()).unwrap_or_default();
        attributes.iter().map(|attribute| {
            let prefix = attribute.name.prefix.as_deref().unwrap_or_default();
            (&*attribute.name.local, prefix, &*attribute.value)
        })
    }

    /// Tag name, or what browsers have in its place: `#text` and so on.
    pub fn name(&self, id: NodeId) -> &str {
        match &self.node(id).kind {
            Kind::Document => "#document",
            Kind::Text(_) => "#text",
            Kind::Comment(_) => "#comment",
            Kind::Doctype(doctype) => &doctype.name,
            Kind::Element(element) => &element.name.local,
        }
    }

    /// `Node.nodeType` of browsers.
    pub fn node_type(&self, id: NodeId) -> u8 {
        match &self.node(id).kind {
            Kind::Element(_) => 1,
            Kind::Text(_) => 3,
            Kind::Comment(_) => 8,
            Kind::Document => 9,
            Kind::Doctype(_) => 10,
        }
    }

    /// All the text in the nodes, one after the other.
    pub fn text(&self, nodes: &[NodeId]) -> String {
        let mut text = String::new();
        for id in nodes {
            self.text_into(*id, &mut text);
        }
        text
    }

    /// Adds the text of a node and of all below it.
    pub(crate) fn text_into(&self, id: NodeId, text: &mut String) {
        if let Kind::Text(own) = &self.node(id).kind {
            text.push_str(own);
        }
        for each in self.descendants(id) {
            if let Kind::Text(own) = &self.node(each).kind {
                text.push_str(own);
            }
        }
    }

    /// Takes a node out of the tree.
    pub(crate) fn detach(&mut self, id: NodeId) {
        let node = self.node_mut(id);
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
        match some(previous) {
            Some(previous) => self.node_mut(previous).next = next,
            None if parent != NONE => self.node_mut(parent).first_child = next,
            None => {}
        }
        match some(next) {
            Some(next) => self.node_mut(next).previous = previous,
            None if parent != NONE => self.node_mut(parent).last_child = previous,
            None => {}
        }
    }

    /// Makes a node the last child.
    pub(crate) fn append(&mut self, parent: NodeId, child: NodeId) {
        self.detach(child);
        let depth = self.node(parent).depth + 1;
        let last = self.node(parent).last_child;
        let node = self.node_mut(child);
        (node.parent, node.previous, node.depth) = (parent, last, depth);
        match some(last) {
            Some(last) => self.node_mut(last).next = child,
            None => self.node_mut(parent).first_child = child,
        }
        self.node_mut(parent).last_child = child;
    }

    /// Puts a node before one that has a parent.
    pub(crate) fn insert_before(&mut self, sibling: NodeId, child: NodeId) {
        self.detach(child);
        let (parent, previous) = (self.node(sibling).parent, self.node(sibling).previous);
        let depth = self.node(sibling).depth;
        let node = self.node_mut(child);
        (node.parent, node.previous, node.next, node.depth) = (parent, previous, sibling, depth);
        match some(previous) {
            Some(previous) => self.node_mut(previous).next = child,
            None if parent != NONE => self.node_mut(parent).first_child = child,
            None => {}
        }
        self.node_mut(sibling).previous = child;
    }
}
