//! Forms: the values of fields, and what k6 would send of them, which is not always what a browser
//! would.

use std::collections::BTreeMap;

use super::document::{DOCUMENT, Document, NodeId};
use super::walk::Target;
use crate::form::push_pair;

/// Value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of most fields.
    One(String),
    /// Of a list of which several entries may be selected.
    Many(Vec<String>),
}

/// Names and values of fields; what is no field to k6 has no value.
pub type Fields = Vec<(String, Option<Value>)>;

/// What submitting a form sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// In capitals; `GET` where the form does not say.
    pub method: String,
    /// Where to, as it is written in the page. Unset: the page itself.
    pub action: Option<String>,
    /// In the order of the page, the submit button last. Of several with one name, the last counts.
    pub fields: Fields,
}

fn is_field(document: &Document, id: NodeId) -> bool {
    matches!(document.tag(id), "input" | "select" | "textarea" | "keygen")
}

fn is_selected(document: &Document, id: NodeId) -> bool {
    document.tag(id) == "option" && document.attribute(id, "selected").is_some()
}

fn is_form(document: &Document, id: NodeId) -> bool {
    document.tag(id) == "form"
}

impl Document {
    /// The attribute `value`, or else what is in the element.
    pub fn value_or_html(&self, id: NodeId) -> String {
        self.attribute(id, "value").map_or_else(|| self.inner_html(id), str::to_owned)
    }

    /// The value of a field; nothing for other nodes. Nothing is selected that does not say so: as
    /// in k6, and other than in browsers, the first option is not.
    pub fn field_value(&self, id: NodeId) -> Option<Value> {
        let own = self.attribute(id, "value");
        Some(match self.tag(id) {
            "input" => Value::One(own.unwrap_or_else(|| self.input_default(id)).to_owned()),
            "button" => Value::One(own.unwrap_or_default().to_owned()),
            "textarea" => Value::One(self.inner_html(id)),
            "option" => Value::One(self.value_or_html(id)),
            "select" => {
                let selected = self.find(&[id], &is_selected);
                let mut values = selected.iter().map(|option| self.value_or_html(*option));
                match self.attribute(id, "multiple") {
                    Some(_) => Value::Many(values.collect()),
                    None => Value::One(values.next().unwrap_or_default()),
                }
            }
            _ => return None,
        })
    }

    fn input_default(&self, id: NodeId) -> &'static str {
        match self.attribute(id, "type") {
            Some("radio" | "checkbox") => "on",
            _ => "",
        }
    }

    /// As in k6, `disabled` and `checked` count when their value is the same word.
    fn is_sent(&self, id: NodeId) -> bool {
        let attribute = |name| self.attribute(id, name).unwrap_or_default();
        if attribute("name").is_empty() || attribute("disabled") == "disabled" {
            return false;
        }
        match attribute("type") {
            "submit" | "button" | "reset" | "image" | "file" => false,
            "checkbox" | "radio" => attribute("checked") == "checked",
            _ => true,
        }
    }

    /// Names and values of the fields among the nodes, or in them if one is a form.
    pub fn form_values(&self, nodes: &[NodeId]) -> Fields {
        let has_form = nodes.iter().any(|id| is_form(self, *id));
        let mut fields =
            if has_form { self.find(nodes, &is_field) } else { self.filter(nodes, &is_field) };
        fields.retain(|id| self.is_sent(*id));
        let named = fields.into_iter().map(|id| {
            let name = self.attribute(id, "name").unwrap_or_default();
            (name.to_owned(), self.field_value(id))
        });
        named.collect()
    }

    /// What submitting the form sends that a selector finds; nothing when it finds none. The fields
    /// are those of all forms that it finds, the first says how and where to. `submit` finds the
    /// button in it.
    pub fn submission(&self, form: &dyn Target, submit: &dyn Target) -> Option<Submission> {
        let forms = self.find(&[DOCUMENT], form);
        let first = *forms.first()?;
        let mut fields = self.form_values(&forms);
        if let Some(button) = self.find(&forms, submit).first()
            && let Some(name) = self.attribute(*button, "name")
            && let Some(value) = self.field_value(*button)
        {
            fields.push((name.to_owned(), Some(value)));
        }
        Some(Submission {
            method: self.attribute(first, "method").unwrap_or("GET").to_uppercase(),
            action: self.attribute(first, "action").map(str::to_owned),
            fields,
        })
    }
}

/// `name=value&name=value`, by name. Of several fields of one name, the last counts.
pub fn url_encoded(fields: &Fields) -> String {
    let mut values = BTreeMap::new();
    for (name, value) in fields {
        if let Some(value) = value {
            values.insert(name, value);
        }
    }
    let mut text = String::new();
    for (name, value) in values {
        match value {
            Value::One(value) => push_pair(&mut text, name, value),
            Value::Many(values) => {
                for value in values {
                    push_pair(&mut text, name, value);
                }
            }
        }
    }
    text
}
