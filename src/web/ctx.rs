//! What a page's handler is given: the practice, who asks, what was posted, and how to answer.

use super::posted::Posted;
use super::shell::Shell;
use super::tree::{self, laid_over};
use crate::app::{Actor, App, Once, new_public_id};
use crate::auth::role::{Reach, Role, Thing};
use crate::auth::{self, Session};
use crate::error::{AppError, FieldErrors, Result};
use crate::types::words::capital;
use crate::work::Boxed;
use poem::http::{StatusCode, header};
use poem::{FromRequest, Request, RequestBody, Response};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tera::Context;

/// One request of a signed-in person.
pub struct Ctx {
    pub app: App,
    pub by: Actor,
    pub session: Session,
    pub posted: Posted,
    shell: Arc<Shell>,
    path: String,
    query: String,
    fragment: Option<String>,
}

impl<'a> FromRequest<'a> for Ctx {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let session = req.extensions().get::<Session>().cloned().ok_or(AppError::SignedOut)?;
        let posted = req.extensions().get::<Posted>().cloned().unwrap_or_default();
        let asked = req.extensions().get::<super::gate::Asked>().map(|asked| asked.0.clone()).unwrap_or_default();
        let mut by = session.actor.clone();
        by.request = req.extensions().get::<super::gate::RequestId>().map(|id| id.0.clone());
        by.once = once(asked.path(), &posted);
        Ok(Self {
            app: req.data::<App>().cloned().ok_or_else(missing)?,
            shell: req.data::<Arc<Shell>>().cloned().ok_or_else(missing)?,
            path: asked.path().to_string(),
            query: asked.query().unwrap_or_default().to_string(),
            fragment: req.header("x-fragment").map(String::from),
            by,
            session,
            posted,
        })
    }
}

pub fn missing() -> AppError {
    AppError::Internal(anyhow::anyhow!("the server was put together without its practice"))
}

/// The one-time key of a form, with a mark of everything else that was sent. All forms of a page carry the same
/// key: the address makes it that form's own.
fn once(path: &str, posted: &Posted) -> Option<Once> {
    let key = posted.field("_once").filter(|k| (8..=80).contains(&k.len()))?;
    let key = format!("{key} {path}");
    let mut mark = Sha256::new();
    for (name, value) in posted.fields.iter().filter(|(n, _)| !is_ours(n)) {
        mark.update(name);
        mark.update([0]);
        mark.update(value);
        mark.update([0]);
    }
    for file in &posted.files {
        mark.update(&file.content);
    }
    Some(Once::new(key, hex::encode(mark.finalize())))
}

/// Fields that belong to the form and not to the thing: `csrf`, and all that begin with `_`.
fn is_ours(name: &str) -> bool {
    name == "csrf" || name.starts_with('_')
}

/// A posted form: the value for the use case, and what was typed for drawing it again.
pub struct Form<T> {
    pub value: T,
    pub typed: Value,
}

impl<'a, T: DeserializeOwned + Send> FromRequest<'a> for Form<T> {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let posted = req.extensions().get::<Posted>().cloned().unwrap_or_default();
        let pairs: Vec<(String, String)> = posted.fields.into_iter().filter(|(name, _)| !is_ours(name)).collect();
        let typed = tree::typed(&pairs);
        let value = serde_path_to_error::deserialize(tree::named(&typed)).map_err(|e| {
            let path = e.path().to_string();
            AppError::BadRequest(format!("the form could not be read at \"{path}\". Load the page again and send it once more"))
        })?;
        Ok(Self { value, typed })
    }
}

/// A read query: filters, pages, searches.
pub struct Ask<T>(pub T);

impl<'a, T: DeserializeOwned + Send> FromRequest<'a> for Ask<T> {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let query = req.uri().query().unwrap_or_default();
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        let read = serde_path_to_error::deserialize(tree::named(&tree::typed(&pairs)));
        Ok(Self(read.map_err(|e| AppError::BadRequest(format!("{}", e.into_inner())))?))
    }
}

impl Ctx {
    /// A page, with the frame around it; or, where a script asked for one, a single block of it.
    pub async fn page(&self, template: &str, content: Value) -> Result<Response> {
        self.draw(StatusCode::OK, template, content, None).await
    }

