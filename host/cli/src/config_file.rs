//! The config file: the tier of options below the script's.
//!
//! It is the file that `--config` or `SQUALL_CONFIG` names, else `squall/config.json` in the user's
//! configuration folder if it is there. k6's own file is read only when it is named. Keys are those
//! of the script's options, and `out`. Keys of k6 that have no meaning here are known and passed
//! over in silence.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::diagnostics::Failure;
use crate::exit_code::ExitCode;
use crate::origin::{Given, Origin, ValueError};
use crate::settings::Out;

/// A config file is written by people; a larger one is some other file.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Keys that are not options of a test.
const OUT: &str = "out";

/// Keys that k6 writes or reads and that mean nothing here.
const PASSED_OVER: [&str; 7] =
    [OUT, "collectors", "features", "linger", "noArchiveUpload", "noUsageReport", "webDashboard"];

/// A config file as it was read.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    pub(crate) path: PathBuf,
    /// The whole text.
    pub(crate) text: String,
    /// What `out` gives: one text or a list.
    pub(crate) out: Vec<String>,
}

impl ConfigFile {
    /// The outputs that it names.
    pub(crate) fn outputs(&self) -> Result<Vec<Out>, ValueError> {
        let given = |text: &String| Given {
            text: text.clone(),
            origin: Origin::ConfigFile(self.path.clone()),
        };
        self.out.iter().map(|text| given(text).parse(str::parse)).collect()
    }
}

/// Reads the file that was asked for, or the default one if it is there.
pub(crate) fn load(asked_for: Option<&Path>) -> Result<Option<ConfigFile>, Failure> {
    match asked_for {
        Some(path) => read(path).map(Some).map_err(|error| failure(path, error)),
        None => default_path().map_or(Ok(None), |path| load_default(&path)),
    }
}

fn default_path() -> Option<PathBuf> {
    dirs::config_dir().map(|folder| folder.join("squall").join("config.json"))
}

fn load_default(path: &Path) -> Result<Option<ConfigFile>, Failure> {
    match read(path) {
        Ok(file) => Ok(Some(file)),
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failure(path, error)),
    }
}

/// Whether a key that is no option is fine all the same.
pub(crate) fn is_known(key: &str) -> bool {
    PASSED_OVER.contains(&key)
}

#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("larger than {BYTES_MAX} bytes; is it another file?")]
    TooLarge,
    #[error("not UTF-8 text")]
    NotText,
    #[error("`out` must be a text such as \"json=samples.json\", or a list of them")]
    Out,
}

fn failure(path: &Path, error: ReadError) -> Failure {
    Failure::new(ExitCode::InvalidConfig, error)
        .context(format!("cannot use the config file `{}`", path.display()))
}

fn read(path: &Path) -> Result<ConfigFile, ReadError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(ReadError::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|_| ReadError::NotText)?;
    let out = read_out(&text)?;
    Ok(ConfigFile { path: path.to_owned(), text, out })
}

/// A text that is not JSON has no `out`; reading the options says what is wrong with it.
fn read_out(text: &str) -> Result<Vec<String>, ReadError> {
    let Ok(Value::Object(object)) = serde_json::from_str(text) else { return Ok(Vec::new()) };
    match object.get(OUT) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(out)) => Ok(vec![out.clone()]),
        Some(Value::Array(list)) => {
            let texts = list.iter().map(|out| out.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().ok_or(ReadError::Out)
        }
        Some(_) => Err(ReadError::Out),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_that_was_asked_for_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none.json");
        let failure = load(Some(&path)).unwrap_err();
        assert_eq!(failure.exit(), ExitCode::InvalidConfig);
        assert!(failure.one_line().contains("none.json"));
        assert!(load_default(&path).unwrap().is_none());
    }

    #[test]
    fn a_default_file_that_is_there_must_be_readable() {
        let (_folder, path) = file(b"\xff\xfe");
        assert!(load_default(&path).unwrap_err().one_line().contains("not UTF-8"));
        let folder = tempfile::tempdir().unwrap();
        assert!(load_default(folder.path()).is_err());
    }

    #[test]
    fn outputs_are_one_text_or_a_list() {
        let out = |text: &str| read_out(text).map_err(|error| error.to_string());
        assert_eq!(out(r#"{"out":"json=a"}"#), Ok(vec!["json=a".to_owned()]));
        assert_eq!(out(r#"{"out":["json=a","json=b"]}"#).map(|list| list.len()), Ok(2));
        assert_eq!(out(r#"{"vus":1}"#), Ok(vec![]));
        assert_eq!(out("{not json"), Ok(vec![]));
        assert!(out(r#"{"out":[1]}"#).is_err());
        assert!(out(r#"{"out":{}}"#).is_err());
    }

    #[test]
    fn an_output_that_does_not_exist_names_the_file() {
        let file = |out: &str| ConfigFile {
            path: "c.json".into(),
            text: String::new(),
            out: vec![out.to_owned()],
        };
        assert_eq!(file("json=a").outputs().unwrap(), [Out::Json("a".into())]);
        let error = file("kafka").outputs().unwrap_err().to_string();
        assert!(error.contains("the config file `c.json`"), "{error}");
    }

    #[test]
    fn keys_of_k6_s_own_file_are_known() {
        assert!(is_known("collectors") && is_known("out"));
        assert!(!is_known("vuss"));
    }
}
