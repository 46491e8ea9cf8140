//! What a foreign script in the page could not do.

use serde_json::{Value, json};

use crate::window::{Window, key};

#[test]
fn the_page_reaches_nothing_but_the_desk() {
    let window = Window::open("policy");
    window.see("session-setup");
    assert_eq!(window.refused(), Vec::<String>::new());
    let at_home = || {
        let address = window.address();
        assert!(
            address.starts_with("tauri://localhost"),
            "went to {address}"
        );
    };
    at_home();

    window.run_script(
        "document.body.insertAdjacentHTML('beforeend',
            '<img src=\"http://192.0.2.1/x.png\"><p style=\"color: red\"></p><iframe src=\"/\"></iframe>');
        fetch('http://192.0.2.1/').catch(() => undefined);",
    );
    for directive in ["img-src", "style-src-attr", "frame-src", "connect-src"] {
        window.see_refused(directive);
    }
    let opened = window.run_script("return window.open('https://example.com/') === null");
    assert_eq!(opened, Value::Bool(true), "a second window opened");
    window.run_script("location.href = 'https://example.com/'");
    window.run_script("location.href = 'file:///etc/passwd'");
    at_home();

    // Of Tauri's own commands the page has only those it was given.
    let refused = window.run_script(
        "window.anduAnswers = [];
        const ask = (name, args) => window.__TAURI_INTERNALS__.invoke(name, args)
            .then(() => 'answered', () => 'refused').then((how) => window.anduAnswers.push(`${name}: ${how}`));
        ask('plugin:dialog|open', { options: {} });
        ask('plugin:window|close', { label: 'main' });
        ask('plugin:webview|create_webview_window', { options: { label: 'other', url: '/' } });
        ask('plugin:event|emit', { event: 'andu://desk', payload: {} });
        ask('call', { name: 'session_status', args: {} });
        return null",
    );
    assert_eq!(refused, Value::Null);
    window.see_script(
        "return window.anduAnswers.sort()",
        &json!([
            "call: answered",
            "plugin:dialog|open: refused",
            "plugin:event|emit: refused",
            "plugin:webview|create_webview_window: refused",
            "plugin:window|close: refused",
        ]),
    );
    window.see("session-setup");
}

#[test]
fn every_screen_opens_though_no_script_can_change_what_objects_are() {
    let mut window = Window::open_for_the_demo("frozen");
    window.see("session-practice");
    window.shot("demo-first");
    let frozen = window.run_script(
        "try { Object.prototype.toString = () => 'mine' } catch { /* refused */ }
        return [Object.isFrozen(Object.prototype), String({})]",
    );
    assert_eq!(frozen, json!([true, "[object Object]"]));
    // The focus is on the one button: a key opens the demo.
    window.press(&[key::ENTER]);
    window.click("session-code-kept");
    window.click("session-code-continue");
    window.see("status-bar");
    assert_eq!(window.refused(), Vec::<String>::new());

    window.click("rail-find");
    window.type_into("find-text", "水利");
    window.see("find-hit");
    window.type_into("find-from", "2026-3-5");
    window.press(&[key::ENTER]);
    window.see_value("find-from", "2026年3月5日");
    window.press(&[key::DOWN]);
    window.see_text("calendar-month", "2026年3月");
    window.shot("calendar");
    window.press(&[key::RIGHT]);
    window.press(&[key::ENTER]);
    window.see_value("find-from", "2026年3月6日");
    window.see_no_more("calendar-month");
    window.see("find-hit");
    assert_eq!(window.refused(), Vec::<String>::new());

    window.click("rail-vocabulary");
    for tab in ["agencies", "people", "phrases", "templates"] {
        window.click(&format!("vocabulary-{tab}"));
        window.see("vocabulary-list");
    }
    window.shot("vocabulary");
    window.click("rail-settings");
    for part in ["look", "document", "printing", "safety", "server", "about"] {
        window.click(&format!("settings-{part}"));
    }
    window.shot("settings");
    assert_eq!(window.refused(), Vec::<String>::new());

    window.click("rail-drafts");
    window.click("draft-row");
    window.click("draft-open");
    window.see("body-editor");
    window.see_script(
        "return [...document.querySelectorAll('[data-page] img')].some((page) => page.naturalWidth > 100)",
        &json!(true),
    );
    window.click("versions");
    window.click("print");
    window.see("print-dialog");
    window.shot("draft");
    assert_eq!(window.refused(), Vec::<String>::new());
}