    /// The form again, with what was typed and what is wrong with it.
    pub async fn again<T>(&self, template: &str, form: &Form<T>, error: AppError, content: Value) -> Result<Response> {
        let status = super::error::status(&error);
        let errors = match error {
            AppError::Invalid(errors) => errors,
            AppError::Conflict { message, .. } => FieldErrors::one("", capital(&message)),
            AppError::Stale { theirs } => {
                let content = laid_over(
                    content,
                    json!({ "clash": clash(&theirs, &form.typed), "theirs_version": tree::as_form(&theirs["version"]) }),
                );
                let words = FieldErrors::one("", "Somebody saved this while you were typing. Both are shown below; what you typed is kept");
                return self.draw(status, template, content, Some((&form.typed, &words))).await;
            }
            other => return Err(other),
        };
        self.draw(status, template, content, Some((&form.typed, &errors))).await
    }

    fn draw<'a>(
        &'a self,
        status: StatusCode,
        template: &'a str,
        content: Value,
        failed: Option<(&'a Value, &'a FieldErrors)>,
    ) -> Boxed<'a, Response> {
        Box::pin(async move {
            let mut whole = self.frame().await?;
            let empty = FieldErrors::default();
            let (typed, errors) = failed.unwrap_or((&Value::Null, &empty));
            let given = content.get("form").cloned().unwrap_or_else(|| json!({}));
            whole.insert("errors".into(), by_name(errors));
            whole.insert("error_list".into(), listed(errors));
            let Value::Object(content) = content else { return Err(missing()) };
            whole.extend(content);
            whole.insert("form".into(), if typed.is_null() { given } else { typed.clone() });
            let context = Context::from_serialize(&Value::Object(whole)).map_err(|e| anyhow::anyhow!("context: {e}"))?;
            let html = match &self.fragment {
                Some(block) if is_block(block) => self.shell.render_block(template, block, &context)?,
                _ => self.shell.render(template, &context)?,
            };
            Ok(html_response(status, html))
        })
    }

    /// On to another page after something was done, with a sentence about it.
    pub async fn see(&self, to: &str, said: &str) -> Result<Response> {
        self.see_with(to, json!({ "text": said })).await
    }

    /// The same with a button that takes it back.
    pub fn see_with<'a>(&'a self, to: &'a str, flash: Value) -> Boxed<'a, Response> {
        Box::pin(async move {
            auth::set_flash(&self.app, self.session.id, Some(flash)).await?;
            Ok(redirect(to))
        })
    }

    /// A script asks for one block of the page, and draws it in place.
    pub fn is_fragment(&self) -> bool {
        self.fragment.is_some()
    }

    /// On to another page, saying nothing.
    pub fn go(&self, to: &str) -> Response {
        redirect(to)
    }

    pub fn csrf(&self) -> String {
        self.shell.csrf_token(&self.session.token_hash)
    }

    /// What a page's frame needs: who, where, what waits.
    async fn frame(&self) -> Result<Map<String, Value>> {
        if self.session.flash.is_some() {
            auth::set_flash(&self.app, self.session.id, None).await?;
        }
        let practice = crate::practice::show(&self.app, &self.by).await?;
        let badges = self.shell.badges(&self.app, &self.by).await?;
        let frame = json!({
            "practice_name": practice.name,
            "me": { "name": self.by.name, "initials": initials(&self.by.name) },
            "can": self.rights(),
            "is_owner": self.by.has(Role::Owner),
            "badges": badges,
            "path": self.path,
            "query": self.query,
            "csrf": self.csrf(),
            "once": new_public_id(self.app.now()).to_string(),
            "flash": self.session.flash,
            "theme": self.session.theme,
            "keys_off": self.session.keys_off,
            "session_ms": self.session.idle_ms,
            "session_max_ms": self.session.ends_in_ms,
            "assets": super::assets::folder(),
            "today": self.app.today(),
            "zone": self.app.clock.zone().name(),
        });
        match frame {
            Value::Object(map) => Ok(map),
            _ => Err(missing()),
        }
    }

    /// What the actor may see and do, for hiding what would be refused anyway.
    fn rights(&self) -> Value {
        let one = |thing: Thing| {
            let rights = self.by.rights(thing);
            json!({
                "see": rights.read != Reach::None || rights.outline, "read": rights.read != Reach::None, "all": rights.read == Reach::All,
                "write": rights.write != Reach::None
            })
        };
        json!({
            "network": one(Thing::Network), "patients": one(Thing::Patients), "notes": one(Thing::Notes), "referrals": one(Thing::Referrals),
            "reports": one(Thing::Reports), "claims": one(Thing::Claims), "what_pays": one(Thing::WhatPays), "payer_rules": one(Thing::PayerRules),
            "imports": one(Thing::Imports), "settings": one(Thing::Settings), "release": self.by.may_release(),
        })
    }
}

