//! The workflow of the forge (.github/workflows/ci.yml) says nothing that isn't so: its commands are ours, the actions
//! that it uses are pinned, and it may read and nothing else.

use crate::HELP;
use crate::shell::Shell;

fn workflow() -> String {
    std::fs::read_to_string(Shell::new().unwrap().root.join(".github/workflows/ci.yml")).unwrap()
}

/// What stands after `key` in the lines that begin with it.
fn values<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let lines = text.lines().map(|line| line.trim_start().trim_start_matches("- "));
    lines.filter_map(|line| line.strip_prefix(key)).map(str::trim).collect()
}

#[test]
fn every_command_of_the_workflow_is_a_verb_that_the_help_lists() {
    let workflow = workflow();
    let commands = values(&workflow, "run:");
    assert_eq!(commands, ["cargo xtask test", "cargo xtask msrv", "cargo xtask audit"]);
    for command in commands {
        assert!(HELP.contains(&format!("\n    {command} ")), "{command}");
    }
    let own = std::fs::read_to_string(Shell::new().unwrap().root.join(".ci/run")).unwrap();
    assert!(own.ends_with("exec cargo xtask test\n"), "both ways run the same");
}

#[test]
fn every_action_is_pinned_to_a_commit_and_says_its_version() {
    let workflow = workflow();
    let uses = values(&workflow, "uses:");
    assert!(uses.len() >= 6);
    for action in uses {
        let (pin, version) = action.split_once('@').unwrap().1.split_once(" # v").expect("a version");
        assert!(pin.len() == 40 && pin.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
        assert!(version.split('.').count() == 3, "{action}");
    }
}

#[test]
fn the_workflow_may_read_and_nothing_else() {
    let workflow = workflow();
    assert_eq!(workflow.matches("permissions:").count(), 1);
    assert!(workflow.contains("\npermissions:\n  contents: read\n\n"));
    assert!(!workflow.contains("secrets.") && !workflow.contains("pull_request_target"));
}
