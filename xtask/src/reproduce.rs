//! The same files make the same bytes: a second build in another folder, with another target folder and another Cargo
//! home, held against the one that is there. Who doubts a release can make it again and compare.

use crate::dist;
use crate::optimize;
use crate::shell::{self, Shell};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// A second build on its way, behind everything else that the machine has to do.
pub(crate) struct SecondBuild {
    child: Child,
    line: String,
    place: PathBuf,
}

impl SecondBuild {
    /// Copies the files that are the project's, committed or not, and begins to build them.
    pub(crate) fn start(shell: &Shell, target: &Path) -> Result<Self, String> {
        let place = target.join("second-build");
        dist::remove(&place)?;
        let second = shell.at(&place.join("elsewhere/tao conviction"));
        for name in project_files(shell)? {
            let (from, to) = (shell.root.join(&name), second.root.join(&name));
            // One that is deleted and not committed yet.
            if from.is_file() {
                make_folder(to.parent().unwrap_or(&second.root))?;
                fs::copy(&from, &to).map_err(|e| format!("{} can not be copied: {e}", from.display()))?;
            }
        }
        let home = place.join("cargo-home");
        make_folder(&home)?;
        let own_home = shell::cargo_home().ok_or("neither CARGO_HOME nor a home folder is set")?;
        for entry in fs::read_dir(own_home).into_iter().flatten().flatten() {
            link(&entry.path(), &home.join(entry.file_name()))?;
        }
        link(&shell.root.join("e2e/node_modules"), &second.root.join("e2e/node_modules"))?;
        let mut build = optimize::release_build(&second);
        build.env("CARGO_TARGET_DIR", place.join("target")).env("CARGO_HOME", &home);
        let mut build = behind_all_else(&second, build);
        let log = || File::create(place.join("log")).map_err(|e| format!("its log can not be written: {e}"));
        let line = shell::line(&build);
        build.stdout(log()?).stderr(log()?);
        let child = build.spawn().map_err(|e| format!("`{line}` could not be started: {e}"))?;
        Ok(Self { child, line, place })
    }

    /// Waits for its end and compares; returns how many files are the same. What differs is named.
    pub(crate) fn compare(mut self, shell: &Shell) -> Result<usize, String> {
        let status = self.child.wait().map_err(|e| format!("`{}` is lost: {e}", self.line))?;
        if !status.success() {
            let log = fs::read_to_string(self.place.join("log")).unwrap_or_default();
            return Err(format!("the second build failed with {status}:\n{log}"));
        }
        let same = same_files(&shell.root.join("dist"), &self.place.join("elsewhere/tao conviction/dist"))?;
        // Gigabytes, of no use to anybody.
        dist::remove(&self.place)?;
        Ok(same)
    }
}

impl Drop for SecondBuild {
    /// Whoever gives up on it leaves nothing running. After its end this does nothing.
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Both folders' files by name and content.
fn same_files(first: &Path, second: &Path) -> Result<usize, String> {
    let (names, others) = (dist::files(first)?, dist::files(second)?);
    let mut different: Vec<String> = names.iter().filter(|name| !others.contains(name)).cloned().collect();
    different.extend(others.iter().filter(|name| !names.contains(name)).cloned());
    for name in names.iter().filter(|name| others.contains(name)) {
        if dist::read(&first.join(name))? != dist::read(&second.join(name))? {
            different.push(name.clone());
        }
    }
    if names.is_empty() {
        return Err(format!("{} is empty", first.display()));
    }
    if different.is_empty() { Ok(names.len()) } else { Err(format!("not the same in both: {}", different.join(", "))) }
}

/// The names of all files of the project, as git knows them, and of new ones that it doesn't ignore.
pub(crate) fn project_files(shell: &Shell) -> Result<Vec<String>, String> {
    let mut git = shell.command("git");
    // In a container the checkout may be somebody else's.
    git.arg("-c").arg(format!("safe.directory={}", shell.root.display()));
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let names = shell.answer(&mut git).ok_or("git does not say which files are the project's: is this a clone?")?;
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

fn make_folder(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|e| format!("{} can not be made: {e}", folder.display()))
}

fn link(to: &Path, from: &Path) -> Result<(), String> {
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(to, from);
    #[cfg(windows)]
    let made = if to.is_dir() {
        std::os::windows::fs::symlink_dir(to, from)
    } else {
        std::os::windows::fs::symlink_file(to, from)
    };
    made.map_err(|e| format!("{} can not be made a link: {e}", from.display()))
}

/// The same command with the lowest claim to the processor, where the system has `nice`.
fn behind_all_else(shell: &Shell, command: Command) -> Command {
    let Some(nice) = shell.find("nice") else { return command };
    let mut behind = shell.command(nice);
    behind.args(["-n", "19"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => behind.env(name, value),
            None => behind.env_remove(name),
        };
    }
    behind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_the_same_by_their_files_and_every_difference_is_named() {
        let place = std::env::temp_dir().join(format!("tao-reproduce-{}", std::process::id()));
        let write = |name: &str, content: &str| {
            let file = place.join(name);
            make_folder(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        };
        for folder in ["first", "second"] {
            write(&format!("{folder}/a.js"), "a");
            write(&format!("{folder}/deep/b.wasm"), "b");
        }
        let compare = || same_files(&place.join("first"), &place.join("second"));
        assert_eq!(compare(), Ok(2));
        write("second/deep/b.wasm", "c");
        write("first/only-here", "");
        write("second/only-there", "");
        let said = compare().unwrap_err();
        assert!(["deep/b.wasm", "only-here", "only-there"].iter().all(|name| said.contains(name)), "{said}");
        assert!(!said.contains("a.js"), "{said}");
        fs::create_dir_all(place.join("empty")).unwrap();
        assert!(same_files(&place.join("empty"), &place.join("empty")).is_err(), "nothing is no proof");
        fs::remove_dir_all(&place).unwrap();
    }

    #[test]
    fn the_files_of_the_project_are_those_that_git_does_not_ignore() {
        let files = project_files(&Shell::new().unwrap()).unwrap();
        assert!(files.iter().any(|name| name == "xtask/src/reproduce.rs"));
        assert!(!files.iter().any(|name| name.starts_with("target/") || name.contains("node_modules/")));
    }

    #[test]
    fn a_command_behind_all_else_keeps_its_words_and_its_environment() {
        let shell = Shell::new().unwrap();
        let mut command = shell.command("cargo");
        command.args(["build", "--release"]).env("TAO_TEST", "1");
        let behind = behind_all_else(&shell, command);
        assert!(shell::line(&behind).ends_with("cargo build --release"));
        assert!(behind.get_envs().any(|(name, value)| name == "TAO_TEST" && value.is_some_and(|value| value == "1")));
    }
}
