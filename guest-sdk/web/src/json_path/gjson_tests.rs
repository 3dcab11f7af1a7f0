//! Tests of paths; what is expected was seen in k6.

use super::*;

const DOCUMENT: &str = r#"{
  "name": {"first": "Tom", "last": "Anderson"}, "age": 37, "children": ["Sara", "Alex", "Jack"],
  "fav.movie": "Deer Hunter", "nothing": null, "yes": true, "none": [], "blank": {},
  "friends": [
    {"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]},
    {"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]},
    {"first": "Jane", "last": "Murphy", "age": 47, "nets": ["ig", "tw"]}
  ], "on": false
}"#;

fn finds(path: &str, expected: &str) {
    let found = get(DOCUMENT, path);
    assert_eq!(found.as_deref().unwrap_or("-"), expected, "{path}");
}

#[test]
fn keys_and_positions() {
    finds("name.last", r#""Anderson""#);
    finds("children.1", r#""Alex""#);
    finds("children.9", "-");
    finds("children.-1", "-");
    finds("child*.2", r#""Jack""#);
    finds("c?ildren.0", r#""Sara""#);
    finds("n*e.f*", r#""Tom""#);
    finds(r"fav\.movie", r#""Deer Hunter""#);
    finds("nothing", "null");
    finds("missing.deep", "-");
    finds("name.first.deep", "-");
    finds("none.0", "-");
    finds("NAME", "-");
    finds("", "-");
    finds(" ", "-");
    finds(".", "-");
    finds("#", "-");
    finds("..#", "1");
    finds("..0.age", "37");
}

#[test]
fn every_value() {
    finds("children.#", "3");
    finds("none.#", "0");
    finds("friends.#.first", r#"["Dale","Roger","Jane"]"#);
    finds("friends.#.nets.#", "[3,2,2]");
    finds("friends.#.nets.0", r#"["ig","fb","ig"]"#);
    finds("friends|#.first", r#"["Dale","Roger","Jane"]"#);
    finds("friends.#.first|0", r#""Dale""#);
    finds("children|0", r#""Sara""#);
}

#[test]
fn queries() {
    finds(r#"friends.#(last=="Murphy").first"#, r#""Dale""#);
    finds(r#"friends.#(last=="Murphy")#.first"#, r#"["Dale","Jane"]"#);
    finds("friends.#(age>45)#.last", r#"["Craig","Murphy"]"#);
    finds("friends.#(age<=47)#.age", "[44, 47]".replace(' ', "").as_str());
    finds(r#"friends.#(first%"D*").last"#, r#""Murphy""#);
    finds(r#"friends.#(first!%"D*").last"#, r#""Craig""#);
    finds(r#"friends.#(first!="Dale")#.first"#, r#"["Roger","Jane"]"#);
    finds(r#"friends.#(nets.#(=="fb"))#.first"#, r#"["Dale","Roger"]"#);
    finds(r#"friends.#(none=="x")"#, "-");
    finds(r#"friends.#(none=="x")#"#, "[]");
    finds(r#"children.#(=="Alex")"#, r#""Alex""#);
    finds(r#"children.#(%"*a*")#"#, r#"["Sara","Jack"]"#);
    finds(r#"friends.#(last=="Murphy")#.first|1"#, r#""Jane""#);
    finds(r#"friends.#(last=="Murphy")#|0.age"#, "44");
    finds("friends.#(age==~true)#.age", "[44,68,47]");
}

#[test]
fn modifiers_apply() {
    finds("@this.age", "37");
    finds("children.@reverse", r#"["Jack","Alex","Sara"]"#);
    finds("name.@reverse", r#"{"last":"Anderson","first":"Tom"}"#);
    finds("name.@keys", r#"["first","last"]"#);
    finds("name.@values", r#"["Tom","Anderson"]"#);
    finds("children.@join", "{}");
    finds("friends.@join.first", r#""Jane""#);
    finds("friends.@flatten.0.age", "44");
    finds("friends.#.nets|@flatten", r#"["ig","fb","tw","fb","tw","ig","tw"]"#);
    finds("friends.1.@this|age", "68");
    finds("@valid.age", "37");
    finds("age.@tostr", r#""37""#);
    finds("age.@tostr.@fromstr", "37");
    finds("friends.0.@unknown", "-");
    finds("@dig:age", "[37,44,68,47]");
}

#[test]
fn several_paths_and_literals() {
    finds("{age,yes}", r#"{"age":37,"yes":true}"#);
    finds("[age,yes,missing]", "[37,true]");
    finds(r#"{"years":age,name.first}"#, r#"{"years":37,"first":"Tom"}"#);
    finds("{age,yes}.yes", "true");
    finds("friends.0.{first,age}", r#"{"first":"Dale","age":44}"#);
    finds("friends.#.{first}|1.first", r#""Roger""#);
    finds("!\"literal\"", "\"literal\"");
}

#[test]
fn the_first_of_two_keys_counts() {
    assert_eq!(get(r#"{"a":1,"a":2}"#, "a").as_deref(), Some("1"));
    assert_eq!(get(r#"[{"a":1},{"a":2}]"#, "#.a").as_deref(), Some("[1,2]"));
    assert_eq!(get("[1,2]", "1").as_deref(), Some("2"));
    assert_eq!(get("5", "a"), None);
    assert_eq!(get(r#"{"\u0061b":1}"#, "ab").as_deref(), Some("1"));
}
