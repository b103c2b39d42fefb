//! Letters on paper: one struct a letter, its template beside those of the mails, our letterhead, and the drawing of it away
//! from the threads that answer.

use super::kinds::Mail;
use super::templates;
use super::typeset::visible;
use crate::entity::practice::Model as Practice;
use crate::error::{AppError, Result};
use crate::pdf::letter::{Drawn, Letter, LetterError, Scan, draw};
use crate::practice::practice::TaxIdKind;
use crate::types::Phone;
use anyhow::{Context, anyhow};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// A letter that can be printed: its fields are all that its template can say.
pub trait Paper: Serialize {
    /// The folder of its template.
    const NAME: &'static str;
    /// Tells the file from others; nothing about a person.
    fn reference(&self) -> String;
}

/// Our head of the paper.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Head {
    pub name: String,
    pub street: String,
    /// `Seattle, WA 98101`.
    pub city: String,
    pub phone: String,
    pub fax: Option<String>,
    pub npi: Option<String>,
    pub tax: Option<String>,
}

impl Head {
    pub fn of(own: &Practice) -> Self {
        let shown = |phone: &Option<String>| phone.as_deref().map(|p| Phone::show(p, None));
        Self {
            name: own.name.clone(),
            street: [own.street.as_deref(), own.street2.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", "),
            city: place(own.city.as_deref(), own.state.as_deref(), own.zip.as_deref()),
            phone: shown(&own.phone).unwrap_or_default(),
            fax: shown(&own.fax),
            npi: own.npi.clone(),
            tax: own.tax_id.as_deref().filter(|_| own.tax_id_kind == TaxIdKind::Ein).map(ein),
        }
    }
}

/// `91-1234567`. A social security number is nobody's business.
fn ein(digits: &str) -> String {
    match (digits.get(..2), digits.get(2..)) {
        (Some(first), Some(rest)) if digits.len() == 9 => format!("{first}-{rest}"),
        _ => digits.into(),
    }
}

/// `Seattle, WA 98101`; what is not known is left out.
pub fn place(city: Option<&str>, state: Option<&str>, zip: Option<&str>) -> String {
    let state_zip = [state, zip].into_iter().flatten().collect::<Vec<_>>().join(" ");
    [city.unwrap_or_default(), state_zip.as_str()].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Draws a letter with the scans that belong to it.
pub async fn print<P: Paper>(paper: &P, scans: Vec<Scan>) -> Result<Drawn> {
    let data = serde_json::to_value(paper).context("a letter's fields")?;
    drawn(P::NAME, paper.reference(), data, scans).await
}

/// Draws the page of a mail: the same fields, on paper.
pub async fn print_page(mail: &dyn Mail) -> Result<Drawn> {
    let (name, reference) = (mail.folder(), mail.head().reference.clone());
    let data = mail.fields().context("a letter's fields")?;
    drawn(name, reference, data, Vec::new()).await
}

async fn drawn(name: &'static str, reference: String, mut data: Value, scans: Vec<Scan>) -> Result<Drawn> {
    seen(&mut data);
    let (template, base) = (templates::letter(name)?, templates::letter("base")?);
    let ident = format!("{name} {reference}");
    let titles: Vec<String> = scans.iter().map(|s| s.title.clone()).collect();
    let drawing = move || draw(&Letter { ident: &ident, template: &template, base: &base, data: &data, scans: &scans });
    let drawn = tokio::task::spawn_blocking(drawing).await.context("drawing a letter")?.map_err(|e| refused(e, &titles))?;
    for warning in &drawn.warnings {
        tracing::warn!(letter = name, "{warning}");
    }
    Ok(drawn)
}

/// Lets go of what nobody sees in a letter's texts.
fn seen(data: &mut Value) {
    match data {
        Value::Object(fields) => fields.values_mut().for_each(seen),
        Value::Array(items) => items.iter_mut().for_each(seen),
        Value::String(text) => *text = visible(text),
        _ => {}
    }
}

fn refused(error: LetterError, titles: &[String]) -> AppError {
    match error {
        LetterError::NoFont(_) => AppError::conflict(format!("{error}. Write it in other letters, and it can be printed")),
        LetterError::Unreadable(n, _) => {
            let title = titles.get(n).map_or("A scan", String::as_str);
            AppError::conflict(format!(
                "{title} cannot be put into the letter: the file is broken or of another kind. Leave it out, or scan it again"
            ))
        }
        LetterError::Template(words) => AppError::Internal(anyhow!("a letter's template: {words}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tax_number_is_written_as_people_know_it() {
        assert_eq!((ein("911234567"), ein("91-1234567")), ("91-1234567".into(), "91-1234567".into()));
    }

    #[test]
    fn what_is_not_known_of_a_place_is_left_out() {
        assert_eq!(place(Some("Seattle"), Some("WA"), Some("98101")), "Seattle, WA 98101");
        assert_eq!(
            (place(None, Some("WA"), None), place(Some("Kent"), None, None), place(None, None, None)),
            ("WA".into(), "Kent".into(), String::new())
        );
    }
}
