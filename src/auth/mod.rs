//! Who may come in: users, passwords, sessions, tokens, roles.

pub mod api;
pub mod pages;
pub mod password;
mod store;
mod throttle;
pub mod user;
pub mod view;

pub use model::auth::role;
pub use password::{random_token, token_hash};

use crate::app::{Actor, App, Who, read_id};
use crate::audit::Entry;
use crate::entity::{api_token, session, user_account};
use crate::error::{AppError, Result};
use crate::practice;
use crate::types::FieldErrors;
use crate::work::{Work, check_version};
use chrono::TimeDelta;
use role::Role;
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};
use user::{Look, NewSetup, NewToken, NewUser, UserDraft};
use view::{NewTokenView, TokenView, UserView};

/// Idle and absolute ends of a session [45 CFR 164.312(a)(2)(iii)].
pub const IDLE: TimeDelta = TimeDelta::minutes(15);
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// `seen_at` moves at most this often, so that reading a page is not a write.
const TOUCH_EVERY: TimeDelta = TimeDelta::seconds(30);

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: i64,
    pub actor: Actor,
    /// The hash of its token: what CSRF tokens are bound to.
    pub token_hash: Vec<u8>,
    pub flash: Option<serde_json::Value>,
    pub theme: Option<String>,
    pub keys_off: bool,
    /// Milliseconds of doing nothing after which it ends,
    pub idle_ms: i64,
    /// and those until it ends whatever happens.
    pub ends_in_ms: i64,
}

/// What somebody typed to sign in, and where from.
#[derive(Clone, Copy, Default)]
pub struct Login<'a> {
    pub email: &'a str,
    pub password: &'a str,
    pub address: &'a str,
    pub request: Option<&'a str>,
    /// Who was signed in with this browser until now: that ends.
    pub before: Option<&'a Session>,
}

/// Signs in. A new token each time; the answer and the work are the same for wrong passwords and unknown accounts.
pub async fn log_in(app: &App, login: Login<'_>) -> Result<String> {
    let Login { email, password, address, .. } = login;
    let keys = [throttle::account_key(email), throttle::address_key(address)];
    throttle::enter(app, &keys).await?;
    let user = store::user_by_email(&app.db, email).await?.filter(|u| u.disabled_at.is_none());
    let fits = password::verify(password.into(), user.as_ref().map(|u| u.password_hash.clone())).await?;
    let Some(user) = user.filter(|_| fits) else {
        return Err(AppError::field("password", "Email and password do not fit. Check both and try again"));
    };
    throttle::succeeded(app, &keys[0], Some(&keys[1])).await?;
    if let Some(before) = login.before {
        log_out(app, before).await?;
    }
    open_session(app, &user, login.request).await
}

async fn open_session(app: &App, user: &user_account::Model, request: Option<&str>) -> Result<String> {
    let token = password::random_token();
    let actor = Actor { request: request.map(String::from), ..actor_of(app, user, Who::Person(user.id)).await? };
    let work = app.work(&actor).await?;
    let row = session::ActiveModel {
        token_hash: Set(password::token_hash(&token)),
        user_id: Set(user.id),
        created_at: Set(work.now),
        seen_at: Set(work.now),
        ends_at: Set(work.now + ABSOLUTE),
        ..Default::default()
    };
    store::insert_session(&work.tx, row).await?;
    work.note(Entry::of("signed_in", "user", user.id).named(user.public_id)).await?;
    work.commit().await?;
    Ok(token)
}

/// The session behind a cookie, if it still holds. Using it keeps it alive.
pub async fn session(app: &App, token: &str) -> Result<Option<Session>> {
    let hash = password::token_hash(token);
    let Some(row) = store::session_by_hash(&app.db, hash.clone()).await? else { return Ok(None) };
    let now = app.now();
    let ends = std::cmp::min(row.ends_at, row.seen_at + IDLE);
    if now >= ends {
        return Ok(None);
    }
    let user = store::user_by_id(&app.db, row.user_id).await?;
    if user.disabled_at.is_some() {
        return Ok(None);
    }
    if now - row.seen_at > TOUCH_EVERY {
        store::touch_session(&app.db, row.id, now).await?;
    }
    let actor = actor_of(app, &user, Who::Person(user.id)).await?;
    Ok(Some(Session {
        id: row.id,
        actor,
        token_hash: hash,
        flash: row.flash,
        theme: user.theme,
        keys_off: user.keys_off,
        idle_ms: IDLE.num_milliseconds(),
        ends_in_ms: (row.ends_at - now).num_milliseconds(),
    }))
}

