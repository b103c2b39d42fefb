//! The JSON door of a provider and a patient at a glance.

use super::{PatientGlance, ProviderGlance};
use crate::error::Result;
use crate::today::glance;
use crate::web::api::{Api, ApiRoutes, Given};
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("At a glance")
        .get("/providers/{id}/glance", "How the relationship is doing: numbers, money, one finding, active referrals", provider)
        .gives::<ProviderGlance>()
        .get("/patients/{id}/glance", "What is next for a patient: coverage, referrals, visits, balance, who looked", patient)
        .gives::<PatientGlance>()
}

async fn provider(api: Api, Path(id): Path<String>) -> Result<Given<ProviderGlance>> {
    glance::provider(&api.app, &api.by, &id).await.map(Given)
}

async fn patient(api: Api, Path(id): Path<String>) -> Result<Given<PatientGlance>> {
    glance::patient(&api.app, &api.by, &id).await.map(Given)
}
