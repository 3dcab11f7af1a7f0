//! Ways from a list of nodes to another, as jQuery has them. A node is in a result once, at the
//! place where it was first met.

use super::document::{DOCUMENT, Document, NodeId};

/// Which nodes are meant: those that a selector finds, or given ones.
pub trait Target {
    /// Is this one of them?
    fn holds(&self, document: &Document, id: NodeId) -> bool;
}

impl<F: Fn(&Document, NodeId) -> bool> Target for F {
    fn holds(&self, document: &Document, id: NodeId) -> bool {
        self(document, id)
    }
}

/// Where to look from each node.
#[derive(Clone, Copy)]
pub enum Axis {
    /// The elements in it.
    Children,
    /// All nodes in it, texts and comments, too.
    Contents,
    /// The element after it.
    Next,
    /// All elements after it.
    NextAll,
    /// The element before it.
    Previous,
    /// All elements before it, from there.
    PreviousAll,
    /// The element around it.
    Parent,
    /// All elements around it, from there.
    Parents,
    /// All other elements in its parent.
    Siblings,
}

impl Axis {
    /// By the name of jQuery's method: `nextAll` and so on.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "children" => Self::Children,
            "contents" => Self::Contents,
            "next" => Self::Next,
            "nextAll" => Self::NextAll,
            "prev" => Self::Previous,
            "prevAll" => Self::PreviousAll,
            "parent" => Self::Parent,
            "parents" => Self::Parents,
            "siblings" => Self::Siblings,
            _ => return None,
        })
    }

    /// The nodes that there are, nearest first.
    fn from<'d>(self, document: &'d Document, id: NodeId) -> Box<dyn Iterator<Item = NodeId> + 'd> {
        let is_element = |id: &NodeId| document.is_element(*id);
        let later = std::iter::successors(document.next(id), |id| document.next(*id));
        let earlier = std::iter::successors(document.previous(id), |id| document.previous(*id));
        let ancestors = document.ancestors(id).take_while(is_element);
        match self {
            Self::Children => Box::new(document.children(id).filter(is_element)),
            Self::Contents => Box::new(document.children(id)),
            Self::Next => Box::new(later.filter(is_element).take(1)),
            Self::NextAll => Box::new(later.filter(is_element)),
            Self::Previous => Box::new(earlier.filter(is_element).take(1)),
            Self::PreviousAll => Box::new(earlier.filter(is_element)),
            Self::Parent => Box::new(ancestors.take(1)),
            Self::Parents => Box::new(ancestors),
            Self::Siblings => {
                let peers = document.parent(id).into_iter().flat_map(|up| document.children(up));
                Box::new(peers.filter(move |peer| *peer != id && document.is_element(*peer)))
            }
        }
    }
}

/// A list without doubles.
struct Found {
    nodes: Vec<NodeId>,
    is_in: Vec<bool>,
}

impl Found {
    fn new(document: &Document) -> Self {
        Self { nodes: Vec::new(), is_in: vec![false; document.node_count()] }
    }

    fn push(&mut self, id: NodeId) -> bool {
        let is_new = !std::mem::replace(&mut self.is_in[id as usize], true);
        if is_new {
            self.nodes.push(id);
        }
        is_new
    }
}

impl Document {
    /// Which of the nodes are meant.
    pub fn filter(&self, nodes: &[NodeId], target: &dyn Target) -> Vec<NodeId> {
        nodes.iter().copied().filter(|id| target.holds(self, *id)).collect()
    }

    /// The elements below the nodes that are meant.
    pub fn find(&self, nodes: &[NodeId], target: &dyn Target) -> Vec<NodeId> {
        find(self, nodes, target)
    }

    /// For each node the nearest that is meant: it or an ancestor.
    pub fn closest(&self, nodes: &[NodeId], target: &dyn Target) -> Vec<NodeId> {
        closest(self, nodes, target)
    }

    /// Those of the nodes with something below that is meant.
    pub fn having(&self, nodes: &[NodeId], target: &dyn Target) -> Vec<NodeId> {
        having(self, nodes, target)
    }

    /// Walks from each node until the target is met, or to the end. What is met is not in the
    /// result.
    pub fn walk(&self, nodes: &[NodeId], axis: Axis, until: Option<&dyn Target>) -> Vec<NodeId> {
        walk(self, nodes, axis, until)
    }
}

fn walk(
    document: &Document,
    from: &[NodeId],
    axis: Axis,
    until: Option<&dyn Target>,
) -> Vec<NodeId> {
    if let [id] = from {
        let is_end = |id: NodeId| until.is_some_and(|until| until.holds(document, id));
        return axis.from(document, *id).take_while(|id| !is_end(*id)).collect();
    }
    let mut found = Found::new(document);
    for id in from {
        for each in axis.from(document, *id) {
            if until.is_some_and(|until| until.holds(document, each)) {
                break;
            }
            let is_new = found.push(each);
            // Whoever was here has walked on from here, and would have stopped where we would.
            if !is_new && !matches!(axis, Axis::Siblings) {
                break;
            }
        }
    }
    found.nodes
}

fn find(document: &Document, from: &[NodeId], target: &dyn Target) -> Vec<NodeId> {
    let mut found = Found::new(document);
    for id in from {
        let children = document.children(*id).filter(|child| document.is_element(*child));
        for child in children {
            if target.holds(document, child) {
                found.push(child);
            }
            for each in document.descendants(child) {
                if target.holds(document, each) {
                    found.push(each);
                }
            }
        }
    }
    found.nodes
}

fn closest(document: &Document, from: &[NodeId], target: &dyn Target) -> Vec<NodeId> {
    let mut found = Found::new(document);
    for id in from {
        let mut line = std::iter::once(*id).chain(document.ancestors(*id));
        if let Some(id) = line.find(|each| target.holds(document, *each)) {
            found.push(id);
        }
    }
    found.nodes
}

fn having(document: &Document, from: &[NodeId], target: &dyn Target) -> Vec<NodeId> {
    let mut has = vec![false; document.node_count()];
    for id in std::iter::once(DOCUMENT).chain(document.descendants(DOCUMENT)) {
        if target.holds(document, id) {
            for ancestor in document.ancestors(id) {
                // The rest of the way is marked already.
                if std::mem::replace(&mut has[ancestor as usize], true) {
                    break;
                }
            }
        }
    }
    from.iter().copied().filter(|id| has[*id as usize]).collect()
}
