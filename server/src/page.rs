//! The page for browsers: the built UI, read into memory once, with the headers that keep it from running
//! anything else. Nothing outside its folder can be asked for, because nothing but what was read is there.

use std::{collections::BTreeMap, fs, io, path::Path, sync::Arc};

use andu_base::ContentHash;
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::Response,
};

/// The same as in the window, without what only a window has: styles and scripts are files of ours.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
     img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; \
     base-uri 'none'; frame-src 'none'; frame-ancestors 'none'; form-action 'none'";
/// Names with the content's hash in them never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The largest built UI that is read, in bytes.
const LARGEST: u64 = 256 << 20;

struct Piece {
    bytes: Bytes,
    kind: &'static str,
    tag: HeaderValue,
}

/// The built UI.
#[derive(Clone, Default)]
pub struct Pages(Arc<BTreeMap<String, Piece>>);

impl Pages {
    /// Reads the built UI from a folder.
    ///
    /// # Errors
    /// Where it cannot be read, is larger than 256 MiB, or has no `index.html`.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut pieces = BTreeMap::new();
        let mut left = LARGEST;
        let mut pending = vec![folder.to_owned()];
        while let Some(path) = pending.pop() {
            for entry in fs::read_dir(path)? {
                let (path, meta) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
                if meta.is_dir() {
                    pending.push(path);
                    continue;
                }
                left = left
                    .checked_sub(meta.len())
                    .ok_or(io::ErrorKind::FileTooLarge)?;
                let name = path.strip_prefix(folder).map_err(io::Error::other)?;
                let Some(name) = name.to_str().map(|name| name.replace('\\', "/")) else {
                    continue;
                };
                let bytes = fs::read(&path)?;
                let tag = format!("\"{}\"", &ContentHash::of(&bytes).to_string()[..32]);
                let piece = Piece {
                    kind: kind_of(&name),
                    tag: HeaderValue::from_str(&tag).map_err(io::Error::other)?,
                    bytes: bytes.into(),
                };
                pieces.insert(format!("/{name}"), piece);
            }
        }
        if !pieces.contains_key("/index.html") {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Self(Arc::new(pieces)))
    }

    /// Answers a request for a piece of the page.
    pub(crate) fn answer(&self, uri: &Uri, headers: &HeaderMap) -> Response {
        let path = if uri.path() == "/" {
            "/index.html"
        } else {
            uri.path()
        };
        let Some(piece) = self.0.get(path) else {
            return answer(StatusCode::NOT_FOUND, Body::empty());
        };
        let known = headers
            .get(header::IF_NONE_MATCH)
            .is_some_and(|known| known == piece.tag);
        let mut said = match known {
            true => answer(StatusCode::NOT_MODIFIED, Body::empty()),
            false => answer(StatusCode::OK, Body::from(piece.bytes.clone())),
        };
        let keep = if path.starts_with("/assets/") {
            FOR_EVER
        } else {
            "no-cache"
        };
        let set = said.headers_mut();
        set.insert(header::CONTENT_TYPE, HeaderValue::from_static(piece.kind));
        set.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        set.insert(header::ETAG, piece.tag.clone());
        said
    }
}

fn answer(status: StatusCode, body: Body) -> Response {
    let mut said = Response::new(body);
    *said.status_mut() = status;
    said
}

/// What every answer of the server carries.
pub(crate) fn guard(headers: &mut HeaderMap, secure: bool) {
    let set = |headers: &mut HeaderMap, name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(headers, header::CONTENT_SECURITY_POLICY, POLICY);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, header::CACHE_CONTROL, "no-store");
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    set(headers, opener, "same-origin");
    let resource = HeaderName::from_static("cross-origin-resource-policy");
    set(headers, resource, "same-origin");
    if secure {
        set(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000",
        );
    }
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("ttf") => "font/ttf",
        Some("otf") => "font/otf",
        Some("wasm") => "application/wasm",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Pages {
        let folder = tempfile::TempDir::new().expect("a folder");
        fs::create_dir(folder.path().join("assets")).expect("a folder");
        fs::write(folder.path().join("index.html"), "<p>案牍").expect("a file");
        fs::write(folder.path().join("assets/main-1a2b.js"), "1").expect("a file");
        Pages::read(folder.path()).expect("pages")
    }

    fn ask(path: &str, known: Option<&HeaderValue>) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(known) = known {
            headers.insert(header::IF_NONE_MATCH, known.clone());
        }
        let uri = path.parse().expect("a path");
        pages().answer(&uri, &headers)
    }

    #[test]
    fn the_page_is_answered_and_what_has_its_hash_in_its_name_is_kept() {
        let first = ask("/", None);
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(
            first.headers()[header::CONTENT_TYPE],
            "text/html; charset=utf-8"
        );
        assert_eq!(first.headers()[header::CACHE_CONTROL], "no-cache");
        let again = ask("/", Some(&first.headers()[header::ETAG]));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let script = ask("/assets/main-1a2b.js", None);
        assert_eq!(script.headers()[header::CACHE_CONTROL], FOR_EVER);
    }

    #[test]
    fn nothing_outside_the_folder_is_there() {
        for path in [
            "/../server.db",
            "/assets/../../server.db",
            "/%2e%2e/server.db",
            "//etc/passwd",
            "/assets",
            "/assets/",
        ] {
            assert_eq!(ask(path, None).status(), StatusCode::NOT_FOUND, "{path}");
        }
        assert!(Pages::read(Path::new("/nonexistent")).is_err());
    }
}
