//! Pages and selections as scripts see them.

use super::Document;

const PAGE: &str = "<title>Shop</title><ul><li id=t class=hot>Tea <b>1</b><li>Coffee<li class=hot>\
    Milk</ul><p>after</p><form><input name=q value='a b'><select name=s multiple><option selected>x\
    <option selected value=y>why</select><input type=checkbox name=no></form>\
    <a href=/n?a=1&b=2>n</a>";

fn page() -> Document {
    Document::parse(PAGE).unwrap()
}

#[test]
fn selections_read_what_they_have() {
    let page = page();
    let items = page.find("ul > li");
    assert_eq!((items.len(), items.is_empty()), (3, false));
    assert_eq!(items.text(), "Tea 1CoffeeMilk");
    assert_eq!(items.html(), "Tea <b>1</b>");
    assert_eq!(items.attr("class"), Some("hot"));
    assert_eq!(items.attr("none"), None);
    assert_eq!(page.find("a").attr("href"), Some("/n?a=1&b=2"));
    assert_eq!(page.find("nav").attr("class"), None);
    assert_eq!(page.find("nav").html(), "");
    assert!(page.text().starts_with("ShopTea"));
    assert!(page.html().contains("<p>after</p>"));
}

#[test]
fn positions_count_from_both_ends() {
    let page = page();
    let items = page.find("li");
    let texts = [0, 1, -1, -3, 3, -4, isize::MIN].map(|at| items.eq(at).text());
    assert_eq!(texts, ["Tea 1", "Coffee", "Milk", "Tea 1", "", "", ""]);
    assert_eq!((items.first().text(), items.last().text()), ("Tea 1".into(), "Milk".into()));
    assert_eq!(items.get(1).unwrap().text(), "Coffee");
    assert!(items.get(3).is_none());
}

#[test]
fn ways_from_one_selection_to_another() {
    let page = page();
    let tea = page.find("#t");
    assert_eq!(tea.next().text(), "Coffee");
    assert_eq!(tea.next_all().len(), 2);
    assert_eq!(tea.next_until(".hot").text(), "Coffee");
    assert_eq!(page.find("li").last().prev().text(), "Coffee");
    assert_eq!(page.find("li").last().prev_until("#t").len(), 1);
    assert_eq!(page.find("li").last().prev_all().len(), 2);
    assert_eq!(tea.siblings().len(), 2);
    assert_eq!(tea.children().text(), "1");
    assert_eq!(page.find("b").closest("ul").children().len(), 3);
    assert_eq!(page.find("b").parent().attr("id"), Some("t"));
    assert_eq!(page.find("b").parents().len(), 4);
    assert_eq!(page.find("b").parents_until("body").len(), 2);
    let items = page.find("li");
    assert_eq!(items.filter(".hot").len(), 2);
    assert_eq!(items.not(".hot").text(), "Coffee");
    assert_eq!(items.has("b").attr("id"), Some("t"));
    assert_eq!(items.filter_by(|item| item.text().contains('M')).text(), "Milk");
    assert!(items.is(".hot") && !items.is("p"));
}

#[test]
fn elements_are_visited_in_order() {
    let page = page();
    let mut seen = Vec::new();
    page.find("li").each(|index, item| seen.push(format!("{index} {}", item.text())));
    assert_eq!(seen, ["0 Tea 1", "1 Coffee", "2 Milk"]);
    let hot = page.find("li").into_iter().filter(|item| item.attr("class") == Some("hot"));
    assert_eq!(hot.count(), 2);
    let tea = page.find("li").get(0).unwrap();
    assert_eq!(tea.attrs().collect::<Vec<_>>(), [("id", "t"), ("class", "hot")]);
    assert_eq!((tea.name(), tea.find("b").text().as_str()), ("li", "1"));
    assert_eq!(format!("{tea:?}"), r#"<li id="t" class="hot">"#);
    assert_eq!(format!("{:?}", page.find("title")), "[<title>]");
}

#[test]
fn forms_say_what_they_send() {
    let page = page();
    let form = page.find("form");
    let fields = [("q", "a b"), ("s", "x"), ("s", "y")];
    assert_eq!(form.fields(), fields.map(|(n, v)| (n.to_owned(), v.to_owned())));
    assert_eq!(form.serialize(), "q=a+b&s=x&s=y");
    assert_eq!(page.find("select").value().as_deref(), Some("x"));
    assert_eq!(page.find("[type=checkbox]").value().as_deref(), Some("on"));
    assert_eq!(page.find("ul").value(), None);
}

#[test]
#[should_panic(expected = "`p::before` is no selector")]
fn a_wrong_selector_is_a_mistake() {
    page().find("p::before");
}

#[test]
fn a_page_without_end_is_refused() {
    let error = Document::parse(&"<div>".repeat(10_000)).unwrap_err();
    assert!(error.to_string().contains("nested more than"), "{error}");
    assert!(error.place().file().ends_with("tests.rs"));
}
