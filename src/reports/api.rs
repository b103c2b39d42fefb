//! The JSON door of reports and figures.

use super::certification::Certification;
use super::letters::drafting::{NewReport, SummariesView};
use super::letters::release::{Again, Approval};
use super::letters::view::{ReportRow, ReportView};
use super::letters::{changing, drafting, print, release};
use super::sources::{SourcesFilter, SourcesView};
use super::wording::NewWording;
use super::{ApprovedView, DisclosureFilter, DisclosureView, PauseView, ReportFilter, Why};
use crate::error::Result;
use crate::reports;
use crate::types::{Listing, Text};
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Patch, Query};
use crate::web::download::{self, Shown};
use poem::Response;
use poem::web::Path;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Reports")
        .get("/reports", "Reports to doctors, newest first", list)
        .asks::<ReportFilter>()
        .gives::<Listing<ReportRow>>()
        .post("/reports", "Begin a report: about a referral, or a doctor's month", draft)
        .takes::<NewReport>()
        .makes::<ReportView>()
        .post("/reports/summaries", "Begin the summaries of a month for everybody who sends; asked again, nothing twice", summaries)
        .takes::<OfMonth>()
        .gives::<SummariesView>()
        .post(
            "/reports/approve-opened",
            "Approve what you opened, as it was then; a report that nobody read cannot leave this way",
            approve_opened,
        )
        .gives::<ApprovedView>()
        .get("/reports/{id}", "One report, exactly as it arrives", show)
        .gives::<ReportView>()
        .get("/reports/{id}/pdf", "The report on paper: the page that goes with the message (PDF)", pdf)
        .patch("/reports/{id}", "Say it in one's own words: send what changes, and the version you read", change)
        .takes::<NewWording>()
        .gives::<ReportView>()
        .post("/reports/{id}/sign", "Stand by the content; it is frozen from here on", sign)
        .gives::<ReportView>()
        .post("/reports/{id}/unsign", "Take the signature back before it leaves: it is a draft again", unsign)
        .gives::<ReportView>()
        .post("/reports/{id}/release", "Let a signed report go", let_go)
        .takes::<Approval>()
        .gives::<ReportView>()
        .post("/reports/{id}/approve", "Sign and let go in one step", approve)
        .takes::<Approval>()
        .gives::<ReportView>()
        .post("/reports/{id}/take-back", "Take a released report back while it has not left", take_back)
        .gives::<ReportView>()
        .post("/reports/{id}/skip", "Put a report aside, with the reason", skip)
        .takes::<Why>()
        .gives::<ReportView>()
        .post("/reports/{id}/amend", "Write a corrected version of a report that went out", amend)
        .takes::<Why>()
        .makes::<ReportView>()
        .post("/reports/{id}/resend", "Send the same message once more, or print it, because a person says so", resend)
        .takes::<Again>()
        .gives::<ReportView>()
        .post("/reports/{id}/arrived", "A person knows that a mail arrived of which we could not", arrived)
        .gives::<ReportView>()
        .get("/patients/{id}/disclosures", "What was told about a patient, to whom and when", told)
        .asks::<DisclosureFilter>()
        .gives::<Listing<DisclosureView>>()
        .get("/patients/{id}/disclosures/file", "The accounting of disclosures that a patient may ask for (PDF)", accounting)
        .get("/referrals/{id}/certification", "The signed order on file, and when the plan of care went to the doctor", certification)
        .gives::<Certification>()
        .get("/referrals/{id}/certification/file", "The same with the order and the plan as they are, to print (PDF)", certification_file)
        .get("/mail/pause", "Why no mail leaves at the moment; null where it does", pause)
        .gives::<Option<PauseView>>()
        .post("/mail/resume", "Try to send at once: what the mail server complained about is mended", resume)
        .gives::<Option<PauseView>>()
        .get("/sources", "What pays: what each source of referrals brought, as of a day", sources)
        .asks::<SourcesFilter>()
        .gives::<SourcesView>()
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OfMonth {
    /// Like 2026-11.
    pub month: Text,
}

