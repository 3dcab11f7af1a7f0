//! What a selector has found, and ways from there.

use std::fmt;

use squall_web::html::{Axis, Document, NodeId, Target, Value, url_encoded};

use super::selector;

/// Elements of one page, each of them once.
///
/// Methods that read (`attr`, `html`, `value`) read the first element; `text` reads all.
#[derive(Clone)]
pub struct Selection<'d> {
    document: &'d Document,
    nodes: Vec<NodeId>,
}

/// One element of a page.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    document: &'d Document,
    node: NodeId,
}

impl<'d> Selection<'d> {
    pub(super) fn new(document: &'d Document, nodes: Vec<NodeId>) -> Self {
        Self { document, nodes }
    }

    fn of(&self, nodes: Vec<NodeId>) -> Self {
        Self::new(self.document, nodes)
    }

    fn walk(&self, axis: Axis) -> Self {
        self.of(self.document.walk(&self.nodes, axis, None))
    }

    fn walk_until(&self, axis: Axis, end: &dyn Target) -> Self {
        self.of(self.document.walk(&self.nodes, axis, Some(end)))
    }

    fn first_node(&self) -> Option<Element<'d>> {
        self.get(0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True when nothing was found.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The element at a position, from 0.
    pub fn get(&self, index: usize) -> Option<Element<'d>> {
        let node = *self.nodes.get(index)?;
        Some(Element { document: self.document, node })
    }

    /// All elements.
    pub fn iter(&self) -> IntoIter<'d> {
        self.into_iter()
    }

    /// Calls a function with the position of each element, and with the element.
    pub fn each(&self, mut visit: impl FnMut(usize, Element<'d>)) {
        self.iter().enumerate().for_each(|(index, element)| visit(index, element));
    }

    /// The first alone; empty when there is none.
    #[must_use]
    pub fn first(&self) -> Self {
        self.eq(0)
    }

    /// The last alone; empty when there is none.
    #[must_use]
    pub fn last(&self) -> Self {
        self.eq(-1)
    }

    /// The one at a position alone, from 0; from the end if negative. Empty when there is none.
    #[must_use]
    pub fn eq(&self, index: isize) -> Self {
        let from_end = self.nodes.len().checked_sub(index.unsigned_abs());
        let at = if index < 0 { from_end } else { Some(index.unsigned_abs()) };
        self.of(at.and_then(|at| self.nodes.get(at)).copied().into_iter().collect())
    }

    /// What the selector finds in these.
    ///
    /// # Panics
    ///
    /// When that is no selector; so do all methods that take one.
    #[must_use]
    #[track_caller]
    pub fn find(&self, css: &str) -> Self {
        self.of(self.document.find(&self.nodes, &selector(css)))
    }

    /// Those of these that the selector holds for.
    #[must_use]
    #[track_caller]
    pub fn filter(&self, css: &str) -> Self {
        self.of(self.document.filter(&self.nodes, &selector(css)))
    }

    /// Those of these that a function says yes to.
    #[must_use]
    pub fn filter_by(&self, mut accepts: impl FnMut(Element<'d>) -> bool) -> Self {
        let nodes = self.nodes.iter().copied();
        self.of(nodes
            .filter(|node| accepts(Element { document: self.document, node: *node }))
            .collect())
    }

    /// Those of these that the selector does not hold for.
    #[must_use]
    #[track_caller]
    pub fn not(&self, css: &str) -> Self {
        let excluded = selector(css);
        let nodes = self.nodes.iter().copied();
        self.of(nodes.filter(|node| !excluded.holds(self.document, *node)).collect())
    }

    /// Whether the selector holds for any of these.
    #[track_caller]
    pub fn is(&self, css: &str) -> bool {
        let wanted = selector(css);
        self.nodes.iter().any(|node| wanted.holds(self.document, *node))
    }

    /// Those of these that have something in them that the selector finds.
    #[must_use]
    #[track_caller]
    pub fn has(&self, css: &str) -> Self {
        self.of(self.document.having(&self.nodes, &selector(css)))
    }

    /// For each of these the nearest that the selector holds for: it, or an element around it.
    #[must_use]
    #[track_caller]
    pub fn closest(&self, css: &str) -> Self {
        self.of(self.document.closest(&self.nodes, &selector(css)))
    }

    /// The elements directly in these.
    #[must_use]
    pub fn children(&self) -> Self {
        self.walk(Axis::Children)
    }

    /// The element around each of these.
    #[must_use]
    pub fn parent(&self) -> Self {
        self.walk(Axis::Parent)
    }

    /// All elements around these, from the inside out.
    #[must_use]
    pub fn parents(&self) -> Self {
        self.walk(Axis::Parents)
    }

    /// As [`Selection::parents`], up to one that the selector holds for, which is left out.
    #[must_use]
    #[track_caller]
    pub fn parents_until(&self, css: &str) -> Self {
        self.walk_until(Axis::Parents, &selector(css))
    }

    /// The other elements beside each of these.
    #[must_use]
    pub fn siblings(&self) -> Self {
        self.walk(Axis::Siblings)
    }

    /// The element after each of these.
    #[must_use]
    pub fn next(&self) -> Self {
        self.walk(Axis::Next)
    }

    /// All elements after these, beside them.
    #[must_use]
    pub fn next_all(&self) -> Self {
        self.walk(Axis::NextAll)
    }

    /// As [`Selection::next_all`], up to one that the selector holds for, which is left out.
    #[must_use]
    #[track_caller]
    pub fn next_until(&self, css: &str) -> Self {
        self.walk_until(Axis::NextAll, &selector(css))
    }

    /// The element before each of these.
    #[must_use]
    pub fn prev(&self) -> Self {
        self.walk(Axis::Previous)
    }

    /// All elements before these, beside them, from there.
    #[must_use]
    pub fn prev_all(&self) -> Self {
        self.walk(Axis::PreviousAll)
    }

    /// As [`Selection::prev_all`], up to one that the selector holds for, which is left out.
    #[must_use]
    #[track_caller]
    pub fn prev_until(&self, css: &str) -> Self {
        self.walk_until(Axis::PreviousAll, &selector(css))
    }

    /// All text in these, one after the other, as it stands in the page.
    pub fn text(&self) -> String {
        self.document.text(&self.nodes)
    }

    /// What is in the first, as HTML; empty when there is none.
    pub fn html(&self) -> String {
        self.first_node().map(|element| element.html()).unwrap_or_default()
    }

    /// An attribute of the first.
    pub fn attr(&self, name: &str) -> Option<&'d str> {
        self.first_node()?.attr(name)
    }

    /// The value of the first, if it is a field; see [`Element::value`].
    pub fn value(&self) -> Option<String> {
        self.first_node()?.value()
    }

    /// Names and values of the fields among these, or in them if one is a form: those that k6 would
    /// send. A list in which several entries are selected is there several times.
    pub fn fields(&self) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        for (name, value) in self.document.form_values(&self.nodes) {
            match value {
                None => {}
                Some(Value::One(value)) => fields.push((name, value)),
                Some(Value::Many(values)) => {
                    fields.extend(values.into_iter().map(|value| (name.clone(), value)));
                }
            }
        }
        fields
    }

    /// [`Selection::fields`] as a form: `a=1&b=two+words`, by name. Of several fields of one name
    /// the last counts.
    pub fn serialize(&self) -> String {
        url_encoded(&self.document.form_values(&self.nodes))
    }
}