/// Clears away sessions that are over for a day or more. None outlives its absolute end, so that alone is asked.
pub async fn clear_old_sessions(app: &App) -> Result<()> {
    store::delete_sessions_before(&app.db, app.now() - TimeDelta::days(1)).await
}

/// The actor behind an API token, if it still holds.
pub async fn token_actor(app: &App, token: &str) -> Result<Option<Actor>> {
    let Some(row) = store::token_by_hash(&app.db, password::token_hash(token)).await? else { return Ok(None) };
    if row.expires_on.is_some_and(|day| day < app.today()) {
        return Ok(None);
    }
    let user = store::user_by_id(&app.db, row.user_id).await?;
    if user.disabled_at.is_some() {
        return Ok(None);
    }
    if row.last_used_at.is_none_or(|at| app.now() - at > TimeDelta::minutes(5)) {
        store::touch_token(&app.db, row.id, app.now()).await?;
    }
    Ok(Some(actor_of(app, &user, Who::Token(user.id)).await?))
}

/// A user with the rights they hold now.
async fn actor_of(app: &App, user: &user_account::Model, who: Who) -> Result<Actor> {
    let roles = store::roles_of(&app.db, user.id).await?;
    let therapist = practice::therapist_of_user(&app.db, user.id).await?;
    Ok(Actor { therapist_id: therapist.map(|t| t.id), may_import: user.may_import, ..Actor::of(who, user.name.clone(), roles) })
}

/// The person behind an email, for commands that act `--as` somebody and for the demo.
pub async fn person(app: &App, email: &str) -> Result<Actor> {
    let user = store::user_by_email(&app.db, email).await?.ok_or(AppError::NotFound("user"))?;
    actor_of(app, &user, Who::Person(user.id)).await
}

/// A user by the key that rows keep, for what they said beforehand.
pub async fn person_by_id(app: &App, id: i64) -> Result<Actor> {
    let user = crate::db::by_id::<user_account::Entity>(&app.db, Some(id)).await?.ok_or(AppError::NotFound("user"))?;
    actor_of(app, &user, Who::Person(user.id)).await
}

/// The names of users, for what they wrote.
pub async fn names_of(db: &impl sea_orm::ConnectionTrait, user_ids: Vec<i64>) -> Result<std::collections::HashMap<i64, String>> {
    store::names_of(db, user_ids).await
}

/// The address of a user.
pub async fn email_of(db: &impl sea_orm::ConnectionTrait, user_id: i64) -> Result<Option<String>> {
    Ok(store::users(db).await?.into_iter().find(|(user, _)| user.id == user_id).map(|(user, _)| user.email))
}

/// Everybody who holds a role and may sign in.
pub async fn users_with(db: &impl sea_orm::ConnectionTrait, role: Role) -> Result<std::collections::HashSet<i64>> {
    let holds = |(user, roles): &(user_account::Model, Vec<Role>)| user.disabled_at.is_none() && roles.contains(&role);
    Ok(store::users(db).await?.into_iter().filter(holds).map(|(user, _)| user.id).collect())
}

/// Everybody who may sign in and wants to be told in the morning what needs them.
pub async fn told_in_the_morning(db: &impl sea_orm::ConnectionTrait) -> Result<Vec<i64>> {
    let wants = |(user, _): &(user_account::Model, Vec<Role>)| user.disabled_at.is_none() && !user.mornings_off;
    Ok(store::users(db).await?.into_iter().filter(wants).map(|(user, _)| user.id).collect())
}

pub async fn log_out(app: &App, session: &Session) -> Result<()> {
    let work = app.work(&session.actor).await?;
    store::end_session(&work.tx, session.id, work.now).await?;
    work.note(Entry::of("signed_out", "user", session.actor.user_id().unwrap_or_default())).await?;
    work.commit().await
}

/// Keeps a sentence for the next page, or forgets it.
pub async fn set_flash(app: &App, session_id: i64, flash: Option<serde_json::Value>) -> Result<()> {
    store::set_flash(&app.db, session_id, flash).await
}

/// A random key of this database, the same for every process that serves it.
pub async fn secret(db: &impl ConnectionTrait, name: &str) -> Result<Vec<u8>> {
    store::secret(db, name).await
}

/// Whether nobody has set up this practice yet.
pub async fn is_new(app: &App) -> Result<bool> {
    Ok(store::count_users(&app.db).await? == 0)
}

