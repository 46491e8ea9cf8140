//! Printing through a real cupsd, where there is one: it runs in a folder of its own, on a port of its
//! own, with a printer whose paper is a file.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, thread, time::Duration};

use andu_testkit::cups::RealCups;
use serde_json::json;
use tempfile::TempDir;

use super::tests::{desk, jobs, order};

#[test]
fn a_real_cups_prints_the_page_and_its_spool_does_not_know_the_title() {
    if std::env::var_os("ANDU_TEST_CUPS").is_none() {
        eprintln!("SKIPPED: starts a real cupsd as root; asked for with ANDU_TEST_CUPS=1");
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let open_to_all = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.path(), open_to_all).expect("a folder for others too");
    let cups_folder = folder.path().join("cups");
    let paper = cups_folder.join("tray/paper");
    let cups =
        RealCups::start(&cups_folder, None).filter(|cups| cups.add_printer("hall", "hall", &paper));
    let Some(cups) = cups else {
        eprintln!("SKIPPED: no cupsd that can be run here (Debian package cups-daemon, as root)");
        return;
    };
    let (desk, id) = desk(folder.path());
    let open = desk.open_desk().expect("open");
    open.jobs.ask(&format!("http://{}", cups.address));
    let printers = desk.call("printer_list", json!({})).expect("printers");
    assert_eq!(
        (&printers[0]["name"], &printers[0]["trouble"]),
        (&json!("hall"), &json!(""))
    );

    let mut order = order(&id);
    order["printer"] = json!("hall");
    desk.call("print_start", order).expect("a job");
    let done = (0..200).any(|_| {
        thread::sleep(Duration::from_millis(100));
        jobs(&desk)[0]["state"] == "done"
    });
    assert!(done, "not printed in 20 s: {:?}", jobs(&desk));
    let printed = fs::read(&paper).expect("the printed page");
    assert!(printed.starts_with(b"%PDF-"), "what was printed is no PDF");
    assert!(
        printed.trim_ascii_end().ends_with(b"%%EOF"),
        "it is cut short"
    );
    let control = (0..100).find_map(|_| {
        thread::sleep(Duration::from_millis(100));
        control_file(&cups_folder.join("spool"))
    });
    let control = control.expect("the spool's record of the job");
    assert!(!control.contains("会议室"), "the spool knows the title");
    assert!(control.contains("andu-"), "the job has its name");
}

/// What the spool has written down about its job.
fn control_file(spool: &Path) -> Option<String> {
    let mut entries = fs::read_dir(spool).ok()?.flatten();
    let control = entries.find(|entry| entry.file_name().to_string_lossy().starts_with('c'))?;
    let control = fs::read(control.path()).ok()?;
    (!control.is_empty()).then(|| String::from_utf8_lossy(&control).into_owned())
}
