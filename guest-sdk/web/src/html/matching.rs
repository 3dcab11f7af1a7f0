//! Whether a selector holds for a node. The rules are those of k6's library, with its oddities:
//! some pseudo-classes hold for text nodes, too.

use super::document::{Document, Kind, NodeId};
use super::selector::{
    AttributeTest, Combinator, Compound, Nth, Selector, SelectorList, Simple, State, ValueTest,
};
use super::walk::Target;

impl Target for SelectorList<'_> {
    fn holds(&self, document: &Document, id: NodeId) -> bool {
        self.matches(document, id)
    }
}

impl SelectorList<'_> {
    fn matches(&self, document: &Document, id: NodeId) -> bool {
        self.0.iter().any(|selector| selector.matches(document, id))
    }
}

impl Selector<'_> {
    fn matches(&self, document: &Document, id: NodeId) -> bool {
        let Some((last, before)) = self.0.split_last() else { return false };
        last.1.matches(document, id) && holds_left(document, id, last.0, before)
    }
}

/// Is there a way from a node to the left, through all the compounds?
fn holds_left(
    document: &Document,
    id: NodeId,
    combinator: Combinator,
    left: &[(Combinator, Compound<'_>)],
) -> bool {
    let Some((next, before)) = left.split_last() else { return true };
    let holds = |candidate: NodeId| {
        next.1.matches(document, candidate) && holds_left(document, candidate, next.0, before)
    };
    let step_left = |id: &NodeId| document.previous(*id);
    match combinator {
        Combinator::Descendant => document.ancestors(id).any(holds),
        Combinator::Child => document.parent(id).is_some_and(holds),
        Combinator::LaterSibling => {
            std::iter::successors(document.previous(id), step_left).any(holds)
        }
        Combinator::NextSibling => {
            let is_skipped =
                |id: &NodeId| matches!(document.node(*id).kind, Kind::Text(_) | Kind::Comment(_));
            let mut siblings = std::iter::successors(document.previous(id), step_left);
            siblings.find(|sibling| !is_skipped(sibling)).is_some_and(holds)
        }
    }
}

impl Compound<'_> {
    fn matches(&self, document: &Document, id: NodeId) -> bool {
        if self.0.is_empty() {
            return document.is_element(id);
        }
        self.0.iter().all(|simple| simple.matches(document, id))
    }
}

impl Simple<'_> {
    fn matches(&self, document: &Document, id: NodeId) -> bool {
        match self {
            // Any node may have these.
            Self::Contains { text, own } => {
                text_of(document, id, *own).to_lowercase().contains(text)
            }
            Self::Matches { test, own } => test(&text_of(document, id, *own)),
            Self::Lang(language) => is_in_language(document, id, language),
            _ if !document.is_element(id) => false,
            Self::Tag(tag) => document.tag(id) == tag,
            Self::Attribute(test) => test.holds(document, id),
            Self::Not(list) => !list.matches(document, id),
            Self::Has(list) => document.descendants(id).any(|each| list.matches(document, each)),
            Self::HasChild(list) => document.children(id).any(|each| list.matches(document, each)),
            Self::Nth(nth) => position(document, id, *nth).is_some_and(|at| nth.holds(at)),
            Self::OnlyChild { of_type } => is_alone(document, id, *of_type),
            Self::State(state) => state.holds(document, id),
        }
    }
}

/// The text in a node, or in its text nodes only.
fn text_of(document: &Document, id: NodeId, own: bool) -> String {
    let mut text = String::new();
    if !own {
        // Below the document itself k6 looks for nothing.
        if !matches!(document.node(id).kind, Kind::Document) {
            document.text_into(id, &mut text);
        }
        return text;
    }
    for child in document.children(id) {
        if let Kind::Text(part) = &document.node(child).kind {
            text.push_str(part);
        }
    }
    text
}

fn is_in_language(document: &Document, id: NodeId, language: &str) -> bool {
    let says = |id: NodeId| {
        let own = document.attribute(id, "lang");
        own.is_some_and(|own| is_language(own, language, false))
    };
    says(id) || document.ancestors(id).any(says)
}

