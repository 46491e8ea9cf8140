//! Two windows change one entry of the contacts while the network is cut: fields that differ come together, and
//! for one field that both changed somebody is asked.

use andu_org::Grant;

use crate::{
    agency::{agency, enter, joined},
    office::{Office, PEOPLE},
    screen::until,
    window::{Window, key},
};

/// Whose entry it is.
const WHOSE: &str = PEOPLE[0].0;
const NOTE: &str = "上午在政务大厅值班";

#[test]
fn two_windows_change_one_contact_without_a_network_and_nothing_is_lost() {
    let mut office = agency();
    let keepers =
        ["贺知秋", "苏明远"].map(|name| enter(&mut office, name, &[Grant::KeepOrganisation]));
    let (mut first, mut second) = (
        joined("contact-first", &office, keepers[0]),
        joined("contact-second", &office, keepers[1]),
    );
    for window in [&first, &second] {
        open_entry(window);
    }
    change(&first, "place-room", "301室");
    second.see_text("member-panel", "301室");

    // Different fields: both changes stand at both desks.
    while_cut_off(&mut office, [&mut first, &mut second], |first, second| {
        change(first, "place-room", "405室");
        change(second, "place-note", NOTE);
    });
    for window in [&mut first, &mut second] {
        window.see_text("member-panel", "405室");
        window.see_text("member-panel", NOTE);
        window.see_no_more("status-waiting");
        window.shot("merged");
    }

    // The same field: whoever comes second is asked, and sees both.
    while_cut_off(&mut office, [&mut first, &mut second], |first, second| {
        change(first, "place-room", "512室");
        change(second, "place-room", "613室");
    });
    let is_asked = |window: &Window| window.shows("status-double-edits");
    let asked = until("one of the two is asked", || {
        [&first, &second].iter().position(|window| is_asked(window))
    });
    let (asked, other, own) = match asked {
        0 => (&mut first, &mut second, "512室"),
        _ => (&mut second, &mut first, "613室"),
    };
    other.see_no_more("status-waiting");
    assert!(!is_asked(other), "both are asked about one field");
    asked.click("status-double-edits");
    for words in [WHOSE, "512室", "613室"] {
        asked.see_text("double-edits", words);
    }
    asked.shot("asked");
    asked.click("double-edit-adopt");
    asked.see_no_more("double-edit-adopt");
    asked.see_no_more("status-double-edits");
    // What was not taken is still to be read.
    asked.click("double-edit-history");
    for words in ["512室", "613室"] {
        asked.see_text("double-edits", words);
    }
    asked.shot("chosen");
    open_entry(asked);
    for window in [asked, other] {
        window.see_text("member-panel", own);
        window.see_text("member-panel", NOTE);
        window.shot("together");
        assert_eq!(window.refused(), Vec::<String>::new(), "errors in the page");
    }
}

fn open_entry(window: &Window) {
    window.click("rail-organisation");
    window.click_one_saying("organisation-list-row", WHOSE);
    window.see_text("member-panel", WHOSE);
}

/// Writes other words into a field of the entry that is open.
fn change(window: &Window, field: &str, words: &str) {
    window.click("place-edit");
    window.click(field);
    window.press(&[key::CONTROL, 'a']);
    window.type_here(words);
    window.see_value(field, words);
    window.click("place-form-act");
    window.see_no_more("place-form");
    window.see_text("member-panel", words);
}

/// Cuts the network, lets both work, and gives it back to both at once.
fn while_cut_off(
    office: &mut Office,
    [first, second]: [&mut Window; 2],
    work: impl FnOnce(&Window, &Window),
) {
    office.stop();
    work(first, second);
    for window in [&mut *first, &mut *second] {
        window.see("status-waiting");
        window.see_text("status-sync", "离线");
        window.shot("cut-off");
    }
    office.start();
    for window in [first, second] {
        window.click("status-sync");
        window.click("sync-now");
        window.press(&[key::ESCAPE]);
        window.see_no_more("sync-items");
    }
}
