//! Pictures of pages for the page preview: `andu-page://localhost/<session>/<hash>/<n>.png?scale=1.5`; for what
//! is to be printed, `print` stands for the session and its token for the hash, and for a file `file`.

use std::sync::Arc;

use andu_desk::{Desk, incoming, preview, print};
use percent_encoding::percent_decode_str;
use tauri::{
    AppHandle, Manager, UriSchemeContext, UriSchemeResponder, Wry,
    http::{Method, Request, Response, StatusCode, Uri, header},
};

use crate::window::MAIN;

/// Name of the scheme.
pub const SCHEME: &str = "andu-page";

/// Answers a request for a picture, later, from a thread of the pool.
pub fn answer(
    context: &UriSchemeContext<'_, Wry>,
    request: &Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let asked = Asked::read(request.uri()).filter(|_| {
        // Pictures show documents: they are for our own page only, which asks for them as images.
        context.webview_label() == MAIN && request.method() == Method::GET
    });
    let Some(asked) = asked else {
        responder.respond(nothing());
        return;
    };
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn_blocking(move || {
        responder.respond(draw(&app, &asked).unwrap_or_else(nothing));
    });
}

fn draw(app: &AppHandle, asked: &Asked) -> Option<Response<Vec<u8>>> {
    let desk = app.try_state::<Arc<Desk>>()?.open_desk()?;
    if asked.session == print::SESSION {
        // What is printed is not kept anywhere once the dialog is closed.
        let picture = print::picture(&desk, &asked.hash, asked.page, asked.scale).ok()?;
        return png(picture, "no-store");
    }
    if asked.session == incoming::SESSION {
        let picture = incoming::picture(&desk, &asked.hash, asked.page, asked.scale).ok()?;
        return png(picture, "private, max-age=3600");
    }
    let shown = desk.previews.pages(&asked.session)?.page_hash(asked.page)?;
    let picture = preview::picture(&desk, &asked.session, asked.page, asked.scale).ok()?;
    // The page may have changed since it was asked for: then the picture is newer than its address says.
    let cache = if format!("{shown:016x}") == asked.hash {
        "private, max-age=3600"
    } else {
        "no-store"
    };
    png(picture, cache)
}

fn png(picture: Vec<u8>, cache: &str) -> Option<Response<Vec<u8>>> {
    Response::builder()
        .header(header::CONTENT_TYPE, "image/png")
        .header(header::CACHE_CONTROL, cache)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(picture)
        .ok()
}

fn nothing() -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// What an address asks for.
#[derive(Debug, PartialEq)]
struct Asked {
    session: String,
    hash: String,
    /// Counted from 0.
    page: usize,
    /// 1 is 96 pixels to the inch.
    scale: f64,
}

impl Asked {
    fn read(uri: &Uri) -> Option<Self> {
        let mut parts = uri.path().strip_prefix('/')?.split('/');
        let mut part = || {
            let part = percent_decode_str(parts.next()?).decode_utf8().ok()?;
            (!part.is_empty()).then(|| part.into_owned())
        };
        let (session, hash, file) = (part()?, part()?, part()?);
        if parts.next().is_some() {
            return None;
        }
        let page = file.strip_suffix(".png")?.parse().ok()?;
        let scale = match uri.query() {
            None => 1.0,
            Some(query) => query.strip_prefix("scale=")?.parse().ok()?,
        };
        let is_scale = f64::is_finite(scale) && scale > 0.0;
        is_scale.then_some(Self {
            session,
            hash,
            page,
            scale,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Option<Asked> {
        Asked::read(&address.parse().expect("an address"))
    }

    #[test]
    fn an_address_names_session_hash_page_and_scale() {
        let asked = Asked {
            session: "0190-compare".into(),
            hash: "00ff".into(),
            page: 3,
            scale: 1.5,
        };
        let linux = read("andu-page://localhost/0190%2Dcompare/00ff/3.png?scale=1.5");
        assert_eq!(linux, Some(asked));
        let windows = read("http://andu-page.localhost/a/b/0.png").expect("an address");
        assert!((windows.scale - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn anything_else_asks_for_nothing() {
        for address in [
            "andu-page://localhost/",
            "andu-page://localhost/a/b.png",
            "andu-page://localhost/a/b/c/0.png",
            "andu-page://localhost/a/b/-1.png",
            "andu-page://localhost/a/b/0.jpg",
            "andu-page://localhost/a//0.png",
            "andu-page://localhost/a/b/0.png?scale=inf",
            "andu-page://localhost/a/b/0.png?scale=-1",
            "andu-page://localhost/a/b/0.png?other=1",
            "andu-page://localhost/%ff/b/0.png",
        ] {
            assert_eq!(read(address), None, "{address}");
        }
    }
}