/// A one-time link to the first-run page: whoever starts the program may open it, nobody else.
pub async fn setup_token(app: &App) -> Result<String> {
    let token = password::random_token();
    store::put_secret(&app.db, "setup_token", password::token_hash(&token)).await?;
    Ok(token)
}

/// Whether a setup link is the one that was printed last.
pub async fn setup_token_fits(app: &App, token: &str) -> Result<bool> {
    let held = store::find_secret(&app.db, "setup_token").await?;
    Ok(is_new(app).await?
        && held.is_some_and(|h| subtle::ConstantTimeEq::ct_eq(h.as_slice(), password::token_hash(token).as_slice()).into()))
}

/// The first-run page: makes the owner and the practice and signs the owner in.
pub async fn set_up(app: &App, new: &NewSetup) -> Result<String> {
    if !setup_token_fits(app, new.token.as_str()).await? {
        return Err(AppError::Forbidden("this link was used or is old. Start the program again for a new one"));
    }
    let user = found(app, new).await?;
    open_session(app, &user, None).await
}

/// Makes the owner and the practice in an empty database.
pub async fn found(app: &App, new: &NewSetup) -> Result<user_account::Model> {
    let (draft, practice, therapist) = check_setup(app, new)?;
    let hash = password::hash(draft.password.clone().unwrap_or_default()).await?;
    let by = Actor::of(Who::Command, draft.name.clone(), vec![Role::Owner]);
    let work = app.work(&by).await?;
    if store::count_users(&work.tx).await? > 0 || !store::is_first(&work.tx).await? {
        return Err(AppError::conflict("this practice is set up already"));
    }
    practice::found(&work, &practice).await?;
    let user = insert_user(&work, &draft, hash).await?;
    if let Some(mut therapist) = therapist {
        therapist.user_id = Some(user.id);
        practice::add_therapist_in(&work, &therapist).await?;
    }
    work.commit().await?;
    Ok(user)
}

type CheckedSetup = (UserDraft, practice::practice::NewPractice, Option<practice::therapist::TherapistDraft>);

fn check_setup(app: &App, new: &NewSetup) -> Result<CheckedSetup> {
    let mut errors = FieldErrors::default();
    let treats = new.treats.is_yes();
    let roles = if treats { "owner, therapist" } else { "owner" };
    let typed = NewUser {
        email: new.email.clone(),
        name: new.name.clone(),
        roles: list(roles),
        password: new.password.clone(),
        ..Default::default()
    };
    let user = typed.check(app.today(), true).map_err(|e| errors.0.extend(e.0)).ok();
    let practice = practice::practice::NewPractice {
        name: new.practice.clone(),
        timezone: new.timezone.clone(),
        email: new.email.clone(),
        phone: new.phone.clone(),
        fax: new.fax.clone(),
        npi: new.npi.clone(),
        visit_cost_cents: new.visit_cost_cents.clone(),
        ..Default::default()
    };
    let renamed = |e: FieldErrors| {
        e.0.into_iter().filter(|e| e.field != "email").map(|mut e| {
            if e.field == "name" {
                e.field = "practice".into();
            }
            e
        })
    };
    if let Err(e) = practice.check(app.today()) {
        errors.0.extend(renamed(e));
    }
    let therapist = treats.then(|| therapist_of(new, app)).transpose().map_err(|e| errors.0.extend(e.0)).unwrap_or_default();
    match user {
        Some(user) if errors.is_empty() => Ok((user, practice, therapist)),
        _ => Err(errors.into()),
    }
}

fn list(words: &str) -> crate::types::TextList {
    crate::types::TextList(words.split(", ").map(Into::into).collect())
}

fn therapist_of(new: &NewSetup, app: &App) -> Result<practice::therapist::TherapistDraft, FieldErrors> {
    let name = new.name.some().unwrap_or_else(|| user::name_of(new.email.as_str()));
    let (first, last) = name.rsplit_once(' ').unwrap_or(("", &name));
    let typed = practice::therapist::NewTherapist {
        first_name: if first.is_empty() { last.into() } else { first.into() },
        last_name: last.into(),
        credential: new.credential.clone(),
        npi: new.therapist_npi.clone(),
        ..Default::default()
    };
    let rename = |mut e: crate::types::field_errors::FieldError| {
        if e.field == "npi" {
            e.field = "therapist_npi".into();
        }
        e
    };
    typed.check(app.today()).map_err(|e| FieldErrors(e.0.into_iter().map(rename).collect()))
}

