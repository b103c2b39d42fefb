//! What every page shares: the templates, the key behind the forms, the frame around the content.

use crate::app::{Actor, App};
use crate::error::Result;
use crate::held;
use crate::today::Badges;
use crate::web::assets::OnDisk;
use hmac::{Hmac, KeyInit, Mac};
use rust_embed::RustEmbed;
use sha2::Sha256;
use std::sync::{Arc, RwLock};
use tera::{Context, Tera};

#[derive(RustEmbed)]
#[folder = "src/web/templates"]
struct Templates;

/// One for the whole server.
pub struct Shell {
    csrf_key: Vec<u8>,
}

impl Shell {
    pub async fn new(app: &App) -> Result<Self> {
        let csrf_key = crate::auth::secret(&app.db, "csrf").await?;
        tera()?;
        Ok(Self { csrf_key })
    }

    /// What waits for one person. Every page shows it, few pages change it.
    pub async fn badges(&self, app: &App, by: &Actor) -> Result<Badges> {
        let badges = app.held(held::of_person("badges", by), crate::today::badges(app, by)).await?;
        Ok(Badges::clone(&badges))
    }

    pub fn render(&self, template: &str, context: &Context) -> Result<String> {
        let rendered = tera()?.render(template, context);
        Ok(rendered.map_err(|e| anyhow::anyhow!("rendering {template}: {}", chain(&e)))?)
    }

    /// One block of a page alone: what a script swaps in.
    pub fn render_block(&self, template: &str, block: &str, context: &Context) -> Result<String> {
        let rendered = tera()?.render_block(template, block, context);
        Ok(rendered.map_err(|e| anyhow::anyhow!("rendering {block} of {template}: {}", chain(&e)))?)
    }

    /// The token of a form: bound to the session (or, before there is one, to a cookie of its own).
    pub fn csrf_token(&self, bound_to: &[u8]) -> String {
        hex::encode(self.mac(bound_to).finalize().into_bytes())
    }

    pub fn csrf_fits(&self, bound_to: &[u8], token: &str) -> bool {
        hex::decode(token).is_ok_and(|sent| self.mac(bound_to).verify_slice(&sent).is_ok())
    }

    fn mac(&self, bound_to: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mac = Hmac::<Sha256>::new_from_slice(&self.csrf_key).expect("any key");
        mac.chain_update(b"form").chain_update(bound_to)
    }
}

/// The templates of this build, parsed once. In debug they are read again when one of them changed on disk.
fn tera() -> Result<Arc<Tera>> {
    static PARSED: RwLock<Option<(Arc<Tera>, u64)>> = RwLock::new(None);
    let now = STAMP.get(stamp);
    let held = PARSED.read().unwrap_or_else(|e| e.into_inner()).clone();
    if let Some((tera, _)) = held.filter(|(_, at)| *at == now) {
        return Ok(tera);
    }
    let fresh = Arc::new(load()?);
    *PARSED.write().unwrap_or_else(|e| e.into_inner()) = Some((fresh.clone(), now));
    Ok(fresh)
}

static STAMP: OnDisk<u64> = OnDisk::unread();

/// All templates, parsed. Their names end in `.html`, so everything in them is escaped.
pub fn load() -> Result<Tera> {
    let mut tera = Tera::new();
    super::filters::register(&mut tera);
    super::functions::register(&mut tera);
    let files: Vec<(String, String)> = Templates::iter()
        .filter_map(|name| Templates::get(&name).map(|f| (name.to_string(), String::from_utf8_lossy(&f.data).into_owned())))
        .collect();
    let added = tera.add_raw_templates(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    added.map_err(|e| anyhow::anyhow!("templates: {}", chain(&e)))?;
    Ok(tera)
}

/// The newest change among the templates on disk; constant in release, where they are inside the binary.
fn stamp() -> u64 {
    if !cfg!(debug_assertions) {
        return 0;
    }
    Templates::iter().filter_map(|name| Templates::get(&name)).filter_map(|f| f.metadata.last_modified()).max().unwrap_or(0)
}

fn chain(error: &tera::Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        words.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_parses_and_everything_in_it_is_escaped() {
        let tera = load().unwrap_or_else(|e| panic!("{e:?}"));
        assert!(tera.get_template_names().all(|name| name.ends_with(".html")));
        let mut tera = tera;
        tera.add_raw_template("probe.html", "{{ name }}").expect("a probe");
        let mut context = Context::new();
        context.insert("name", "<b>O'Brien</b>");
        assert!(!tera.render("probe.html", &context).expect("text").contains("<b>"));
    }
}
