//! Stylesheet, scripts and the icon: inside the binary in release, read from disk in debug. The folder's name is a
//! hash of what is in it, so a browser may keep it for ever.

use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{Response, handler};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use std::time::{Duration, Instant};

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
    slim_css(&order.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).map(part).collect::<String>())
}

/// Comments and indentation stay in the source. Our own files hold no string that looks like either.
fn slim_css(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or_default().to_string();
    let bare = parts.fold(first, |all, part| all + part.split_once("*/").map_or("", |(_, rest)| rest));
    bare.lines().map(str::trim_start).filter(|l| !l.is_empty()).map(|l| format!("{l}\n")).collect()
}

fn slim_js(js: &str) -> String {
    js.lines().map(str::trim_start).filter(|l| !l.is_empty() && !l.starts_with("//")).map(|l| format!("{l}\n")).collect()
}

fn script(name: &str) -> Option<String> {
    let file = Js::get(name).filter(|_| name.ends_with(".js"))?;
    Some(slim_js(&String::from_utf8_lossy(&file.data)))
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

/// What was read from our own sources. In release it never changes; in debug somebody may be writing them, so it is
/// read again, but not for every page: a few times a second.
pub struct OnDisk<T>(Mutex<Option<(T, Instant)>>);

impl<T: Clone> OnDisk<T> {
    pub const fn unread() -> Self {
        Self(Mutex::new(None))
    }

    pub fn get(&self, read: impl FnOnce() -> T) -> T {
        let mut held = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let holds = |at: &Instant| !cfg!(debug_assertions) || at.elapsed() < Duration::from_millis(300);
        match &*held {
            Some((value, at)) if holds(at) => value.clone(),
            _ => held.insert((read(), Instant::now())).0.clone(),
        }
    }
}

static HASH: OnDisk<String> = OnDisk::unread();

/// Where the assets of this build are served.
pub fn folder() -> String {
    format!("/assets/{}", HASH.get(content_hash))
}

#[handler]
pub fn serve(Path((_hash, file)): Path<(String, String)>) -> Response {
    let found = match file.as_str() {
        "app.css" => Some(("text/css; charset=utf-8", stylesheet().into_bytes())),
        "icon.svg" => Some(("image/svg+xml", ICON.into())),
        name => script(name).map(|text| ("text/javascript; charset=utf-8", text.into_bytes())),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_do_not_travel() {
        assert_eq!(slim_css("/* a */\n.b {\n  color: red /* c */ }\n"), ".b {\ncolor: red  }\n");
        assert_eq!(slim_js("// a\n  let b = 1; // c\n"), "let b = 1; // c\n");
    }

    #[test]
    fn every_stylesheet_stands_in_the_order_and_the_other_way_round() {
        let order = Css::get("order.txt").map(|f| String::from_utf8_lossy(&f.data).into_owned()).unwrap_or_default();
        let mut listed: Vec<String> = order.lines().map(String::from).collect();
        let mut there: Vec<String> = Css::iter().filter(|n| n.ends_with(".css")).map(|n| n.to_string()).collect();
        listed.sort();
        there.sort();
        assert_eq!(listed, there);
    }
}
