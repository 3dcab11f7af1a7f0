//! What imports mean, and what is said about those that mean nothing.

use proptest::prelude::*;

use super::*;

const MAIN: &str = "file:///tests/main.js";
const LIBRARY: &str = "https://host.example/lib/1.0/index.js?a=b";

fn ask(specifier: &str, base: &str) -> Result<Target, ModuleProblem> {
    let base = Url::parse(base).unwrap();
    target(specifier, &Referrer { base: Some(&base), builtin: None })
}

fn file(specifier: &str) -> String {
    match ask(specifier, MAIN).unwrap() {
        Target::File(url) => url.into(),
        other => panic!("{specifier}: {other:?}"),
    }
}

fn remote(specifier: &str, base: &str) -> String {
    match ask(specifier, base).unwrap() {
        Target::Remote(url) => url.into(),
        other => panic!("{specifier}: {other:?}"),
    }
}

fn refusal(specifier: &str, base: &str) -> String {
    let problem = ask(specifier, base).unwrap_err();
    format!("{problem}\nhelp: {}", problem.help().unwrap())
}

#[test]
fn paths_start_from_who_asks() {
    assert_eq!(file("./a.js"), "file:///tests/a.js");
    assert_eq!(file("././b/../a.js"), "file:///tests/a.js");
    assert_eq!(file("../lib/a.ts"), "file:///lib/a.ts");
    assert_eq!(file("/abs/a.js"), "file:///abs/a.js");
    assert_eq!(file("file:///abs/x/../a.js"), "file:///abs/a.js");
    assert_eq!(file("./with space.js"), "file:///tests/with%20space.js");
    assert_eq!(file("./with%20space.js"), "file:///tests/with%20space.js");
    assert_eq!(file("./a.js?version=1#part"), "file:///tests/a.js");
    assert_eq!(file("../../../../a.js"), "file:///a.js");
}

#[test]
fn addresses_start_from_who_asks() {
    assert_eq!(remote("https://other.example/x.js", MAIN), "https://other.example/x.js");
    assert_eq!(remote("./x.js", LIBRARY), "https://host.example/lib/1.0/x.js");
    assert_eq!(remote("../x.js", LIBRARY), "https://host.example/lib/x.js");
    assert_eq!(remote("/x.js", LIBRARY), "https://host.example/x.js");
    assert_eq!(remote("//cdn.example/x.js", LIBRARY), "https://cdn.example/x.js");
    assert_eq!(remote("HTTPS://Host.Example:443/x.js#a", MAIN), "https://host.example/x.js");
}

#[test]
fn what_is_internal_is_for_builtins() {
    let builtin = Referrer { base: None, builtin: Some("k6") };
    assert_eq!(target("native:http", &builtin).unwrap(), Target::Native("native:http".to_owned()));
    assert!(matches!(target("squall:no-such", &builtin), Err(ModuleProblem::Internal { .. })));
    assert_eq!(
        refusal("native:http", MAIN),
        "`native:http` is internal to squall; scripts cannot import it\n\
         help: import the k6 module that offers what you need"
    );
    // What the transformation of decorators writes into scripts.
    let helper = "squall:typescript/helpers/decorate";
    assert_eq!(ask(helper, MAIN).unwrap(), Target::Builtin(helper.to_owned()));
}

#[test]
fn schemes() {
    assert_eq!(
        refusal("http://host.example/a.js", MAIN),
        "cannot import `http://host.example/a.js`: modules come from files and from https, not \
         from `http`\n\
         help: use https:// or put a copy next to the script and import './NAME.js'"
    );
    assert_eq!(
        refusal("data:text/javascript,1", MAIN),
        "cannot import `data:text/javascript,1`: modules come from files and from https, not from \
         `data`\n\
         help: put a copy next to the script and import './NAME.js', or use https://"
    );
    assert!(refusal("node:fs", MAIN).contains("not from `node`"));
    assert_eq!(
        refusal("file:///etc/passwd", LIBRARY),
        "a module from the network may not import the local file `file:///etc/passwd`\n\
         help: import the file from your own script and hand over what is needed"
    );
}

#[test]
fn bare_names() {
    assert_eq!(
        refusal("lodash", MAIN),
        "cannot find the module `lodash`: packages are not looked up in node_modules\n\
         help: bundle the script with its packages into one file (esbuild --bundle --format=esm \
         '--external:k6*' '--external:https://*') and run that, or import the package from an \
         https:// address"
    );
    let forgotten_dot = refusal("helper.js", MAIN);
    assert!(
        forgotten_dot.ends_with("help: write `./helper.js` if it is a file next to the script"),
        "{forgotten_dot}"
    );
    let forgotten_scheme = refusal("jslib.k6.io/k6-utils/1.4.0/index.js", MAIN);
    assert!(
        forgotten_scheme.contains("help: write `https://jslib.k6.io/k6-utils/1.4.0/index.js`, or"),
        "{forgotten_scheme}"
    );
    assert!(refusal("k6x", MAIN).contains("node_modules"));
    assert!(refusal("@scope/package", MAIN).contains("bundle the script"));
}

#[test]
fn json_is_not_imported() {
    assert_eq!(
        refusal("./my%20data.JSON", MAIN),
        "cannot import `./my%20data.JSON`: JSON is no module\n\
         help: use JSON.parse(open('./my data.JSON')); open() starts from the folder of the main \
         script"
    );
    assert!(refusal("./data.json", LIBRARY).contains("help: fetch it in setup()"));
}

#[test]
fn what_makes_no_sense() {
    assert_eq!(
        refusal("", MAIN),
        "an import names no module: `''`\n\
         help: write a path such as './helper.js', or the name of a k6 module"
    );
    assert!(refusal("https://", MAIN).starts_with("cannot import `https://`: "));
    assert!(refusal("https://me:secret@host.example/a.js", MAIN).contains("password"));
    assert!(refusal("file://folder/a.js", MAIN).contains("three slashes"));
    let hostile = refusal("a\u{1b}[31m\u{202e}b", MAIN);
    assert!(hostile.starts_with("cannot find the module `a\\u{1b}[31m\\u{202e}b`"), "{hostile}");
    let alone = target("./a.js", &Referrer { base: None, builtin: None });
    assert!(matches!(alone, Err(ModuleProblem::Malformed { .. })));
}

proptest! {
    #[test]
    fn any_specifier_gets_an_answer(specifier in any::<String>(), from_file in any::<bool>()) {
        let _ = ask(&specifier, if from_file { MAIN } else { LIBRARY });
    }

    #[test]
    fn what_looks_like_a_specifier_gets_an_answer(
        specifier in concat!(
            r"(\.{0,3}/|file:/{0,3}|https:/{0,3}|k6/|[a-z]{1,5}:)?",
            r"[a-z.%\\/@?#:\[\]é\u{0}-]{0,20}(\.js|\.json)?",
        ),
        from_file in any::<bool>(),
    ) {
        let base = if from_file { MAIN } else { LIBRARY };
        match ask(&specifier, base) {
            // The answer is stable: what it says is an address that means itself.
            Ok(Target::File(url)) => {
                prop_assert!(url.query().is_none() && url.fragment().is_none());
                prop_assert_eq!(ask(url.as_str(), MAIN).unwrap(), Target::File(url));
            }
            Ok(Target::Remote(url)) => {
                prop_assert_eq!(ask(url.as_str(), base).unwrap(), Target::Remote(url));
            }
            Ok(_) => {}
            Err(problem) => {
                let text = problem.to_string();
                prop_assert!(!text.chars().any(char::is_control), "{}", text);
                prop_assert!(problem.help().is_some());
            }
        }
    }
}
