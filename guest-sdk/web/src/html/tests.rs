//! Forms, and any page under any selector.

use proptest::prelude::*;

use super::{DOCUMENT, Document, SelectorList, Value, url_encoded};

fn one(name: &str, value: &str) -> (String, Option<Value>) {
    (name.to_owned(), Some(Value::One(value.to_owned())))
}

fn selected<'a>(selector: &str) -> SelectorList<'a> {
    SelectorList::parse(selector, &|_| None).unwrap()
}

const FORM: &str = "<form method=post action=/go><input name=a value=1><input name=b type=checkbox>\
    <input name=c type=checkbox checked=checked><input name=d type=file><input value=nameless>\
    <input name=e disabled=disabled value=5><textarea name=f> x&lt; </textarea>\
    <select name=g><option value=1><option selected>two</select>\
    <select name=h multiple><option selected>x<option>y<option selected value=z></select>\
    <select name=i><option>first</select><button name=go type=submit value=yes>Go</button></form>";

#[test]
fn what_a_form_sends() {
    let page = Document::parse(FORM).unwrap();
    let sent = page.submission(&selected("form"), &selected("[type=submit]")).unwrap();
    assert_eq!((sent.method.as_str(), sent.action.as_deref()), ("POST", Some("/go")));
    let many = Some(Value::Many(vec!["x".to_owned(), "z".to_owned()]));
    let expected = [
        one("a", "1"),
        one("c", "on"),
        one("f", " x&lt; "),
        one("g", "two"),
        ("h".to_owned(), many),
        one("i", ""),
        one("go", "yes"),
    ];
    assert_eq!(sent.fields, expected);
    assert_eq!(url_encoded(&sent.fields), "a=1&c=on&f=+x%26lt%3B+&g=two&go=yes&h=x&h=z&i=");
}

#[test]
fn a_form_may_say_nothing() {
    let page = Document::parse("<form><input name=a></form>").unwrap();
    let sent = page.submission(&selected("form"), &selected("button")).unwrap();
    assert_eq!((sent.method.as_str(), sent.action), ("GET", None));
    assert_eq!(sent.fields, [one("a", "")]);
    assert_eq!(page.submission(&selected("#none"), &selected("button")), None);
}

#[test]
fn of_one_name_the_last_counts() {
    let fields = vec![one("b", "1"), one("a", "2"), one("b", "3"), ("c".to_owned(), None)];
    assert_eq!(url_encoded(&fields), "a=2&b=3");
}

/// Pieces of pages and of selectors, joined as they come.
fn pieces(pieces: &'static [&'static str], count_max: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(pieces).prop_map(str::to_owned),
        1 => "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..count_max).prop_map(|pieces| pieces.concat())
}

const PAGE: &[&str] = &[
    "<p>",
    "</p>",
    "<div id=a class='x y'>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<a href=/x>",
    "</a>",
    "<b>",
    "<i>",
    "</b>",
    "<form>",
    "</form>",
    "<input name=a>",
    "<select>",
    "<option selected>",
    "<textarea>",
    "</textarea>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<svg>",
    "<math>",
    "<template>",
    "&amp;",
    "&#0;",
    "<!DOCTYPE html>",
    "<plaintext>",
    "text",
];

const SELECTOR: &[&str] = &[
    "p",
    "*",
    "#a",
    ".x",
    "[href]",
    "[class~=x]",
    "[a='",
    "']",
    ":not(",
    ":has(",
    ")",
    " > ",
    " ~ ",
    " + ",
    ", ",
    " ",
    ":nth-child(2n+1)",
    ":nth-last-of-type(-n",
    ":contains(t)",
    ":empty",
    ":root",
    ":input",
    ":checked",
    ":disabled",
    "\\",
    ":lang(en)",
    "form",
    "input",
];

proptest! {
    #[test]
    fn any_page_under_any_selector(page in pieces(PAGE, 30), selector in pieces(SELECTOR, 6)) {
        let document = Document::parse(&page).unwrap();
        let all = document.find(&[DOCUMENT], &|_: &Document, _| true);
        if let Some(list) = SelectorList::parse(&selector, &|_| None) {
            let found = document.find(&[DOCUMENT], &list);
            // Each is one of the page's, there once, and is what the selector says.
            prop_assert!(found.iter().all(|id| all.contains(id)));
            prop_assert_eq!(document.filter(&found, &list), found.clone());
            let mut sorted = found.clone();
            sorted.sort_unstable();
            sorted.dedup();
            prop_assert_eq!(sorted.len(), found.len());
            url_encoded(&document.form_values(&found));
        }
        document.submission(&selected("form"), &selected("input"));
        let shown = document.inner_html(DOCUMENT);
        prop_assert!(Document::parse(&shown).is_ok());
    }

    #[test]
    fn no_page_is_too_odd(page in "\\PC{0,80}") {
        let document = Document::parse(&page).unwrap();
        prop_assert_eq!(document.find(&[DOCUMENT], &selected("html > body")).len(), 1);
    }
}
