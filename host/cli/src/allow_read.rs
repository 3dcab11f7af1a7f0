//! `--allow-read`: folders whose files a script may open besides those beside it.
//!
//! They are looked up once, before anything of the script runs: a folder that is not there is a
//! slip, and a symbolic link means what it led to then.

use std::path::{Path, PathBuf};

use crate::args::run::ScriptArgs;
use crate::diagnostics::Failure;
use crate::env_vars::{self, Environment};
use crate::exit_code::ExitCode;

/// All of them: those of the flag, else those of the variable.
pub(crate) fn folders(
    args: &ScriptArgs,
    environment: &Environment,
) -> Result<Vec<PathBuf>, Failure> {
    if !args.allow_read.is_empty() {
        return resolve("--allow-read", &args.allow_read);
    }
    let Some(found) = environment.find(&env_vars::ALLOW_READ) else { return Ok(Vec::new()) };
    let folders: Vec<PathBuf> =
        std::env::split_paths(&found.value).filter(|path| path != Path::new("")).collect();
    resolve(&found.name, &folders)
}

fn resolve(origin: &str, folders: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    folders.iter().map(|folder| real(origin, folder)).collect()
}

/// The folder without symbolic links.
fn real(origin: &str, folder: &Path) -> Result<PathBuf, Failure> {
    let problem = |what: &str| {
        let message = format!("{origin}: `{}` {what}", folder.display());
        Failure::message(ExitCode::InvalidConfig, message)
            .hint("name a folder whose files the script may open; everything below it is open too")
    };
    let real = folder.canonicalize().map_err(|error| problem(&format!("is no folder: {error}")))?;
    if real.is_dir() { Ok(real) } else { Err(problem("is no folder but a file")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(flags: &[&Path], variable: Option<&str>) -> Result<Vec<PathBuf>, Failure> {
        let allow_read = flags.iter().map(|path| path.to_path_buf()).collect();
        let args = ScriptArgs { allow_read, ..ScriptArgs::default() };
        let variables = variable.map(|value| ("SQUALL_ALLOW_READ", value));
        folders(&args, &variables.into_iter().collect())
    }

    #[test]
    fn flags_win_over_the_variable_and_links_are_resolved() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let [one, two, link] = ["one", "two", "link"].map(|name| root.join(name));
        std::fs::create_dir(&one).unwrap();
        std::fs::create_dir(&two).unwrap();
        std::os::unix::fs::symlink(&one, &link).unwrap();
        let list = format!("{}:{}", one.display(), two.display());
        assert_eq!(allowed(&[], None).unwrap(), [""; 0].map(PathBuf::from));
        assert_eq!(allowed(&[], Some(&list)).unwrap(), [one.clone(), two.clone()]);
        assert_eq!(allowed(&[&link, &two], Some("/")).unwrap(), [one, two]);
    }

    #[test]
    fn what_is_no_folder_is_told_with_its_origin() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let failure = allowed(&[file.path()], None).unwrap_err();
        assert_eq!(failure.exit(), ExitCode::InvalidConfig);
        let text = failure.one_line();
        assert!(text.starts_with("--allow-read: `"), "{text}");
        assert!(text.contains("is no folder but a file"), "{text}");
        let text = allowed(&[], Some("/nowhere/at/all")).unwrap_err().one_line();
        assert!(text.starts_with("SQUALL_ALLOW_READ: `/nowhere/at/all` is no folder"), "{text}");
    }
}