async fn list(api: Api, Query(filter): Query<ReportFilter>) -> Result<Given<Listing<ReportRow>>> {
    reports::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn draft(api: Api, Body(new): Body<NewReport>) -> Result<Made<ReportView>> {
    drafting::draft(&api.app, &api.by, &new).await.map(Made)
}

async fn summaries(api: Api, Body(of): Body<OfMonth>) -> Result<Given<SummariesView>> {
    drafting::summaries(&api.app, &api.by, &of.month).await.map(Given)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<ReportView>> {
    reports::show(&api.app, &api.by, &id).await.map(Given)
}

async fn pdf(api: Api, Path(id): Path<String>) -> Result<Response> {
    let (name, pdf) = print::pdf(&api.app, &api.by, &id).await?;
    Ok(download::pdf(&name, pdf, Shown::Here))
}

async fn change(api: Api, Path(id): Path<String>, sent: Patch) -> Result<Given<ReportView>> {
    let new = sent.over(&reports::show(&api.app, &api.by, &id).await?.wording)?;
    changing::change(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn sign(api: Api, Path(id): Path<String>) -> Result<Given<ReportView>> {
    release::sign(&api.app, &api.by, &id).await.map(Given)
}

async fn approve_opened(api: Api) -> Result<Given<ApprovedView>> {
    reports::approve_opened(&api.app, &api.by).await.map(Given)
}

async fn unsign(api: Api, Path(id): Path<String>) -> Result<Given<ReportView>> {
    release::unsign(&api.app, &api.by, &id).await.map(Given)
}

async fn let_go(api: Api, Path(id): Path<String>, Body(approval): Body<Approval>) -> Result<Given<ReportView>> {
    release::release(&api.app, &api.by, &id, &approval).await.map(Given)
}

async fn approve(api: Api, Path(id): Path<String>, Body(approval): Body<Approval>) -> Result<Given<ReportView>> {
    release::approve(&api.app, &api.by, &id, &approval).await.map(Given)
}

async fn take_back(api: Api, Path(id): Path<String>) -> Result<Given<ReportView>> {
    release::take_back(&api.app, &api.by, &id).await.map(Given)
}

async fn skip(api: Api, Path(id): Path<String>, Body(said): Body<Why>) -> Result<Given<ReportView>> {
    changing::skip(&api.app, &api.by, &id, &said.why).await.map(Given)
}

async fn amend(api: Api, Path(id): Path<String>, Body(said): Body<Why>) -> Result<Made<ReportView>> {
    changing::amend(&api.app, &api.by, &id, &said.why).await.map(Made)
}

async fn resend(api: Api, Path(id): Path<String>, Body(again): Body<Again>) -> Result<Given<ReportView>> {
    release::resend(&api.app, &api.by, &id, &again).await.map(Given)
}

async fn arrived(api: Api, Path(id): Path<String>) -> Result<Given<ReportView>> {
    release::arrived(&api.app, &api.by, &id).await.map(Given)
}

async fn told(api: Api, Path(id): Path<String>, Query(filter): Query<DisclosureFilter>) -> Result<Given<Listing<DisclosureView>>> {
    reports::disclosures(&api.app, &api.by, &id, &filter).await.map(Given)
}

async fn accounting(api: Api, Path(id): Path<String>) -> Result<Response> {
    let (name, content) = reports::disclosures::print(&api.app, &api.by, &id).await?;
    Ok(download::pdf(&name, content, Shown::Here))
}

async fn certification(api: Api, Path(id): Path<String>) -> Result<Given<Certification>> {
    reports::certification::show(&api.app, &api.by, &id).await.map(Given)
}

async fn certification_file(api: Api, Path(id): Path<String>) -> Result<Response> {
    let (name, content) = reports::certification::print(&api.app, &api.by, &id).await?;
    Ok(download::pdf(&name, content, Shown::Here))
}

async fn pause(api: Api) -> Result<Given<Option<PauseView>>> {
    reports::mail_pause(&api.app, &api.by).await.map(Given)
}

async fn resume(api: Api) -> Result<Given<Option<PauseView>>> {
    crate::mail::resume(&api.app, &api.by).await?;
    reports::mail_pause(&api.app, &api.by).await.map(Given)
}

async fn sources(api: Api, Query(filter): Query<SourcesFilter>) -> Result<Given<SourcesView>> {
    reports::sources(&api.app, &api.by, &filter).await.map(Given)
}