/// All of it, or up to a hyphen.
fn is_language(value: &str, language: &str, ignores_case: bool) -> bool {
    let Some(begin) = value.get(..language.len()) else { return false };
    let is_begin =
        if ignores_case { begin.eq_ignore_ascii_case(language) } else { begin == language };
    is_begin && (value.len() == language.len() || value[language.len()..].starts_with('-'))
}

/// Elements beside this one, itself included, that count.
fn peers(document: &Document, id: NodeId, of_type: bool) -> impl Iterator<Item = NodeId> {
    let parent = document.parent(id);
    let peers = parent.into_iter().flat_map(|parent| document.children(parent));
    peers.filter(move |peer| {
        document.is_element(*peer) && (!of_type || document.tag(*peer) == document.tag(id))
    })
}

fn position(document: &Document, id: NodeId, nth: Nth) -> Option<i32> {
    let before = peers(document, id, nth.of_type).position(|peer| peer == id)?;
    let position =
        if nth.from_end { peers(document, id, nth.of_type).count() - before } else { before + 1 };
    i32::try_from(position).ok()
}

fn is_alone(document: &Document, id: NodeId, of_type: bool) -> bool {
    document.parent(id).is_some() && peers(document, id, of_type).nth(1).is_none()
}

impl AttributeTest<'_> {
    fn holds(&self, document: &Document, id: NodeId) -> bool {
        let Some(element) = document.element(id) else { return false };
        let mut own = element.attributes.iter().filter(|own| *own.name.local == *self.name);
        if let ValueTest::Differs(value) = &self.value {
            return !own.any(|own| self.is_same(&own.value, value));
        }
        own.any(|own| self.holds_for(&own.value))
    }

    fn is_same(&self, own: &str, value: &str) -> bool {
        if self.ignores_case { own.to_lowercase() == value.to_lowercase() } else { own == value }
    }

    /// The test of a part of the value. Nothing is a part of a blank one.
    fn has_part(&self, own: &str, value: &str, is_part: fn(&str, &str) -> bool) -> bool {
        if own.trim().is_empty() {
            return false;
        }
        if self.ignores_case {
            return is_part(&own.to_lowercase(), &value.to_lowercase());
        }
        is_part(own, value)
    }

    fn holds_for(&self, own: &str) -> bool {
        match &self.value {
            ValueTest::Any => true,
            ValueTest::Equals(value) => self.is_same(own, value),
            ValueTest::Differs(value) => !self.is_same(own, value),
            ValueTest::HasWord(value) => {
                own.split_ascii_whitespace().any(|word| self.is_same(word, value))
            }
            ValueTest::HasPart(value) => self.has_part(own, value, |own, part| own.contains(part)),
            ValueTest::BeginsWith(value) => {
                self.has_part(own, value, |own, begin| own.starts_with(begin))
            }
            ValueTest::EndsWith(value) => self.has_part(own, value, |own, end| own.ends_with(end)),
            ValueTest::Language(value) => is_language(own, value, self.ignores_case),
            ValueTest::Matches(test) => test(own),
        }
    }
}

