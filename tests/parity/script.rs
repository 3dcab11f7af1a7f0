//! Finds the scripts and reads the comment that each begins with.
//!
//! A script is a file `scripts/POINT/NAME.js` (or `.ts`), or a folder `scripts/POINT/NAME` with
//! side files and a `main.js` (or `main.ts`); what scripts share is in folders that begin with
//! `_`. A script's first comment is `/* parity`, then lines of `key: value`, then `*/`. An unknown
//! key, a missing one or a reason that is not given is a failure of the suite itself: nothing here
//! guesses.

use std::path::{Path, PathBuf};

/// One script with what its comment says.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// `POINT/NAME`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) title: String,
    /// The numbers of the list in `README.md`.
    pub(crate) points: String,
    /// More arguments for both sides; `{folder}` is the script's.
    pub(crate) args: Vec<String>,
    /// More environment for both sides.
    pub(crate) env: Vec<(String, String)>,
    /// How k6 exits.
    exit: i32,
    /// How squall exits where that differs on purpose.
    exit_of_squall: Option<i32>,
    pub(crate) console: Console,
    /// Whether what both print on stdout must be the same.
    pub(crate) compares_stdout: bool,
    /// Words that both must say somewhere.
    pub(crate) says: Vec<String>,
    pub(crate) allowed: Vec<Allowed>,
    /// Why squall does not agree, if it does not.
    pub(crate) disagreement: Option<Disagreement>,
    /// A server without which it is left out.
    pub(crate) needs: Option<Need>,
}

/// A server that not every machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Nginx,
    Node,
}

/// A script that is known to differ, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Disagreement {
    /// Not yet the same.
    Pending(String),
    /// On purpose; `docs/k6-compatibility.md` has a row for it.
    OnPurpose(String),
}

/// How the lines of `console` are compared.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Console {
    /// Several VUs: the order is nobody's.
    pub(crate) is_sorted: bool,
    /// Printed by the init context, which k6 runs more often than squall.
    pub(crate) is_distinct: bool,
}

/// A difference that is declared, with its reason.
#[derive(Debug)]
pub(crate) struct Allowed {
    pub(crate) kind: Kind,
    /// What in there: a part of a console line, the name of a metric, a path in the summary.
    pub(crate) words: String,
}

/// What a declared difference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Console lines that contain the words.
    Console,
    /// Everything about a metric.
    Metric,
    /// How many points a metric has, and their values: only that it exists on both sides counts.
    Points,
    /// A file that the script writes.
    File,
    /// What is below a path in the summary: `/root_group/groups`.
    Summary,
}

impl Script {
    pub(crate) fn allows(&self, kind: Kind, subject: &str) -> bool {
        self.allowed.iter().any(|allowed| {
            allowed.kind == kind
                && match kind {
                    Kind::Console => subject.contains(&allowed.words),
                    Kind::Summary => subject.starts_with(&allowed.words),
                    _ => subject == allowed.words,
                }
        })
    }

    /// How k6 or squall is to exit.
    pub(crate) fn expected_code(&self, is_k6: bool) -> i32 {
        if is_k6 { self.exit } else { self.exit_of_squall.unwrap_or(self.exit) }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap()
    }

    fn read(name: String, path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        // Some scripts are not UTF-8 on purpose, but their comments are.
        let text = String::from_utf8_lossy(&bytes);
        let head = text
            .strip_prefix("/* parity\n")
            .and_then(|rest| rest.split_once("*/"))
            .unwrap_or_else(|| panic!("{} does not begin with `/* parity`", path.display()))
            .0;
        let mut script = Self { name, path: path.to_owned(), ..Self::default() };
        for line in head.lines().filter(|line| !line.trim().is_empty()) {
            let (key, value) = line
                .split_once(':')
                .unwrap_or_else(|| panic!("{}: `{line}` is not `key: value`", path.display()));
            if let Err(problem) = script.take(key.trim(), value.trim()) {
                panic!("{}: {key}: {problem}", path.display());
            }
        }
        assert!(!script.title.is_empty(), "{} has no title", path.display());
        assert!(!script.points.is_empty(), "{} covers no point", path.display());
        script
    }

