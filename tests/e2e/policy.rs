//! What a foreign script in the page could not do.

use serde_json::{Value, json};

use crate::window::Window;

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
