//! `squall version`: what this program is, and which guests it runs.

use serde_json::json;

use crate::args::version::VersionArgs;
use crate::diagnostics::CommandResult;
use crate::exit_code::ExitCode;

/// The contract with guests, as `wit/world.wit` has it.
const WORLD: &str = "squall:vu/vu@0.1.0";

pub(crate) fn execute(args: &VersionArgs) -> CommandResult {
    super::print(&text(args.json))?;
    Ok(ExitCode::Success)
}

fn text(as_json: bool) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    if as_json {
        let object = json!({ "version": version, "world": WORLD, "os": os, "arch": arch });
        return format!("{object}\n");
    }
    format!("squall {version} (runs {WORLD}, {os}/{arch})\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_the_one_of_the_contract() {
        let wit = include_str!("../../../../wit/world.wit");
        let (package, version) = WORLD
            .split_once('@')
            .map(|(name, version)| (name.trim_end_matches("/vu"), version))
            .unwrap();
        assert!(wit.contains(&format!("package {package}@{version};")));
    }

    #[test]
    fn json_has_the_same_facts() {
        let value: serde_json::Value = serde_json::from_str(&text(true)).unwrap();
        assert_eq!(value["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(value["world"], WORLD);
        assert!(text(false).contains(value["os"].as_str().unwrap()));
    }
}