async fn insert_user(work: &Work<'_>, draft: &UserDraft, hash: String) -> Result<user_account::Model> {
    if store::user_by_email(&work.tx, &draft.email).await?.is_some() {
        return Err(AppError::field("email", "Somebody signs in with this address already"));
    }
    let row = user_account::ActiveModel {
        email: Set(draft.email.clone()),
        name: Set(draft.name.clone()),
        password_hash: Set(hash),
        may_import: Set(draft.may_import),
        ..Default::default()
    };
    let user = work.insert(row).await?;
    store::set_roles(&work.tx, user.id, &draft.roles).await?;
    work.note(Entry::of("added", "user", user.id).named(user.public_id)).await?;
    Ok(user)
}

/// Lets somebody in.
pub async fn add_user(app: &App, by: &Actor, new: &NewUser) -> Result<UserView> {
    by.only_owner()?;
    let draft = new.check(app.today(), true)?;
    let hash = password::hash(draft.password.clone().unwrap_or_default()).await?;
    let work = app.work(by).await?;
    if let Some(id) = work.already() {
        return view_of(&work.tx, id).await;
    }
    let user = insert_user(&work, &draft, hash).await?;
    work.made(user.id).await?;
    work.commit().await?;
    Ok(UserView::of(&user, draft.roles))
}

async fn view_of(db: &impl sea_orm::ConnectionTrait, id: i64) -> Result<UserView> {
    Ok(UserView::of(&store::user_by_id(db, id).await?, store::roles_of(db, id).await?))
}

/// Changes roles, name or password, or shuts somebody out: their sessions and tokens end at once.
pub async fn change_user(app: &App, by: &Actor, id: &str, new: &NewUser) -> Result<UserView> {
    by.only_owner()?;
    let draft = new.check(app.today(), false)?;
    let hash = match draft.password.clone() {
        Some(password) => Some(password::hash(password).await?),
        None => None,
    };
    let work = app.work(by).await?;
    store::lock_users(&work.tx).await?;
    let before = store::user_by_public_id(&work.tx, read_id(id, "user")?).await?;
    let had = store::roles_of(&work.tx, before.id).await?;
    check_version(draft.version, before.version, async { Ok(UserView::of(&before, had.clone())) }).await?;
    let stays_owner = draft.roles.contains(&Role::Owner) && !draft.disabled;
    if had.contains(&Role::Owner) && !stays_owner && last_owner(&work, before.id).await? {
        return Err(AppError::field("roles", "This is the only owner. Make somebody else an owner first"));
    }
    if store::user_by_email(&work.tx, &draft.email).await?.is_some_and(|other| other.id != before.id) {
        return Err(AppError::field("email", "Somebody signs in with this address already"));
    }
    let mut row = before.clone().into_active_model();
    row.email = Set(draft.email.clone());
    row.name = Set(draft.name.clone());
    row.may_import = Set(draft.may_import);
    if had != draft.roles {
        row.version = Set(before.version + 1);
    }
    row.disabled_at = Set(if draft.disabled { before.disabled_at.or(Some(work.now)) } else { None });
    if let Some(hash) = &hash {
        row.password_hash = Set(hash.clone());
    }
    let (after, mut fields) = work.save(&before, row).await?;
    if had != draft.roles {
        store::set_roles(&work.tx, after.id, &draft.roles).await?;
        fields.push("roles".into());
    }
    if hash.is_some() || draft.disabled {
        store::end_sessions_of(&work.tx, after.id, None, work.now).await?;
    }
    if draft.disabled {
        store::revoke_tokens_of(&work.tx, after.id, work.now).await?;
    }
    work.note(Entry::of("changed", "user", after.id).named(after.public_id).fields(fields)).await?;
    work.commit().await?;
    Ok(UserView::of(&after, draft.roles))
}

async fn last_owner(work: &Work<'_>, id: i64) -> Result<bool> {
    let others = store::users(&work.tx).await?;
    Ok(!others.iter().any(|(u, roles)| u.id != id && u.disabled_at.is_none() && roles.contains(&Role::Owner)))
}

/// One user, for the page that changes them.
pub async fn show_user(app: &App, by: &Actor, id: &str) -> Result<UserView> {
    by.only_owner()?;
    let user = store::user_by_public_id(&app.db, read_id(id, "user")?).await?;
    view_of(&app.db, user.id).await
}

