//! `native:html`: parsed HTML documents. JavaScript holds lists of the numbers of nodes, and a
//! document for as long as it has one of them; everything else is here.
//!
//! | module | what |
//! |---|---|
//! | `parse` | text becomes a `document` |
//! | `selector_parser`, `selector`, `matching` | CSS selectors: grammar, meaning, test of a node |
//! | `walk` | from nodes to other nodes |
//! | `render` | nodes become text |

mod document;
mod matching;
mod parse;
mod render;
mod selector;
mod selector_parser;
mod walk;

use rquickjs::class::Trace;
use rquickjs::function::{Constructor, This};
use rquickjs::{Ctx, Exception, Function, JsLifetime, Object, Result, Value};

use self::document::{Document, Kind, NodeId};
use self::selector::{SelectorList, Test};
use self::walk::{Axis, Target};
use super::data::Handle;

super::natives! {
    "parse" => parse_html,
}

fn parse_html(ctx: Ctx<'_>, text: String) -> Result<NativeDocument> {
    match parse::parse(&text) {
        Ok(document) => Ok(NativeDocument { document: Handle(document) }),
        Err(reason) => {
            let message = format!("this HTML cannot be parsed: {reason}");
            Err(Exception::throw_message(&ctx, &message))
        }
    }
}

/// A document. It is freed when no selection of it is left.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct NativeDocument {
    #[qjs(skip_trace)]
    document: Handle<Document>,
}

/// What a selector finds, or given nodes.
enum Wanted<'js> {
    Selector(Option<SelectorList<'js>>),
    Nodes(Vec<NodeId>),
}

impl Target for Wanted<'_> {
    fn holds(&self, document: &Document, id: NodeId) -> bool {
        match self {
            Self::Selector(list) => list.as_ref().is_some_and(|list| list.matches(document, id)),
            Self::Nodes(nodes) => nodes.contains(&id),
        }
    }
}

/// A selector, or a list of nodes.
fn wanted<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Wanted<'js>> {
    let Some(selector) = value.as_string() else {
        return Ok(Wanted::Nodes(value.get()?));
    };
    let compile = |source: &str| regex_test(ctx, source);
    Ok(Wanted::Selector(selector_parser::parse(&selector.to_string()?, &compile)))
}

/// A regular expression of a selector, done by JavaScript. Its flags may be in front, as in
/// `(?i)word`, where JavaScript does not take them.
fn regex_test<'js>(ctx: &Ctx<'js>, source: &str) -> Option<Test<'js>> {
    let in_front = source.strip_prefix("(?").and_then(|rest| rest.split_once(')'));
    let is_flags = |flags: &str| flags.chars().all(|flag| matches!(flag, 'i' | 'm' | 's'));
    let (flags, source) = match in_front {
        Some((flags, rest)) if is_flags(flags) => (flags, rest),
        _ => ("", source),
    };
    let constructor: Constructor = ctx.globals().get("RegExp").ok()?;
    let Ok(regex) = constructor.construct::<_, Object>((source, format!("{flags}u"))) else {
        // Nobody is to find the exception later.
        drop(ctx.catch());
        return None;
    };
    let test: Function = regex.get("test").ok()?;
    Some(Box::new(move |text| {
        test.call::<_, bool>((This(regex.clone()), text)).unwrap_or_default()
    }))
}