    fn take(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "title" => value.clone_into(&mut self.title),
            "points" => value.clone_into(&mut self.points),
            "args" => self.args.extend(value.split_whitespace().map(str::to_owned)),
            "env" => {
                let (name, value) = value.split_once('=').ok_or("not NAME=VALUE")?;
                self.env.push((name.to_owned(), value.to_owned()));
            }
            "exit" => self.exit = value.parse().map_err(|_| "not a number".to_owned())?,
            "exit-of-squall" => {
                let code = with_reason(value)?;
                self.exit_of_squall = Some(code.parse().map_err(|_| "not a number".to_owned())?);
            }
            "console" => {
                for word in value.split_whitespace() {
                    match word {
                        "sorted" => self.console.is_sorted = true,
                        "distinct" => self.console.is_distinct = true,
                        _ => return Err(format!("`{word}` is neither `sorted` nor `distinct`")),
                    }
                }
            }
            "stdout" if value == "same" => self.compares_stdout = true,
            "pending" => self.disagree(Disagreement::Pending(value.to_owned()))?,
            "differs" => self.disagree(Disagreement::OnPurpose(value.to_owned()))?,
            "says" => self.says.push(value.to_owned()),
            "needs" if value == "nginx" => self.needs = Some(Need::Nginx),
            "needs" if value == "node" => self.needs = Some(Need::Node),
            "allow" => {
                let (kind, words) =
                    with_reason(value)?.split_once(' ').ok_or("not `KIND WORDS because ...`")?;
                let kind = match kind {
                    "console" => Kind::Console,
                    "metric" => Kind::Metric,
                    "points" => Kind::Points,
                    "file" => Kind::File,
                    "summary" => Kind::Summary,
                    _ => return Err(format!("`{kind}` is no kind of difference")),
                };
                self.allowed.push(Allowed { kind, words: words.to_owned() });
            }
            _ => return Err("no such key".to_owned()),
        }
        Ok(())
    }

    fn disagree(&mut self, disagreement: Disagreement) -> Result<(), String> {
        let (Disagreement::Pending(reason) | Disagreement::OnPurpose(reason)) = &disagreement;
        if reason.is_empty() {
            return Err("has no reason".to_owned());
        }
        if self.disagreement.is_some() {
            return Err("only one of `pending` and `differs` can be".to_owned());
        }
        self.disagreement = Some(disagreement);
        Ok(())
    }
}

/// `VALUE because REASON`: the value.
fn with_reason(text: &str) -> Result<&str, String> {
    match text.split_once(" because ") {
        Some((value, reason)) if !reason.trim().is_empty() => Ok(value.trim()),
        _ => Err("has no ` because REASON`".to_owned()),
    }
}

/// All scripts, in the order of their names.
pub(crate) fn find(root: &Path) -> Vec<Script> {
    let mut scripts = Vec::new();
    for point in folders(root) {
        let point_name = file_name(&point);
        if point_name.starts_with('_') {
            continue;
        }
        for folder in folders(&point) {
            let main = ["main.js", "main.ts"].map(|name| folder.join(name));
            let main = main.into_iter().find(|path| path.is_file());
            if let Some(main) = main {
                scripts.push(Script::read(format!("{point_name}/{}", file_name(&folder)), &main));
            }
        }
        for file in entries(&point).into_iter().filter(|path| path.is_file()) {
            let extension = file.extension().unwrap_or_default();
            if extension == "js" || extension == "ts" {
                let stem = file.file_stem().unwrap().to_string_lossy();
                scripts.push(Script::read(format!("{point_name}/{stem}"), &file));
            }
        }
    }
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    scripts
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_read_or_refused() {
        let mut script = Script::default();
        let mut take = |key: &str, value: &str| script.take(key, value);
        take("args", "--vus 2").unwrap();
        take("exit", "255").unwrap();
        take("exit-of-squall", "107 because it is better").unwrap();
        take("allow", "metric data_sent because bytes differ").unwrap();
        for (key, value) in [
            ("exit-of-squall", "107"),
            ("allow", "metric data_sent"),
            ("allow", "moon x because y"),
            ("console", "maybe"),
            ("nonsense", "x"),
            ("differs", ""),
        ] {
            assert!(take(key, value).is_err(), "{key}: {value}");
        }
        take("differs", "it is better").unwrap();
        assert!(take("pending", "not there yet").is_err());
        assert_eq!((script.expected_code(true), script.expected_code(false)), (255, 107));
        assert!(script.allows(Kind::Metric, "data_sent"));
        assert!(!script.allows(Kind::Points, "data_sent"));
    }
}
