//! `--secret-source`: where scripts take secrets from, in k6's words.
//!
//! - `mock=KEY=VALUE,...`: given on the command line
//! - `file=PATH` or `file=filename=PATH`: lines of `KEY=VALUE`
//!
//! Both take `name=NAME`, and `default` for the one that scripts mean when they name none.

use std::collections::BTreeMap;
use std::path::Path;

use squall_engine::{SecretSource, Secrets};

use crate::diagnostics::Failure;
use crate::exit_code::ExitCode;

/// What a source without a name is called.
const DEFAULT_NAME: &str = "default";

/// All sources, read.
pub(crate) fn open(configurations: &[String]) -> Result<Secrets, Failure> {
    let sources: Result<Vec<_>, String> =
        configurations.iter().map(|configuration| source(configuration)).collect();
    sources.and_then(Secrets::new).map_err(|reason| {
        Failure::message(ExitCode::InvalidConfig, reason).hint(
            "write `--secret-source=mock=KEY=VALUE,...` or `--secret-source=file=PATH`; \
             `name=NAME` and `default` may follow after commas",
        )
    })
}

fn source(configuration: &str) -> Result<SecretSource, String> {
    let (kind, arguments) = configuration
        .split_once('=')
        .ok_or_else(|| format!("secret source `{configuration}`: expected `KIND=...`"))?;
    let mut source =
        SecretSource { name: DEFAULT_NAME.to_owned(), is_default: false, values: BTreeMap::new() };
    let mut file = None;
    for argument in arguments.split(',') {
        match (kind, argument.split_once('=')) {
            (_, None) if argument == DEFAULT_NAME => source.is_default = true,
            (_, Some(("name", name))) => name.clone_into(&mut source.name),
            ("file", Some(("filename", path))) => file = Some(path),
            ("file", None) => file = Some(argument),
            ("mock", Some((key, value))) => {
                source.values.insert(key.to_owned(), value.to_owned());
            }
            ("mock" | "file", _) => {
                return Err(format!("secret source `{kind}`: `{argument}` is not `KEY=VALUE`"));
            }
            _ => return Err(format!("no secret source of the kind `{kind}`: mock and file exist")),
        }
    }
    if kind == "file" {
        let path = file.ok_or("secret source `file`: no `filename=PATH`")?;
        source.values = read(Path::new(path))?;
    }
    Ok(source)
}

fn read(path: &Path) -> Result<BTreeMap<String, String>, String> {
    let at = |what: String| format!("secret source {}: {what}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| at(error.to_string()))?;
    let mut values = BTreeMap::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        // The line itself is not shown: it may be half a secret.
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| at(format!("line {} is not `KEY=VALUE`", index + 1)))?;
        values.insert(key.to_owned(), value.to_owned());
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(configuration: &str) -> Result<SecretSource, String> {
        source(configuration)
    }

    #[test]
    fn values_may_come_from_the_command_line() {
        let source = one("mock=name=some,default,cool=a=b,other=").unwrap();
        assert_eq!((source.name.as_str(), source.is_default), ("some", true));
        assert_eq!(source.values["cool"], "a=b");
        assert_eq!(source.values["other"], "");
        assert_eq!(one("mock=a=b").unwrap().name, "default");
    }

    #[test]
    fn values_may_come_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets");
        std::fs::write(&path, "cool=file secret\n\nother=b=c\n").unwrap();
        for form in
            [format!("file={}", path.display()), format!("file=filename={}", path.display())]
        {
            let source = one(&form).unwrap();
            assert_eq!(source.values["cool"], "file secret");
            assert_eq!(source.values["other"], "b=c");
        }
        std::fs::write(&path, "cool=x\nsecret without\n").unwrap();
        let error = one(&format!("file={}", path.display())).err().unwrap();
        assert!(error.contains("line 2 is not `KEY=VALUE`"), "{error}");
        assert!(!error.contains("without"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (configuration, reason) in [
            ("mock", "expected `KIND=...`"),
            ("mock=x", "`x` is not `KEY=VALUE`"),
            ("vault=a=b", "no secret source of the kind `vault`"),
            ("file=default", "no `filename=PATH`"),
            ("file=/nowhere/at/all", "/nowhere/at/all"),
        ] {
            let error = one(configuration).err().unwrap();
            assert!(error.contains(reason), "{configuration}: {error}");
        }
    }
}
