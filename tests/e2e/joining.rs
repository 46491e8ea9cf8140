//! A desk that worked alone: what was drafted, submitted, numbered and closed there is at the server after it
//! joined, with its history, and goes on in its window.

use andu_org::Grant;
use andu_store::{DraftState, NumberOrigin, VersionKind};

use crate::{
    agency::{agency, enter, joined},
    draft::{draft_notice, set_up_as, submit},
    office::Office,
    window::Window,
};

const CLOSED: &str = "关于做好今冬明春水利建设工作的通知";
const SUBMITTED: &str = "关于开展水库安全检查的通知";
const DRAFTED: &str = "关于召开防汛工作会议的通知";
const VERSION: &str = "股长改前";

#[test]
fn a_desk_that_worked_alone_joins_in_its_settings_and_brings_its_history() {
    let mut office = agency();
    let clerk = enter(&mut office, "温若谷", &[Grant::Draft]);
    let keeper = [Grant::Draft, Grant::KeepVocabulary, Grant::ReadDepartment];
    let keeper = enter(&mut office, "段青禾", &keeper);

    let mut lone = Window::open("joining-lone");
    set_up_as(&mut lone, ["望溪县水务局", "望水", "办公室", "温若谷"]);
    work_alone(&mut lone);
    lone.click("rail-settings");
    lone.click("settings-server");
    lone.type_into("join-code", &office.whole_code(clerk));
    lone.click("join-begin");
    lone.see_text("joining-review", "〔2026〕7号");
    lone.shot("offered");
    assert!(
        office.drafts().is_empty(),
        "taken over before anybody looked"
    );

    // The records keeper looks at it and takes it in.
    let mut office_desk = joined("joining-keeper", &office, keeper);
    office_desk.click("rail-joining");
    office_desk.click("joining-offer");
    office_desk.see_text("joining-review", "〔2026〕7号");
    office_desk.shot("reviewed");
    office_desk.click("joining-accept");
    office_desk.see_no_more("joining-accept");
    lone.click("join-go-on");
    lone.see_text("status-sync", "已连接");
    lone.shot("joined");
    history_is_at_the_server(&office);

    // It is in the keeper's window, and in the window that brought it, where it goes on.
    office_desk.click("rail-inbox");
    office_desk.see_one_saying("draft-row", SUBMITTED);
    office_desk.shot("received");
    lone.click("rail-closed");
    lone.see_one_saying("draft-row", CLOSED);
    lone.see_one_saying("draft-row", "〔2026〕7号");
    lone.shot("closed");
    lone.click("rail-drafts");
    lone.click_one_saying("draft-row", DRAFTED);
    lone.click("draft-open");
    lone.see_text("body-editor", "定于下周一召开。");
    lone.click("versions");
    lone.see_one_saying("version-row", VERSION);
    lone.shot("versions");
    submit(&lone);
    office_desk.see_one_saying("draft-row", DRAFTED);
    office_desk.shot("went-on");
    for window in [&lone, &office_desk] {
        assert_eq!(window.refused(), Vec::<String>::new(), "errors in the page");
    }
}

/// One closed under its number, one submitted, one in work with a version of its own.
fn work_alone(lone: &mut Window) {
    draft_notice(lone, CLOSED, "各单位要压实责任，按时完成。");
    lone.type_into("number-serial", "7");
    submit_and_find(lone, CLOSED);
    lone.click("draft-number");
    lone.click("ask-yes");
    lone.click("rail-closed");
    lone.see_one_saying("draft-row", CLOSED);
    lone.shot("closed-alone");
    draft_notice(lone, SUBMITTED, "请于月底前完成检查。");
    submit_and_find(lone, SUBMITTED);
    draft_notice(lone, DRAFTED, "定于下周一召开。");
    lone.see_saved();
    lone.click("versions");
    lone.type_into("version-name", VERSION);
    lone.click("version-save");
    lone.see_one_saying("version-row", VERSION);
    lone.shot("worked-alone");
}

fn submit_and_find(window: &Window, title: &str) {
    submit(window);
    window.click("rail-submitted");
    window.click_one_saying("draft-row", title);
}

fn history_is_at_the_server(office: &Office) {
    let mut held = office.drafts();
    held.sort_by(|one, other| one.title.cmp(&other.title));
    let states = [
        (DRAFTED, DraftState::Drafting),
        (SUBMITTED, DraftState::Submitted),
        (CLOSED, DraftState::Closed),
    ];
    for (title, state) in states {
        let found = held.iter().find(|draft| draft.title.contains(title));
        let found = found.unwrap_or_else(|| panic!("{title} is not at the server"));
        assert_eq!(found.state, state, "{title}");
    }
    assert_eq!(held.len(), states.len());
    let numbers = office.read(|reader| reader.numbers(&held[0].agency_id));
    let numbers: Vec<_> = numbers.iter().map(|n| (n.serial, n.origin)).collect();
    assert_eq!(numbers, [(7, NumberOrigin::Backfilled)]);
    let named = |id: &str| {
        let versions = office.read(|reader| reader.versions(id));
        versions
            .iter()
            .filter(|version| version.kind == VersionKind::Named)
            .count()
    };
    assert_eq!(held.iter().map(|draft| named(&draft.id)).sum::<usize>(), 1);
    office.audited();
}