/// Two letters for the round mark beside a name.
fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|w| w.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

fn is_block(name: &str) -> bool {
    name.len() < 40 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What is wrong with a form, by the name of each field; the first complaint of each.
pub fn by_name(errors: &FieldErrors) -> Value {
    let mut map = Map::new();
    for error in &errors.0 {
        map.entry(tree::form_name(&error.field)).or_insert_with(|| json!(error.message));
    }
    Value::Object(map)
}

/// The same as a list, for the summary above the form.
pub fn listed(errors: &FieldErrors) -> Value {
    errors.0.iter().map(|e| json!({ "name": tree::form_name(&e.field), "message": e.message })).collect()
}

/// Field by field: what stands now and what was typed, where they differ.
fn clash(theirs: &Value, typed: &Value) -> Value {
    let Some(mine) = typed.as_object() else { return json!([]) };
    let rows = mine.iter().filter(|(name, _)| *name != "version").filter_map(|(name, typed)| {
        let stands = stands_now(theirs, name)?;
        let (theirs, mine) = match theirs.get(format!("{name}_id")) {
            // Chosen from a list: the form sends ids, and people read names.
            Some(id) if in_words(id, id) == in_words(typed, typed) => return None,
            Some(_) => (in_words(&stands, typed), "Another choice".to_string()),
            None => (in_words(&stands, typed), in_words(typed, typed)),
        };
        let label = name.trim_end_matches("_dollars").replace('_', " ");
        (theirs != mine).then(|| json!({ "field": label, "theirs": theirs, "mine": mine }))
    });
    rows.collect()
}

/// What stands now under a form's name; money as it is typed.
fn stands_now(theirs: &Value, name: &str) -> Option<Value> {
    match name.strip_suffix("_dollars") {
        Some(stem) => {
            let cents = theirs.get(format!("{stem}_cents"))?;
            Some(cents.as_i64().map_or(Value::Null, |c| json!(crate::types::Money(c).plain())))
        }
        None => theirs.get(name).cloned(),
    }
}

/// A value as people read it. Of the entries of a list, only the parts that the form has.
fn in_words(value: &Value, form: &Value) -> String {
    match value {
        Value::String(text) if is_word(text) => text.replace('_', " "),
        Value::String(text) => tree::day_as_written(text),
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Array(items) if items.iter().all(Value::is_string) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::Array(items) => {
            let first = form.get(0).unwrap_or(&Value::Null);
            items.iter().map(|item| in_words(item, first)).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
        }
        Value::Object(map) => {
            let has = |name: &str| form.get(name).is_some();
            let said = |v: &Value| Some(in_words(v, v)).filter(|text| !text.is_empty() && text != "no" && text != "false");
            map.iter().filter(|(name, _)| has(name)).filter_map(|(_, v)| said(v)).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// A word of one of our lists, like `workers_comp`.
fn is_word(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// A page for who is not signed in: no frame, and a form token of the visitor's own.
pub fn bare(
    req: &Request,
    shell: &Shell,
    status: StatusCode,
    template: &str,
    mut content: Value,
    errors: &FieldErrors,
) -> Result<Response> {
    content["csrf"] = json!(super::gate::visitor_csrf(req, shell));
    content["assets"] = json!(super::assets::folder());
    content["errors"] = by_name(errors);
    content["error_list"] = listed(errors);
    let context = Context::from_serialize(&content).map_err(|e| anyhow::anyhow!("context: {e}"))?;
    Ok(html_response(status, shell.render(template, &context)?))
}

pub fn redirect(to: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, to).finish()
}

pub fn html_response(status: StatusCode, html: String) -> Response {
    Response::builder().status(status).content_type("text/html; charset=utf-8").body(html)
}
