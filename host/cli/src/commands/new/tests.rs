//! Which template, which file, and what is refused.

use super::*;

fn args(file: &Path, template: Option<&str>, force: bool) -> NewArgs {
    NewArgs { file: Some(file.to_owned()), template: template.map(str::to_owned), force }
}

/// Message and hints of a command that fails.
fn refusal(args: &NewArgs) -> String {
    let failure = execute(args).unwrap_err();
    assert_eq!(failure.exit(), ExitCode::Unclassified);
    format!("{} -- {}", failure.one_line(), failure.hints().join("; "))
}

#[test]
fn the_name_of_the_file_chooses_the_template_unless_a_flag_does() {
    let folder = tempfile::tempdir().unwrap();
    for (name, template, begins) in [
        ("a.js", None, EMBEDDED[0].text),
        ("b.ts", None, EMBEDDED[2].text),
        ("c.js", Some("protocol"), EMBEDDED[1].text),
        ("d.ts", Some("minimal"), EMBEDDED[0].text),
    ] {
        let file = folder.path().join(name);
        execute(&args(&file, template, false)).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text, begins.replace(SCRIPT_NAME, name));
        assert!(!text.contains(SCRIPT_NAME), "{name}");
    }
}

#[test]
fn what_is_there_stays_unless_forced() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.js");
    let types = folder.path().join(TYPES_FILE);
    fs::write(&file, "mine").unwrap();
    fs::write(&types, "mine too").unwrap();
    let text = refusal(&args(&file, None, false));
    assert!(text.contains("is there already -- `--force` overwrites it"), "{text}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    execute(&args(&file, None, true)).unwrap();
    assert!(fs::read_to_string(&file).unwrap().contains("export default"));
    assert_eq!(fs::read_to_string(&types).unwrap(), "mine too");
}

#[test]
fn a_template_of_one_s_own_knows_the_script_s_name_and_brings_no_types() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("mine.txt");
    fs::write(&template, "// {{ .ScriptName }}\n").unwrap();
    let file = folder.path().join("a.js");
    execute(&args(&file, template.to_str(), false)).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "// a.js\n");
    assert!(!folder.path().join(TYPES_FILE).exists());
}

#[test]
fn refusals_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.js");
    for (args, expected) in [
        (args(&file, Some("nope"), false), "the templates are `minimal`, `protocol`, `typescript`"),
        (args(&file, Some("browser"), false), "keep running them with k6"),
        (args(&file, Some("typescript"), false), "a.ts`"),
        (args(folder.path(), None, true), "is a folder -- give the name of a file"),
        (args(&folder.path().join("no/a.js"), None, false), "mkdir -p"),
    ] {
        let text = refusal(&args);
        assert!(text.contains(expected), "{text}");
    }
    assert!(!file.exists());
}

#[test]
fn the_message_names_the_files_and_the_next_steps() {
    let template = Template::find("protocol").unwrap();
    let text = message(Path::new("a.js"), &template, Some(Path::new(TYPES_FILE)));
    let text = anstream::adapter::strip_str(&text).to_string();
    assert_eq!(
        text,
        "New script created: a.js (protocol template).\n\
         Beside it, for your editor: squall.d.ts\n\
         \n\
         Next:\n  \
         squall run -e BASE_URL=https://test.example.com -e API_SECRET=secret a.js\n  \
         npm install --save-dev @types/k6   for completion and checks in your editor\n"
    );
}
