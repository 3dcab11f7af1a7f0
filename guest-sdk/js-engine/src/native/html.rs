//! `native:html`: parsed HTML documents. JavaScript holds lists of the numbers of nodes, and a
//! document for as long as it has one of them; what documents can do is in `squall-web`.

use rquickjs::class::Trace;
use rquickjs::function::{Constructor, This};
use rquickjs::{Ctx, Exception, Function, IntoJs, JsLifetime, Object, Result, Value};
use squall_web::html::{
    Axis, Document, NodeId, SelectorList, Target, Test, Value as FieldValue, url_encoded,
};

use super::data::Handle;

super::natives! {
    "parse" => parse_html,
}

fn parse_html(ctx: Ctx<'_>, text: String) -> Result<NativeDocument> {
    Ok(NativeDocument { document: Handle(document(&ctx, &text)?) })
}

/// Parses a page.
pub(super) fn document(ctx: &Ctx<'_>, text: &str) -> Result<Document> {
    Document::parse(text).map_err(|reason| {
        Exception::throw_message(ctx, &format!("this HTML cannot be parsed: {reason}"))
    })
}

/// The value of a field as scripts see it.
pub(super) fn field_value<'js>(ctx: &Ctx<'js>, value: Option<FieldValue>) -> Result<Value<'js>> {
    match value {
        None => Ok(Value::new_undefined(ctx.clone())),
        Some(FieldValue::One(text)) => text.into_js(ctx),
        Some(FieldValue::Many(texts)) => texts.into_js(ctx),
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
pub(super) enum Wanted<'js> {
    Selector(Option<SelectorList<'js>>),
    Nodes(Vec<NodeId>),
}

impl Target for Wanted<'_> {
    fn holds(&self, document: &Document, id: NodeId) -> bool {
        match self {
            Self::Selector(list) => list.as_ref().is_some_and(|list| list.holds(document, id)),
            Self::Nodes(nodes) => nodes.contains(&id),
        }
    }
}

/// A selector, or a list of nodes.
fn wanted<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Wanted<'js>> {
    let Some(selector) = value.as_string() else {
        return Ok(Wanted::Nodes(value.get()?));
    };
    Ok(selected(ctx, &selector.to_string()?))
}

/// What a selector finds; nothing when it is none.
pub(super) fn selected<'js>(ctx: &Ctx<'js>, selector: &str) -> Wanted<'js> {
    Wanted::Selector(SelectorList::parse(selector, &|source| regex_test(ctx, source)))
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
        Ok(self.document.0.filter(&nodes, &wanted))
    }

    /// What is wanted below the nodes.
    pub(crate) fn find<'js>(
        &self,
        ctx: Ctx<'js>,
        nodes: Vec<NodeId>,
        target: Value<'js>,
    ) -> Result<Vec<NodeId>> {
        Ok(self.document.0.find(&nodes, &wanted(&ctx, &target)?))
    }

    /// For each node the nearest that is wanted: it or an ancestor.
    pub(crate) fn closest<'js>(
        &self,
        ctx: Ctx<'js>,
        nodes: Vec<NodeId>,
        target: Value<'js>,
    ) -> Result<Vec<NodeId>> {
        Ok(self.document.0.closest(&nodes, &wanted(&ctx, &target)?))
    }

    /// The nodes that have something wanted below.
    pub(crate) fn having<'js>(
        &self,
        ctx: Ctx<'js>,
        nodes: Vec<NodeId>,
        target: Value<'js>,
    ) -> Result<Vec<NodeId>> {
        Ok(self.document.0.having(&nodes, &wanted(&ctx, &target)?))
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
        let found = self.document.0.walk(&nodes, axis, until);
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
        self.document.0.text(&nodes)
    }

    /// What is in a node, as HTML.
    pub(crate) fn html(&self, id: NodeId) -> String {
        self.document.0.inner_html(id)
    }

    /// Tag name, or what stands for it.
    pub(crate) fn name(&self, id: NodeId) -> String {
        self.document.0.name(id).to_owned()
    }

    /// Tag name of an element; empty for other nodes.
    pub(crate) fn tag(&self, id: NodeId) -> String {
        self.document.0.tag(id).to_owned()
    }

    /// `Node.nodeType` of browsers.
    #[qjs(rename = "type")]
    pub(crate) fn node_type(&self, id: NodeId) -> u8 {
        self.document.0.node_type(id)
    }

    /// Namespace of an element, as a URL.
    pub(crate) fn namespace(&self, id: NodeId) -> &'static str {
        self.document.0.namespace(id)
    }

    /// The attribute `value`, or else what is in the element.
    #[qjs(rename = "valueOrHtml")]
    pub(crate) fn value_or_html(&self, id: NodeId) -> String {
        self.document.0.value_or_html(id)
    }

    /// The value of a field; `undefined` for what is none.
    #[qjs(rename = "fieldValue")]
    pub(crate) fn field_value<'js>(&self, ctx: Ctx<'js>, id: NodeId) -> Result<Value<'js>> {
        field_value(&ctx, self.document.0.field_value(id))
    }

    /// The fields among the nodes, or in them if one is a form: `name=value&name=value`, by name.
    pub(crate) fn serialize(&self, nodes: Vec<NodeId>) -> String {
        url_encoded(&self.document.0.form_values(&nodes))
    }

    /// Names and values of the same fields.
    #[qjs(rename = "formValues")]
    pub(crate) fn form_values<'js>(
        &self,
        ctx: Ctx<'js>,
        nodes: Vec<NodeId>,
    ) -> Result<Vec<Object<'js>>> {
        let fields = self.document.0.form_values(&nodes).into_iter();
        let objects = fields.map(|(name, value)| {
            let object = Object::new(ctx.clone())?;
            object.set("name", name)?;
            object.set("value", field_value(&ctx, value)?)?;
            Ok(object)
        });
        objects.collect()
    }

    /// Value of an attribute; `undefined` when there is none of this name.
    pub(crate) fn attribute(&self, id: NodeId, name: String) -> Option<String> {
        self.document.0.attribute(id, &name).map(str::to_owned)
    }

    /// All attributes: name, namespace, value, and so on.
    pub(crate) fn attributes(&self, id: NodeId) -> Vec<String> {
        let attributes = self.document.0.attributes(id);
        let fields = attributes.flat_map(|(name, prefix, value)| [name, prefix, value]);
        fields.map(str::to_owned).collect()
    }
}