#[rquickjs::methods]
impl NativeDocument {
    /// Which of the nodes are wanted.
    pub(crate) fn filter<'js>(
        &self,
        ctx: Ctx<'js>,
        nodes: Vec<NodeId>,
        target: Value<'js>,
    ) -> Result<Vec<NodeId>> {
        let wanted = wanted(&ctx, &target)?;
        let document = &self.document.0;
        Ok(nodes.into_iter().filter(|id| wanted.holds(document, *id)).collect())
    }

    /// What is wanted below the nodes.
    pub(crate) fn find<'js>(
        &self,
        ctx: Ctx<'js>,
        nodes: Vec<NodeId>,
        target: Value<'js>,
    ) -> Result<Vec<NodeId>> {
        Ok(walk::find(&self.document.0, &nodes, &wanted(&ctx, &target)?))
    }

    /// For each node the nearest that is wanted: it or an ancestor.
    pub(crate) fn closest<'js>(
        &self,
        ctx: Ctx<'js>,
        nodes: Vec<NodeId>,
        target: Value<'js>,
    ) -> Result<Vec<NodeId>> {
        Ok(walk::closest(&self.document.0, &nodes, &wanted(&ctx, &target)?))
    }

    /// The nodes that have something wanted below.
    pub(crate) fn having<'js>(
        &self,
        ctx: Ctx<'js>,
        nodes: Vec<NodeId>,
        target: Value<'js>,
    ) -> Result<Vec<NodeId>> {
        Ok(walk::having(&self.document.0, &nodes, &wanted(&ctx, &target)?))
    }

    /// Walks from the nodes along an axis, until something is met (`undefined`: to the end), and
    /// gives what was passed, or what of it is wanted.
    pub(crate) fn walk<'js>(
        &self,
        ctx: Ctx<'js>,
        nodes: Vec<NodeId>,
        axis: String,
        target: Value<'js>,
        until: Value<'js>,
    ) -> Result<Vec<NodeId>> {
        let Some(axis) = Axis::of(&axis) else {
            return Err(Exception::throw_message(&ctx, &format!("there is no axis {axis}")));
        };
        let until = if until.is_undefined() { None } else { Some(wanted(&ctx, &until)?) };
        let until = until.as_ref().map(|until| until as &dyn Target);
        let found = walk::walk(&self.document.0, &nodes, axis, until);
        if target.is_undefined() { Ok(found) } else { self.filter(ctx, found, target) }
    }

    /// A relative of a node; `undefined` when there is none.
    pub(crate) fn relative(&self, id: NodeId, name: String) -> Option<NodeId> {
        let document = &self.document.0;
        match name.as_str() {
            "parent" => document.parent(id),
            "firstChild" => document.first_child(id),
            "lastChild" => document.last_child(id),
            "previous" => document.previous(id),
            "next" => document.next(id),
            _ => None,
        }
    }

    /// Is `id` below `ancestor`?
    #[qjs(rename = "isBelow")]
    pub(crate) fn is_below(&self, id: NodeId, ancestor: NodeId) -> bool {
        self.document.0.is_below(id, ancestor)
    }

    /// All the text in the nodes.
    pub(crate) fn text(&self, nodes: Vec<NodeId>) -> String {
        let mut text = String::new();
        for id in nodes {
            self.document.0.text_into(id, &mut text);
        }
        text
    }

    /// What is in a node, as HTML.
    pub(crate) fn html(&self, id: NodeId) -> String {
        render::inner(&self.document.0, id)
    }

    /// Tag name, or what stands for it.
    pub(crate) fn name(&self, id: NodeId) -> String {
        match &self.document.0.node(id).kind {
            Kind::Document => "#document".to_owned(),
            Kind::Text(_) => "#text".to_owned(),
            Kind::Comment(_) => "#comment".to_owned(),
            Kind::Doctype(doctype) => doctype.name.to_string(),
            Kind::Element(element) => element.name.local.to_string(),
        }
    }

    /// Tag name of an element; empty for other nodes.
    pub(crate) fn tag(&self, id: NodeId) -> String {
        self.document.0.tag(id).to_owned()
    }

    /// `Node.nodeType` of browsers.
    #[qjs(rename = "type")]
    pub(crate) fn node_type(&self, id: NodeId) -> u8 {
        match &self.document.0.node(id).kind {
            Kind::Element(_) => 1,
            Kind::Text(_) => 3,
            Kind::Comment(_) => 8,
            Kind::Document => 9,
            Kind::Doctype(_) => 10,
        }
    }

    /// Namespace of an element, as a URL.
    pub(crate) fn namespace(&self, id: NodeId) -> &'static str {
        render::namespace(&self.document.0, id)
    }

    /// Value of an attribute; `undefined` when there is none of this name.
    pub(crate) fn attribute(&self, id: NodeId, name: String) -> Option<String> {
        self.document.0.attribute(id, &name).map(str::to_owned)
    }

    /// All attributes: name, namespace, value, and so on.
    pub(crate) fn attributes(&self, id: NodeId) -> Vec<String> {
        let Some(element) = self.document.0.element(id) else { return Vec::new() };
        let fields = element.attributes.iter().flat_map(|attribute| {
            let prefix = attribute.name.prefix.as_deref().unwrap_or_default();
            [attribute.name.local.to_string(), prefix.to_owned(), attribute.value.to_string()]
        });
        fields.collect()
    }
}
