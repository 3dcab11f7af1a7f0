//! `squall new`: writes a script to start from.
//!
//! The templates are part of the program; a user's own may be any file. A template of ours comes
//! with a file of types for editors, which is written once and never overwritten: people may add to
//! it. Nothing else on disk is touched.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::args::new::NewArgs;
use crate::diagnostics::{CommandResult, Failure, style};
use crate::exit_code::ExitCode;

/// What a template says for the name of the script, as k6's templates do.
const SCRIPT_NAME: &str = "{{ .ScriptName }}";

/// The file that editors read types from; templates refer to it by this name.
const TYPES_FILE: &str = "squall.d.ts";
const TYPES: &str = include_str!("../../templates/squall.d.ts");

/// A template that comes with squall.
struct Embedded {
    name: &'static str,
    text: &'static str,
    /// Behind `squall run`, to say what to load.
    variables: &'static str,
}

const EMBEDDED: [Embedded; 3] = [
    Embedded {
        name: "minimal",
        text: include_str!("../../templates/minimal.js"),
        variables: "-e TARGET=https://test.example.com/",
    },
    Embedded {
        name: "protocol",
        text: include_str!("../../templates/protocol.js"),
        variables: "-e BASE_URL=https://test.example.com -e API_SECRET=secret",
    },
    Embedded {
        name: TYPESCRIPT,
        text: include_str!("../../templates/typescript.ts"),
        variables: "-e BASE_URL=https://test.example.com",
    },
];
const TYPESCRIPT: &str = "typescript";

enum Template {
    Embedded(&'static Embedded),
    Own { path: PathBuf, text: String },
}

pub(crate) fn execute(args: &NewArgs) -> CommandResult {
    let wants_typescript = args.file.as_deref().is_some_and(is_typescript);
    let name = args.template.as_deref();
    let name = name.unwrap_or(if wants_typescript { TYPESCRIPT } else { EMBEDDED[0].name });
    let template = Template::find(name)?;
    let file = args.file.clone().unwrap_or_else(|| PathBuf::from(template.file_default()));
    template.check_file(&file)?;
    write(&file, &template.text(&file), args.force)?;
    let types = match &template {
        Template::Embedded(_) => write_types(&file)?,
        Template::Own { .. } => None,
    };
    super::print(&message(&file, &template, types.as_deref()))?;
    Ok(ExitCode::Success)
}

impl Template {
    /// The template with a name, or in a file.
    fn find(name: &str) -> Result<Self, Failure> {
        if let Some(embedded) = EMBEDDED.iter().find(|embedded| embedded.name == name) {
            return Ok(Self::Embedded(embedded));
        }
        let path = PathBuf::from(name);
        let failure = match fs::read_to_string(&path) {
            Ok(text) => return Ok(Self::Own { path, text }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = format!("`{name}` is neither the name of a template nor a file");
                Failure::message(ExitCode::Unclassified, text)
            }
            Err(error) => Failure::new(ExitCode::Unclassified, error)
                .context(format!("cannot read the template `{name}`")),
        };
        let names: Vec<String> =
            EMBEDDED.iter().map(|embedded| format!("`{}`", embedded.name)).collect();
        Err(match name {
            "browser" => failure.hint("browser tests are not supported; keep running them with k6"),
            _ => failure.hint(format!(
                "the templates are {}; a template of your own is a text file, given by its path",
                names.join(", ")
            )),
        })
    }

    fn name(&self) -> String {
        match self {
            Self::Embedded(embedded) => embedded.name.to_owned(),
            Self::Own { path, .. } => path.display().to_string(),
        }
    }

    fn is_typescript(&self) -> bool {
        match self {
            Self::Embedded(embedded) => embedded.name == TYPESCRIPT,
            Self::Own { path, .. } => is_typescript(path),
        }
    }

    fn file_default(&self) -> &'static str {
        if self.is_typescript() { "script.ts" } else { "script.js" }
    }

    /// Types are read as types in `.ts` files alone.
    fn check_file(&self, file: &Path) -> Result<(), Failure> {
        if !self.is_typescript() || is_typescript(file) {
            return Ok(());
        }
        let text =
            format!("the template `{}` is TypeScript, `{}` is not", self.name(), shown(file));
        let better = file.with_extension("ts");
        Err(Failure::message(ExitCode::Unclassified, text)
            .hint(format!("name it `{}`", shown(&better))))
    }

    fn text(&self, file: &Path) -> String {
        let text = match self {
            Self::Embedded(embedded) => embedded.text,
            Self::Own { text, .. } => text,
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        text.replace(SCRIPT_NAME, &name)
    }
}

fn is_typescript(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ts"))
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

/// Writes the script. What is there already is left alone, unless `force` says otherwise.
fn write(file: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let name = shown(file);
    if file.is_dir() {
        let text = format!("`{name}` is a folder");
        let inside = shown(&file.join("script.js"));
        return Err(Failure::message(ExitCode::Unclassified, text)
            .hint(format!("give the name of a file, such as `{inside}`")));
    }
    let result = if force { fs::write(file, text) } else { write_new(file, text) };
    result.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::message(ExitCode::Unclassified, format!("`{name}` is there already"))
                .hint("`--force` overwrites it; `squall new FILE` writes another file")
        }
        io::ErrorKind::NotFound => {
            let folder = shown(file.parent().unwrap_or(Path::new(".")));
            Failure::message(ExitCode::Unclassified, format!("there is no folder `{folder}`"))
                .context(format!("cannot write `{name}`"))
                .hint(format!("make it first: `mkdir -p {folder}`"))
        }
        _ => Failure::new(ExitCode::Unclassified, error).context(format!("cannot write `{name}`")),
    })
}

fn write_new(file: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(file)?;
    file.write_all(text.as_bytes())
}

/// Writes the types beside the script, unless they are there; gives their path if it wrote them.
fn write_types(script: &Path) -> Result<Option<PathBuf>, Failure> {
    let path = script.with_file_name(TYPES_FILE);
    match write_new(&path, TYPES) {
        Ok(()) => Ok(Some(path)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(Failure::new(ExitCode::Unclassified, error)
            .context(format!("cannot write `{}`", shown(&path)))),
    }
}

/// What was done, and what to do next.
fn message(file: &Path, template: &Template, types: Option<&Path>) -> String {
    let value = style::HINT;
    let name = shown(file);
    let created = format!("New script created: {name} ({} template).\n", template.name());
    let types = types.map(|types| format!("Beside it, for your editor: {}\n", shown(types)));
    let next = match template {
        Template::Embedded(Embedded { variables, .. }) => format!(
            "  {value}squall run {variables} {name}{value:#}\n  \
             {value}npm install --save-dev @types/k6{value:#}   \
             for completion and checks in your editor\n"
        ),
        Template::Own { .. } => format!("  {value}squall run {name}{value:#}\n"),
    };
    format!("{created}{}\nNext:\n{next}", types.unwrap_or_default())
}

#[cfg(test)]
mod tests;
