//! Who and what a report stands between: who writes, to whom, about which care. Read once for each look at it.

use super::copies;
use crate::app::App;
use crate::entity::{episode, organization, practice, provider, referral, report, therapist};
use crate::error::{AppError, Result};
use crate::mail::kinds::{Letterhead, Recipient};
use crate::types::Phone;
use crate::{network, referrals};
use sea_orm::ConnectionTrait;

pub struct Parties {
    pub practice: practice::Model,
    /// Who signs it.
    pub therapist: Option<therapist::Model>,
    /// Who reads it,
    pub provider: provider::Model,
    /// and where they work today.
    pub office: Option<organization::Model>,
    /// Of a report about one patient.
    pub care: Option<Care>,
    /// Of a copy: the report that it is a copy of, and who got it.
    pub original: Option<(report::Model, provider::Model)>,
}

pub struct Care {
    pub episode: episode::Model,
    pub referral: referral::Model,
}

impl Care {
    async fn of(db: &impl ConnectionTrait, episode_id: i64) -> Result<Self> {
        let episode = referrals::episode_row(db, episode_id).await?;
        Ok(Self { referral: referrals::row(db, episode.referral_id).await?, episode })
    }
}

impl Parties {
    pub async fn of(app: &App, db: &impl ConnectionTrait, report: &report::Model) -> Result<Self> {
        Ok(Self {
            practice: crate::practice::of(db).await?,
            therapist: match report.therapist_id {
                Some(id) => Some(crate::practice::find_therapist_row(db, id).await?),
                None => None,
            },
            provider: network::provider_row(db, report.provider_id).await?,
            office: network::main_office(db, report.provider_id, app.today()).await?,
            care: match report.episode_id {
                Some(id) => Some(Care::of(db, id).await?),
                None => None,
            },
            original: copies::original(db, report).await?,
        })
    }

    /// The care that a report about one patient is about.
    pub fn care(&self) -> Result<&Care> {
        self.care.as_ref().ok_or(AppError::NotFound("episode"))
    }

    pub fn letterhead(&self) -> Letterhead {
        letterhead(&self.practice, self.therapist.as_ref())
    }

    pub fn recipient(&self) -> Recipient {
        Recipient {
            name: network::view::named(&self.provider).formal(),
            place: self.office.as_ref().map(|office| office.name.clone()),
            has_sent: self.care.as_ref().is_none_or(|care| care.referral.provider_id == Some(self.provider.id)),
        }
    }

    /// `Dr. Raman`, who got the report that this is a copy of.
    pub fn copy_of(&self) -> Option<String> {
        self.original.as_ref().map(|(_, provider)| network::view::named(provider).short())
    }
}

/// Our own head of the paper, with who treats.
pub fn letterhead(own: &practice::Model, therapist: Option<&therapist::Model>) -> Letterhead {
    let shown = |phone: &Option<String>| phone.as_deref().map(|p| Phone::show(p, None));
    let city = match (&own.city, &own.state, &own.zip) {
        (Some(city), Some(state), Some(zip)) => format!("{city}, {state} {zip}"),
        _ => String::new(),
    };
    Letterhead {
        therapist: therapist.map(crate::practice::view::therapist_name).unwrap_or_default(),
        npi: therapist.and_then(|t| t.npi.clone()),
        phone: shown(&own.phone).unwrap_or_default(),
        fax: shown(&own.fax),
        street: [own.street.as_deref(), own.street2.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", "),
        city,
        name: own.name.clone(),
    }
}
