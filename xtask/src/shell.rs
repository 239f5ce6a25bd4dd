//! Child processes: where they run, what they find on PATH, and what becomes of their output.
//! Nothing here knows which tools the project uses, except that Cargo and Trunk need settings of their own.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The project's folder and the environment its tools are started in.
pub(crate) struct Shell {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// PATH with Cargo's own bin folder first: what `cargo install` brings is found even where PATH does not name it.
    path: OsString,
    /// No colours and no progress bars.
    pub(crate) ci: bool,
}

impl Shell {
    pub(crate) fn new() -> Result<Self, String> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("xtask is not inside the project")?.to_path_buf();
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = cargo_home().map(|home| home.join("bin")).into_iter().chain(std::env::split_paths(&inherited));
        let path = std::env::join_paths(folders).map_err(|e| format!("PATH can not be extended: {e}"))?;
        Ok(Self { root, path, ci: std::env::var_os("CI").is_some_and(|ci| ci != "false" && !ci.is_empty()) })
    }

    /// The same environment for a copy of the project in another folder.
    pub(crate) fn at(&self, root: &Path) -> Self {
        Self { root: root.to_path_buf(), path: self.path.clone(), ci: self.ci }
    }

    /// A program that starts in the project's folder.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", &self.path);
        if self.ci {
            command.env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
        }
        command
    }

    /// The Cargo that started us.
    pub(crate) fn cargo(&self) -> Command {
        self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    pub(crate) fn trunk(&self, verb: &str) -> Command {
        let mut command = self.command("trunk");
        command.arg(verb).env("TRUNK_SKIP_VERSION_CHECK", "true");
        // Trunk refuses the usual NO_COLOR=1: it wants the word.
        if self.ci || std::env::var_os("NO_COLOR").is_some() {
            command.env("NO_COLOR", "true");
        }
        command
    }

    /// A program's place on PATH.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
        std::env::split_paths(&self.path)
            .flat_map(|folder| endings.iter().map(move |ending| folder.join(format!("{program}{ending}"))))
            .find(|file| file.is_file())
    }

    /// Runs a program before the reader's eyes; an exit code other than 0 is an error.
    pub(crate) fn run(&self, command: &mut Command) -> Result<(), String> {
        let status = command.status().map_err(|e| cannot_start(command, &e))?;
        if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", line(command))) }
    }

    /// Becomes the program where the system can, so that whoever ends us ends it too; for a server that runs on.
    pub(crate) fn become_program(&self, command: &mut Command) -> Result<(), String> {
        #[cfg(unix)]
        {
            let error = std::os::unix::process::CommandExt::exec(command);
            Err(cannot_start(command, &error))
        }
        #[cfg(not(unix))]
        self.run(command)
    }

    /// Runs a program, shows its output as it comes and returns it too, with whether the program ended well.
    pub(crate) fn stream(&self, command: &mut Command) -> Result<(bool, String), String> {
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|e| cannot_start(command, &e))?;
        let mut seen = String::new();
        if let Some(stdout) = child.stdout.take() {
            let mut reader = BufReader::new(stdout);
            let mut bytes = Vec::new();
            // Bytes, not lines: a test may print anything, and what it prints must not end the run.
            while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
                let text = String::from_utf8_lossy(&bytes);
                print!("{text}");
                std::io::stdout().flush().ok();
                seen.push_str(&text);
                bytes.clear();
            }
        }
        let status = child.wait().map_err(|e| cannot_start(command, &e))?;
        Ok((status.success(), seen))
    }

    /// What a program prints, when it can be started and ends well.
    pub(crate) fn answer(&self, command: &mut Command) -> Option<String> {
        let output = command.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_string())
    }
}

/// Where Cargo keeps what it downloads and installs.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os(home).map(|home| Path::new(&home).join(".cargo")))
}

/// As it would be typed.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    std::iter::once(program).chain(command.get_args()).map(|part| part.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not be started: {error}", line(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_typed() {
        let mut command = Command::new("/some/where/cargo");
        command.args(["fmt", "--all"]);
        assert_eq!(line(&command), "cargo fmt --all");
    }

    #[test]
    fn what_is_not_on_path_is_not_found_and_can_not_be_started() {
        let shell = Shell::new().unwrap();
        let name = "tao-conviction-no-such-program";
        assert_eq!(shell.find(name), None);
        let error = shell.run(&mut shell.command(name)).unwrap_err();
        assert!(error.contains(name) && error.contains("could not be started"), "{error}");
    }

    #[test]
    fn a_streamed_program_is_heard_and_its_end_is_known() {
        let shell = Shell::new().unwrap();
        let (ended_well, output) = shell.stream(shell.cargo().arg("--version")).unwrap();
        assert!(ended_well && output.starts_with("cargo "), "{output}");
        let (ended_well, _) = shell.stream(shell.cargo().arg("no-such-verb").stderr(Stdio::null())).unwrap();
        assert!(!ended_well);
    }
}
