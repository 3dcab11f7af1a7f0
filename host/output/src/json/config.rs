//! Configuration of the `json` output: what stands behind `json=` on the command line.
//!
//! Nothing is opened here.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

/// Where the lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file, made new; compressed if its name ends in `.gz`.
    File(PathBuf),
}

/// Everything that the output needs to know before it opens its sink.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the lines go.
    pub target: Target,
    /// The zone in which times are written.
    pub time_zone: TimeZone,
}

impl Config {
    /// Reads the argument of `--out json=ARGUMENT`. Without one, or with `-`, lines go to standard
    /// output. Times are written in the zone of this machine, as k6 does.
    pub fn parse(argument: Option<&str>) -> Self {
        let target = match argument {
            None | Some("" | "-") => Target::Stdout,
            Some(path) => Target::File(PathBuf::from(path)),
        };
        Self { target, time_zone: TimeZone::system() }
    }

    /// True if the lines are compressed.
    pub fn is_gzip(&self) -> bool {
        match &self.target {
            Target::Stdout => false,
            Target::File(path) => is_gzip_name(path),
        }
    }

    /// What people are told about it, in k6's words.
    pub fn description(&self) -> String {
        match &self.target {
            Target::Stdout => "json(stdout)".to_owned(),
            Target::File(path) => format!("json ({})", path.display()),
        }
    }
}

fn is_gzip_name(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b".gz")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_argument_and_a_dash_mean_standard_output() {
        for argument in [None, Some(""), Some("-")] {
            let config = Config::parse(argument);
            assert_eq!(config.target, Target::Stdout);
            assert_eq!(config.description(), "json(stdout)");
            assert!(!config.is_gzip());
        }
    }

    #[test]
    fn anything_else_is_a_file() {
        let config = Config::parse(Some("a=b/out.json"));
        assert_eq!(config.target, Target::File("a=b/out.json".into()));
        assert_eq!(config.description(), "json (a=b/out.json)");
        assert!(!config.is_gzip());
        assert!(Config::parse(Some("out.json.gz")).is_gzip());
        assert!(Config::parse(Some("x.gz")).is_gzip());
        assert!(!Config::parse(Some("gz")).is_gzip());
    }
}
