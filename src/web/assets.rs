//! Stylesheet, scripts and the icon: inside the binary in release, read from disk in debug. The folder's name is a
//! hash of what is in it, so a browser may keep it for ever.

use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{Response, handler};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "src/web/css"]
struct Css;

#[derive(RustEmbed)]
#[folder = "src/web/js"]
struct Js;

/// The components in the order of `order.txt`, as one stylesheet.
fn stylesheet() -> String {
    let order = Css::get("order.txt").map(|f| String::from_utf8_lossy(&f.data).into_owned()).unwrap_or_default();
    let part = |name: &str| Css::get(name).map(|f| String::from_utf8_lossy(&f.data).into_owned()).unwrap_or_default();
    order.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).map(part).collect()
}

fn content_hash() -> String {
    let mut hasher = Sha256::new();
    hasher.update(stylesheet());
    let mut scripts: Vec<_> = Js::iter().collect();
    scripts.sort();
    for name in scripts {
        hasher.update(Js::get(&name).map(|f| f.data.into_owned()).unwrap_or_default());
    }
    hex::encode(&hasher.finalize()[..6])
}

static RELEASE_HASH: LazyLock<String> = LazyLock::new(content_hash);

/// Where the assets of this build are served.
pub fn folder() -> String {
    let hash = if cfg!(debug_assertions) { content_hash() } else { RELEASE_HASH.clone() };
    format!("/assets/{hash}")
}

#[handler]
pub fn serve(Path((_hash, file)): Path<(String, String)>) -> Response {
    let found = match file.as_str() {
        "app.css" => Some(("text/css; charset=utf-8", stylesheet().into_bytes())),
        "icon.svg" => Some(("image/svg+xml", ICON.into())),
        script => Js::get(script).filter(|_| script.ends_with(".js")).map(|f| ("text/javascript; charset=utf-8", f.data.into_owned())),
    };
    match found {
        Some((kind, content)) => {
            Response::builder().content_type(kind).header(header::CACHE_CONTROL, "public, max-age=31536000, immutable").body(content)
        }
        None => Response::builder().status(StatusCode::NOT_FOUND).body("no such file"),
    }
}

/// The product's mark: a practice and the two who send to it.
const ICON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" fill="#6b2a7a"><circle cx="7" cy="14" r="4.5"/><circle cx="21" cy="6" r="3.5" opacity=".55"/><circle cx="21" cy="22" r="3.5" opacity=".55"/><path d="m7 14 14-8M7 14l14 8" stroke="#6b2a7a" stroke-width="1.8"/></svg>"##;
