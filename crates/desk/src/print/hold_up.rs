//! What holds a printer or a job up, in the words of the catalogue. Keywords of IPP: RFC 8011, 5.3.7,
//! 5.3.8, 5.4.12.

use std::collections::BTreeMap;

use andu_api::text;

use super::spool::{JobSeen, Printer};

/// Keywords of printers, without their endings, and the sentence of each.
const PRINTER: [(&str, &str); 19] = [
    ("media-empty", "print.reason.paper"),
    ("media-needed", "print.reason.paper"),
    ("media-jam", "print.reason.jam"),
    ("marker-supply-empty", "print.reason.ink"),
    ("toner-empty", "print.reason.ink"),
    ("developer-empty", "print.reason.ink"),
    ("cover-open", "print.reason.cover"),
    ("door-open", "print.reason.cover"),
    ("interlock-open", "print.reason.cover"),
    ("offline", "print.reason.offline"),
    ("shutdown", "print.reason.offline"),
    ("timed-out", "print.reason.offline"),
    ("connecting-to-device", "print.reason.connecting"),
    ("paused", "print.reason.paused"),
    ("moving-to-paused", "print.reason.paused"),
    ("output-area-full", "print.reason.output"),
    ("input-tray-missing", "print.reason.tray"),
    ("spool-area-full", "print.reason.spool"),
    ("cups-missing-filter", "print.reason.driver"),
];

/// `printer-state`: stopped.
const PRINTER_STOPPED: i32 = 5;

/// How a job stands.
pub(super) struct Stands {
    /// `waiting`, `printing`, `done`, `stopped` or `cancelled`.
    pub state: &'static str,
    /// Why it stands still; empty otherwise.
    pub trouble: String,
    /// Nothing more will become of it.
    pub is_over: bool,
}

fn sentence(key: &str) -> String {
    text::sentence(key, &BTreeMap::new())
}

/// The sentences of what a printer names, each once.
fn reasons(printer: &Printer) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for reason in &printer.reasons {
        let bare = ["-error", "-warning", "-report"]
            .iter()
            .find_map(|ending| reason.strip_suffix(ending))
            .unwrap_or(reason);
        let known = PRINTER.iter().find(|(keyword, _)| *keyword == bare);
        if let Some((_, key)) = known
            && !keys.contains(key)
        {
            keys.push(*key);
        }
    }
    keys
}

/// Why a printer does not print; empty if it does.
pub(super) fn of_printer(printer: &Printer) -> String {
    let mut keys = reasons(printer);
    if !printer.is_accepting {
        keys.push("print.reason.not_accepting");
    }
    if keys.is_empty() && printer.state == PRINTER_STOPPED {
        keys.push("print.reason.paused");
    }
    let sentences: Vec<String> = keys.into_iter().map(sentence).collect();
    sentences.join("、")
}

/// How a job stands, at the printer it was sent to.
pub(super) fn of_job(job: &JobSeen, printer: Option<&Printer>) -> Stands {
    let held_up = || printer.map(of_printer).unwrap_or_default();
    let on_its_way = |state, trouble| Stands {
        state,
        trouble,
        is_over: false,
    };
    let over = |state, trouble| Stands {
        state,
        trouble,
        is_over: true,
    };
    let or = |trouble: String, key| {
        if trouble.is_empty() {
            sentence(key)
        } else {
            trouble
        }
    };
    match job.state {
        4 => on_its_way("waiting", or(held_up(), "print.reason.held")),
        5 => on_its_way("printing", held_up()),
        6 => on_its_way("stopped", or(held_up(), "print.reason.paused")),
        7 => over("cancelled", String::new()),
        8 => over("stopped", or(held_up(), "print.reason.aborted")),
        9 => over("done", String::new()),
        // 3 is pending; what RFC 8011 does not know has not begun either.
        _ => on_its_way("waiting", held_up()),
    }
}

/// A job that the service knows no more.
pub(super) fn gone() -> Stands {
    Stands {
        state: "stopped",
        trouble: sentence("print.reason.gone"),
        is_over: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printer(state: i32, reasons: &[&str]) -> Printer {
        Printer {
            name: "hp".into(),
            label: "hp".into(),
            uri: "ipp://localhost/printers/hp".into(),
            state,
            reasons: reasons.iter().map(|&reason| reason.to_owned()).collect(),
            is_default: false,
            is_accepting: true,
            has_duplex: false,
        }
    }

    #[test]
    fn what_a_printer_lacks_is_said_in_words_once() {
        let cases: [(&[&str], &str); 6] = [
            (&["none"], ""),
            (&["media-empty-error"], "缺纸"),
            (&["media-jam-error", "media-needed"], "卡纸、缺纸"),
            (&["toner-empty", "marker-supply-empty-warning"], "缺墨"),
            (&["offline-report"], "离线"),
            (&["toner-low-report", "wombat"], ""),
        ];
        for (reasons, said) in cases {
            assert_eq!(of_printer(&printer(3, reasons)), said, "{reasons:?}");
        }
        assert!(
            !of_printer(&printer(5, &["none"])).is_empty(),
            "stopped without a word"
        );
        let mut closed = printer(3, &[]);
        closed.is_accepting = false;
        assert!(!of_printer(&closed).is_empty());
    }

    #[test]
    fn every_state_of_a_job_has_its_word() {
        let empty = printer(5, &["media-empty"]);
        for (number, state, is_over) in [
            (3, "waiting", false),
            (4, "waiting", false),
            (5, "printing", false),
            (6, "stopped", false),
            (7, "cancelled", true),
            (8, "stopped", true),
            (9, "done", true),
            (42, "waiting", false),
        ] {
            let stands = of_job(&JobSeen { state: number }, Some(&empty));
            assert_eq!((stands.state, stands.is_over), (state, is_over), "{number}");
            let silent = matches!(state, "done" | "cancelled");
            assert_eq!(
                stands.trouble.is_empty(),
                silent,
                "{number}: {}",
                stands.trouble
            );
        }
    }

    #[test]
    fn every_sentence_is_in_the_catalogue() {
        let others = ["not_accepting", "held", "aborted", "gone"];
        let others = others.map(|name| format!("print.reason.{name}"));
        let keys = PRINTER.iter().map(|(_, key)| (*key).to_owned());
        for key in keys.chain(others) {
            assert!(text::knows(&key), "{key}");
        }
    }
}