impl<'d> Element<'d> {
    /// Tag name: lower case but for some names of SVG.
    pub fn name(&self) -> &'d str {
        self.document.name(self.node)
    }

    /// Value of an attribute.
    pub fn attr(&self, name: &str) -> Option<&'d str> {
        self.document.attribute(self.node, name)
    }

    /// Names and values of all attributes.
    pub fn attrs(&self) -> impl Iterator<Item = (&'d str, &'d str)> {
        self.document.attributes(self.node).map(|(name, _, value)| (name, value))
    }

    /// All text in the element.
    pub fn text(&self) -> String {
        self.document.text(&[self.node])
    }

    /// What is in the element, as HTML.
    pub fn html(&self) -> String {
        self.document.inner_html(self.node)
    }

    /// The value of a field; nothing for other elements. As in k6, and other than in browsers, no
    /// option of a `select` is selected that does not say so. Of several this is the first.
    pub fn value(&self) -> Option<String> {
        match self.document.field_value(self.node)? {
            Value::One(value) => Some(value),
            Value::Many(values) => values.into_iter().next(),
        }
    }

    /// The elements in this one that a selector finds.
    ///
    /// # Panics
    ///
    /// When that is no selector.
    #[track_caller]
    pub fn find(&self, css: &str) -> Selection<'d> {
        self.select().find(css)
    }

    /// The selection of this element alone, with its ways to other elements.
    pub fn select(&self) -> Selection<'d> {
        Selection::new(self.document, vec![self.node])
    }
}

/// The elements of a selection.
#[derive(Clone)]
pub struct IntoIter<'d> {
    document: &'d Document,
    nodes: std::vec::IntoIter<NodeId>,
}

impl<'d> Iterator for IntoIter<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        let node = self.nodes.next()?;
        Some(Element { document: self.document, node })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.nodes.size_hint()
    }
}

impl ExactSizeIterator for IntoIter<'_> {}

impl<'d> IntoIterator for Selection<'d> {
    type Item = Element<'d>;
    type IntoIter = IntoIter<'d>;

    fn into_iter(self) -> IntoIter<'d> {
        IntoIter { document: self.document, nodes: self.nodes.into_iter() }
    }
}

impl<'d> IntoIterator for &Selection<'d> {
    type Item = Element<'d>;
    type IntoIter = IntoIter<'d>;

    fn into_iter(self) -> IntoIter<'d> {
        self.clone().into_iter()
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.name())?;
        for (name, value) in self.attrs() {
            write!(f, " {name}={value:?}")?;
        }
        f.write_str(">")
    }
}

impl fmt::Debug for Selection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Debug for IntoIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
