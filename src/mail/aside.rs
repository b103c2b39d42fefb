//! Mail to ourselves, past the queue: about no patient, so that a second copy is noise and no harm. It is tried at once, and whoever
//! sends it hears what came of it.

use super::compose::Composed;
use super::deliver::told;
use super::transport::Parcel;
use super::verdict::{Step, Verdict, scrubbed, verdict};
use super::{Sender, bounce, freeze};
use crate::app::{App, new_public_id};
use crate::error::Result;
use schemars::JsonSchema;
use serde::Serialize;

/// What became of a mail to ourselves.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tried {
    pub to: String,
    pub sent: bool,
    /// How far it got, and what was answered.
    pub step: String,
    pub words: String,
    /// Nothing of it arrived, and it may later.
    #[serde(skip)]
    pub may_go_later: bool,
}

/// Sends a mail to one of us, in an envelope like that of a report.
pub async fn to_ourselves(app: &App, sender: &Sender, to: &str, mail: &Composed) -> Result<Tried> {
    let (now, id) = (app.now(), new_public_id(app.now()));
    let frozen = freeze(sender, to, (mail, None), id, 1, now)?;
    let mime = app.post.signed(&frozen.mime, &frozen.from_address, now)?;
    let (from, token) = bounce::envelope(app, &frozen.from_address, id).await?;
    let parcel = Parcel { id, from: &from, to: &frozen.to_address, mime: &mime, token: token.as_deref() };
    let (step, broke) = app.post.carry(&parcel, || async { Ok(true) }).await;
    let (code, words) = told(&broke);
    let verdict = verdict(step, &broke);
    let (sent, may_go_later) = (verdict == Verdict::Sent, matches!(verdict, Verdict::Retry | Verdict::Stop));
    let words = scrubbed(&format!("{} {words}", code.map(|c| c.to_string()).unwrap_or_default()));
    let step = if sent { Step::Done } else { step };
    Ok(Tried { to: frozen.to_address, sent, step: step.label().into(), words, may_go_later })
}
