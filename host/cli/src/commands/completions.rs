//! `squall completions`: a completion script for a shell, made from the same table as the help.

use crate::args;
use crate::args::completions::CompletionsArgs;
use crate::diagnostics::CommandResult;
use crate::exit_code::ExitCode;

pub(crate) fn execute(args: &CompletionsArgs) -> CommandResult {
    super::print(&script(args.shell))?;
    Ok(ExitCode::Success)
}

fn script(shell: clap_complete::Shell) -> String {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "squall", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    #[test]
    fn every_shell_completes_a_flag_of_run() {
        for shell in clap_complete::Shell::value_variants() {
            let script = super::script(*shell);
            assert!(script.contains("summary-export"), "{shell}");
        }
    }
}
