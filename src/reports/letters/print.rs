//! A report on paper: a page that says what the message says. It goes with the message, and can be printed or faxed alone.

use super::inspect::inspect;
use super::introduced;
use super::letter::Letter;
use super::view;
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::error::{AppError, Result};
use crate::mail::{self, Attached};

/// What an introduction says that it brings.
const SAMPLE: &str = "sample-report.pdf";

/// The letter that goes with a message, and with an introduction a sample of what a report looks like; none where no font of ours has one of its letters: the message says it all, unless the page is
/// there to be signed. The demo's year, while it is filled, has hundreds of messages and nobody who opens their letters.
pub async fn attached(app: &App, letter: &Letter) -> Result<Option<Attached>> {
    if let Letter::Introduction(introduction) = letter {
        let sample = introduced::sample(introduction)?;
        return Ok(Some(Attached { name: SAMPLE.into(), pdf: mail::print_page(&sample).await?.pdf }));
    }
    if app.config.fast_fill {
        return Ok(None);
    }
    let drawn = match mail::print_page(letter.mail()).await {
        Ok(drawn) => drawn,
        Err(AppError::Conflict { .. }) if !letter.kind().comes_back() => {
            tracing::warn!(reference = letter.reference(), "a report goes without its PDF: no font has one of its letters");
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    fits(letter, drawn.pages)?;
    Ok(Some(Attached { name: file_name(letter), pdf: drawn.pdf }))
}

/// A doctor reads one page [domain 4.2].
fn fits(letter: &Letter, pages: usize) -> Result<()> {
    if letter.kind().is_one_page() && pages > 1 {
        return Err(AppError::conflict(format!("not sent. Printed, this report takes {pages} pages. Shorten it to one")));
    }
    Ok(())
}

/// The letter that a person prints and sends: without it there is nothing to send.
pub async fn to_print(letter: &Letter) -> Result<Vec<u8>> {
    drawn(letter).await.map(|(pdf, _)| pdf)
}

/// The same, with the number of its pages.
pub async fn drawn(letter: &Letter) -> Result<(Vec<u8>, usize)> {
    let drawn = mail::print_page(letter.mail()).await?;
    fits(letter, drawn.pages)?;
    Ok((drawn.pdf, drawn.pages))
}

/// `progress-report-7F3K.pdf`.
pub fn file_name(letter: &Letter) -> String {
    format!("{}-{}.pdf", letter.kind().label().to_lowercase().replace(' ', "-"), letter.reference())
}

/// The sample that an introduction brings, for who encloses it in a letter on paper.
pub async fn sample(app: &App, by: &Actor, id: &str) -> Result<(String, Vec<u8>)> {
    let report = crate::reports::find(&app.db, by, id).await?;
    match inspect(app, &app.db, &report).await?.letter {
        Letter::Introduction(letter) => Ok((SAMPLE.into(), mail::print_page(&introduced::sample(&letter)?).await?.pdf)),
        _ => Err(AppError::NotFound("sample")),
    }
}

/// The page as it would be printed now, with the name of its file; for who may read the message.
pub async fn pdf(app: &App, by: &Actor, id: &str) -> Result<(String, Vec<u8>)> {
    let report = crate::reports::find(&app.db, by, id).await?;
    if !view::reads(by, &report) {
        return Err(AppError::NotFound("report"));
    }
    let looked = inspect(app, &app.db, &report).await?;
    looked.mail.ok_or(AppError::NotFound("report"))?;
    let entry = Entry::of("printed", "report", report.id).named(report.public_id);
    crate::audit::seen(app, by, Entry { patient_id: report.patient_id, ..entry }).await?;
    Ok((file_name(&looked.letter), mail::print_page(looked.letter.mail()).await?.pdf))
}