pub async fn list_users(app: &App, by: &Actor) -> Result<Vec<UserView>> {
    by.only_owner()?;
    Ok(store::users(&app.db).await?.into_iter().map(|(u, roles)| UserView::of(&u, roles)).collect())
}

/// One's own password. All browsers of this person are signed out but the one that asks.
pub async fn change_password(app: &App, by: &Actor, session: Option<i64>, old: &str, new: &str) -> Result<()> {
    let user = store::user_by_id(&app.db, by.user_id().unwrap_or_default()).await?;
    let key = throttle::account_key(&user.email);
    throttle::enter(app, std::slice::from_ref(&key)).await?;
    if !password::verify(old.into(), Some(user.password_hash.clone())).await? {
        return Err(AppError::field("old_password", "This is not your password"));
    }
    throttle::succeeded(app, &key, None).await?;
    password::check(new)?;
    let hash = password::hash(new.into()).await?;
    let work = app.work(by).await?;
    let mut row = user.clone().into_active_model();
    row.password_hash = Set(hash);
    work.save(&user, row).await?;
    store::end_sessions_of(&work.tx, user.id, session, work.now).await?;
    work.note(Entry::of("changed_password", "user", user.id).named(user.public_id)).await?;
    work.commit().await
}

/// Who one is, and what one may do.
pub async fn show_me(app: &App, by: &Actor) -> Result<UserView> {
    view_of(&app.db, by.user_id().ok_or(AppError::NotFound("user"))?).await
}

/// How one's own pages look: light or dark, keys on or off; and whether one is mailed in the morning.
pub async fn set_look(app: &App, by: &Actor, new: &Look) -> Result<UserView> {
    let user_id = by.user_id().ok_or(AppError::NotFound("user"))?;
    let look = new.check(app.today())?;
    let work = app.work(by).await?;
    let before = store::user_by_id(&work.tx, user_id).await?;
    let mut row = before.clone().into_active_model();
    row.theme = Set(look.theme.map(|t| t.word().into()));
    row.keys_off = Set(look.keys_off);
    row.mornings_off = Set(look.mornings_off.unwrap_or(before.mornings_off));
    let (after, fields) = work.save(&before, row).await?;
    work.note(Entry::of("changed", "user", after.id).named(after.public_id).fields(fields)).await?;
    let view = view_of(&work.tx, user_id).await?;
    work.commit().await?;
    Ok(view)
}

/// Makes an API token for a user; it is shown this once.
pub async fn create_token(app: &App, by: &Actor, new: &NewToken) -> Result<NewTokenView> {
    let expires_on = new.check(app.today())?;
    let (email, name) = (new.user.as_str(), new.name.as_str());
    let user = store::user_by_email(&app.db, email).await?.ok_or_else(|| AppError::field("user", format!("Nobody signs in as {email}")))?;
    if by.user_id() != Some(user.id) {
        by.only_owner()?;
    }
    let token = password::api_token();
    let work = app.work(by).await?;
    if work.already().is_some() {
        return Err(AppError::conflict("this token was made already and is shown only once. Revoke it and make another"));
    }
    let row = api_token::ActiveModel {
        user_id: Set(user.id),
        name: Set(if name.trim().is_empty() { "token".into() } else { name.trim().into() }),
        token_hash: Set(password::token_hash(&token)),
        expires_on: Set(expires_on),
        ..Default::default()
    };
    let row = work.insert(row).await?;
    work.made(row.id).await?;
    work.note(Entry::of("created", "token", row.id).named(row.public_id)).await?;
    work.commit().await?;
    Ok(NewTokenView { about: TokenView::of(&row), token })
}

/// One's own tokens.
pub async fn list_tokens(app: &App, by: &Actor) -> Result<Vec<TokenView>> {
    let Some(user_id) = by.user_id() else { return Ok(Vec::new()) };
    Ok(store::tokens_of(&app.db, user_id).await?.iter().map(TokenView::of).collect())
}

/// Ends a token at once: one's own, or anybody's for the owner.
pub async fn revoke_token(app: &App, by: &Actor, id: &str) -> Result<TokenView> {
    let work = app.work(by).await?;
    let row = store::token_by_public_id(&work.tx, read_id(id, "token")?).await?;
    if by.user_id() != Some(row.user_id) {
        by.only_owner()?;
    }
    store::revoke_token(&work.tx, row.id, work.now).await?;
    work.note(Entry::of("revoked", "token", row.id).named(row.public_id)).await?;
    work.commit().await?;
    Ok(TokenView { revoked: true, ..TokenView::of(&row) })
}
