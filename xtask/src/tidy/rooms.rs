//! Who may import whom. The table is the decision (docs/ARCHITECTURE.md, docs/decisions/); a crate
//! that is not in it cannot be added without saying what it may import.

use std::{path::Path, process::Command};

use serde::Deserialize;

use super::Breach;

/// A crate and the crates of ours it may import.
struct Room {
    name: &'static str,
    imports: &'static [&'static str],
}

const fn room(name: &'static str, imports: &'static [&'static str]) -> Room {
    Room { name, imports }
}

const ROOMS: &[Room] = &[
    // Pure: they compute.
    room("andu-base", &[]),
    room("andu-org", &["andu-base"]),
    room("andu-document", &["andu-base"]),
    room("andu-draft", &["andu-base", "andu-document"]),
    room("andu-workflow", &["andu-base"]),
    room("andu-exchange", &["andu-base"]),
    room("andu-meeting", &["andu-base"]),
    room("andu-people", &["andu-base"]),
    room("andu-payroll", &["andu-base"]),
    room("andu-sync", &["andu-base", "andu-crypto"]),
    // Craft: one skill each.
    room("andu-crypto", &["andu-base"]),
    room("andu-page", &["andu-base"]),
    room("andu-office", &["andu-base", "andu-document"]),
    room("andu-typeset", &["andu-base", "andu-document", "andu-page"]),
    room("andu-seal", &["andu-base", "andu-crypto"]),
    room("andu-ofd", &["andu-base", "andu-page", "andu-seal"]),
    // Whole.
    room(
        "andu-store",
        &[
            "andu-base",
            "andu-sync",
            "andu-org",
            "andu-document",
            "andu-draft",
            "andu-workflow",
            "andu-exchange",
            "andu-meeting",
            "andu-people",
            "andu-payroll",
        ],
    ),
    room(
        "andu-app",
        &[
            "andu-base",
            "andu-sync",
            "andu-org",
            "andu-document",
            "andu-draft",
            "andu-workflow",
            "andu-exchange",
            "andu-meeting",
            "andu-people",
            "andu-payroll",
            "andu-crypto",
            "andu-page",
            "andu-office",
            "andu-typeset",
            "andu-seal",
            "andu-ofd",
            "andu-store",
        ],
    ),
    room(
        "andu-api",
        &[
            "andu-base",
            "andu-sync",
            "andu-org",
            "andu-document",
            "andu-draft",
            "andu-workflow",
            "andu-exchange",
            "andu-meeting",
            "andu-people",
            "andu-payroll",
            "andu-store",
            "andu-app",
        ],
    ),
    room(
        "andu-desk",
        &[
            "andu-base",
            "andu-org",
            "andu-document",
            "andu-draft",
            "andu-api",
            "andu-app",
            "andu-sync",
            "andu-store",
            "andu-office",
            "andu-typeset",
            "andu-page",
            "andu-ofd",
            "andu-crypto",
        ],
    ),
    room(
        "andu-server",
        &[
            "andu-base",
            "andu-org",
            "andu-crypto",
            "andu-api",
            "andu-app",
            "andu-sync",
            "andu-store",
        ],
    ),
    room(
        "andu-cli",
        &[
            "andu-desk",
            "andu-server",
            "andu-api",
            "andu-store",
            "andu-base",
            "andu-crypto",
            "andu-ofd",
            "andu-seal",
            "andu-document",
            "andu-office",
            "andu-typeset",
            "andu-workflow",
        ],
    ),
    room("andu-desktop", &["andu-desk"]),
];

/// Rooms that may import anything of ours; nothing imports them except for testing.
const ANYWHERE: &[&str] = &["andu-testkit", "andu-tests", "andu-xtask"];

/// Libraries that one room alone may name, because naming them twice would be a second place that
/// decides. The desktop shell is the only one that knows windows.
const RESERVED: &[(&str, &[&str])] = &[
    ("rusqlite", &["andu-store", "andu-tests"]),
    ("keyring", &["andu-desk"]),
    ("reqwest", &["andu-desk", "andu-tests", "andu-testkit"]),
    ("axum", &["andu-server"]),
    ("tauri", &["andu-desktop"]),
    ("typst", &["andu-typeset"]),
    ("pdfium-render", &["andu-page"]),
    ("yrs", &["andu-draft", "andu-tests"]),
];

/// A package as `cargo metadata` tells it.
#[derive(Debug, Deserialize)]
pub struct Package {
    name: String,
    description: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

/// The packages of the workspace.
pub fn packages(root: &Path) -> Result<Vec<Package>, String> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|error| format!("could not run cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout)
        .map(|metadata: Metadata| metadata.packages)
        .map_err(|error| format!("could not read cargo metadata: {error}"))
}

/// Every edge that the table does not have.
pub fn check(packages: &[Package]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut complain = |package: &str, text: String| {
        breaches.push(Breach::new(package, 0, "rooms", text));
    };
    for package in packages {
        let name = package.name.as_str();
        if package.description.as_deref().unwrap_or("").is_empty() {
            complain(name, "say in `description` what the room is for".to_owned());
        }
        for dependency in &package.dependencies {
            let reserved = RESERVED
                .iter()
                .find(|(library, _)| *library == dependency.name);
            let for_tests = dependency.kind.as_deref() == Some("dev");
            if let Some((library, rooms)) = reserved
                && !rooms.contains(&name)
                && !for_tests
            {
                complain(name, format!("`{library}` belongs to {}", rooms.join(", ")));
            }
        }
        if ANYWHERE.contains(&name) {
            continue;
        }
        let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
            let text = "new room: add it to the table in xtask/src/tidy/rooms.rs";
            complain(name, text.to_owned());
            continue;
        };
        for dependency in &package.dependencies {
            let import = dependency.name.as_str();
            let for_tests = dependency.kind.as_deref() == Some("dev");
            let allowed = !import.starts_with("andu-")
                || room.imports.contains(&import)
                || (for_tests && import == "andu-testkit");
            if !allowed {
                complain(name, format!("may not import `{import}`"));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        Package {
            name: name.to_owned(),
            description: Some("A room.".to_owned()),
            dependencies: dependencies
                .iter()
                .map(|(name, kind)| Dependency {
                    name: (*name).to_owned(),
                    kind: kind.map(str::to_owned),
                })
                .collect(),
        }
    }

    fn complaints(packages: &[Package]) -> Vec<String> {
        check(packages).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn domains_meet_through_ids_and_never_import_each_other() {
        let told = complaints(&[package("andu-payroll", &[("andu-people", None)])]);
        assert_eq!(told, ["andu-payroll: rooms: may not import `andu-people`"]);
    }

    #[test]
    fn the_window_knows_no_store() {
        let told = complaints(&[package(
            "andu-desktop",
            &[("andu-desk", None), ("andu-store", None)],
        )]);
        assert_eq!(told, ["andu-desktop: rooms: may not import `andu-store`"]);
    }

    #[test]
    fn testkit_is_for_tests_only() {
        let fine = package("andu-app", &[("andu-testkit", Some("dev"))]);
        let wrong = package("andu-app", &[("andu-testkit", None)]);
        assert!(complaints(&[fine]).is_empty());
        assert_eq!(
            complaints(&[wrong]),
            ["andu-app: rooms: may not import `andu-testkit`"]
        );
    }

    #[test]
    fn only_the_store_names_a_database() {
        let told = complaints(&[package("andu-app", &[("rusqlite", None)])]);
        assert_eq!(
            told,
            ["andu-app: rooms: `rusqlite` belongs to andu-store, andu-tests"]
        );
    }

    #[test]
    fn a_new_room_must_say_what_it_may_import() {
        assert_eq!(complaints(&[package("andu-everything", &[])]).len(), 1);
    }
}