impl State {
    fn holds(self, document: &Document, id: NodeId) -> bool {
        let tag = document.tag(id);
        let has = |name: &str| document.attribute(id, name).is_some();
        let is_field = matches!(tag, "button" | "input" | "select" | "textarea" | "option");
        let is_group = matches!(tag, "optgroup" | "menuitem" | "fieldset");
        let is_link = matches!(tag, "a" | "area" | "link");
        match self {
            Self::Input => is_field && tag != "option",
            Self::Empty => document.children(id).all(|child| match &document.node(child).kind {
                Kind::Element(_) => false,
                Kind::Text(text) => text.trim().is_empty(),
                _ => true,
            }),
            Self::Root => {
                let parent = document.parent(id).map(|parent| &document.node(parent).kind);
                matches!(parent, Some(Kind::Document))
            }
            Self::Link => is_link && has("href"),
            Self::Enabled if is_link => has("href"),
            Self::Enabled if is_group => !has("disabled"),
            Self::Enabled => is_field && !has("disabled") && !is_in_disabled_fieldset(document, id),
            Self::Disabled if is_group => has("disabled"),
            Self::Disabled => {
                is_field && (has("disabled") || is_in_disabled_fieldset(document, id))
            }
            Self::Checked if tag == "option" => has("selected"),
            Self::Checked => {
                let kind = document.attribute(id, "type").unwrap_or_default();
                let can_be = ["checkbox", "radio"].iter().any(|can| kind.eq_ignore_ascii_case(can));
                matches!(tag, "input" | "menuitem") && has("checked") && can_be
            }
        }
    }
}

/// A disabled fieldset disables all in it but its first legend.
fn is_in_disabled_fieldset(document: &Document, id: NodeId) -> bool {
    let mut child = id;
    for parent in document.ancestors(id) {
        let is_disabled =
            document.tag(parent) == "fieldset" && document.attribute(parent, "disabled").is_some();
        let step_left = |id: &NodeId| document.previous(*id);
        let is_first_legend = document.tag(child) == "legend"
            && !std::iter::successors(document.previous(child), step_left)
                .any(|sibling| document.tag(sibling) == "legend");
        if is_disabled && !is_first_legend {
            return true;
        }
        child = parent;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::document::DOCUMENT;
    use super::super::walk::Axis;
    use super::*;

    const PAGE: &str = "<div id=a class='x y' lang=en-US><p>One <b>two</b><p> <p title></div>\
        <fieldset disabled><legend><input></legend><input></fieldset><input type=RADIO checked>";

    fn found(selector: &str) -> String {
        let document = Document::parse(PAGE).unwrap();
        let list = SelectorList::parse(selector, &|_| None);
        let nodes = list.map(|list| document.find(&[DOCUMENT], &list)).unwrap_or_default();
        nodes.iter().map(|id| document.tag(*id)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn selectors() {
        for (selector, tags) in [
            ("div > p b", "b"),
            ("P + p", "p p"),
            ("b ~ b", ""),
            (".y#a", "div"),
            ("[lang|=en]", "div"),
            ("p[title!=x]", "p p p"),
            ("p[title^='']", ""),
            ("[type=radio i]:checked", "input"),
            ("p:nth-last-child(n+2)", "p p"),
            ("p:empty", "p p"),
            ("p:contains(ONE)", "p"),
            ("p:containsOwn(two)", ""),
            ("div:has(b):not(p)", "div"),
            (":input:enabled", "input input"),
            (":input:disabled", "input"),
            (":root", "html"),
            ("nonsense::", ""),
        ] {
            assert_eq!(found(selector), tags, "{selector}");
        }
    }

    #[test]
    fn walks() {
        let document = Document::parse("<i><b><u></u></b></i><p>x</p>y<q></q>").unwrap();
        let is = |tag: &'static str| move |document: &Document, id| document.tag(id) == tag;
        let tags = |nodes: Vec<NodeId>| {
            nodes.iter().map(|id| document.tag(*id)).collect::<Vec<_>>().join(" ")
        };
        let inner = document.find(&[DOCUMENT], &is("u"));
        let steps = [Axis::Parent, Axis::Parents, Axis::NextAll];
        let walked = steps.map(|axis| tags(document.walk(&inner, axis, None)));
        assert_eq!(walked, ["b", "b i body html", ""]);
        let until = document.walk(&inner, Axis::Parents, Some(&is("body")));
        assert_eq!(tags(until), "b i");
        let outer = document.closest(&inner, &is("i"));
        assert_eq!(tags(document.walk(&outer, Axis::NextAll, None)), "p q");
        assert_eq!(tags(document.walk(&outer, Axis::Siblings, None)), "p q");
        assert_eq!(tags(document.having(&outer, &is("u"))), "i");
    }
}
