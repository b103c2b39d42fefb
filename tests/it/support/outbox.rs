//! Approved reports by the hundred: each like one that went the whole way, with a message of its own.

use super::TestApp;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set};
use tributary::app::new_public_id;
use tributary::entity::{frozen_mail, link_reader, outbox, outbox_patient, provider, provider_email, report, report_link, sign_back};
use tributary::mail::compose::Composed;
use tributary::mail::outbox_state::{MailChannel, OutboxState};
use tributary::mail::{Sender, freeze, sha256};
use tributary::reports::sign_backs::answer::Answer;
use tributary::types::Email;
use uuid::Uuid;

/// As many rows as one statement takes.
const AT_ONCE: usize = 200;

/// A mail of a report that left, without the way to it.
pub async fn sent_mail_of(t: &TestApp, report: &str, provider: &str, to: &str) -> String {
    let db = &t.app.db;
    let named = |id: &str| Uuid::parse_str(id).expect("an id");
    let report = report::Entity::find().filter(report::Column::PublicId.eq(named(report))).one(db).await.expect("asked").expect("it");
    let provider =
        provider::Entity::find().filter(provider::Column::PublicId.eq(named(provider))).one(db).await.expect("asked").expect("it");
    let address = Email::parse("owner@willow.example").expect("an address");
    let sender = Sender { name: "Willow".into(), address: address.clone(), reply_to: address };
    let (id, now) = (new_public_id(t.app.now()), t.app.now());
    let frozen =
        freeze(&sender, to, (&Composed::plain("Progress report", "Progress report", "Better."), None), id, 1, now).expect("a message");
    let row = outbox::ActiveModel {
        public_id: Set(id),
        report_id: Set(Some(report.id)),
        provider_id: Set(provider.id),
        channel: Set(MailChannel::Email),
        what: Set("Progress report".into()),
        idempotency_key: Set(id.to_string()),
        message_id: Set(frozen.message_id),
        from_address: Set(frozen.from_address),
        to_address: Set(frozen.to_address),
        subject: Set(frozen.subject),
        state: Set(OutboxState::Sent),
        mime_sha256: Set(sha256(&frozen.mime)),
        attempts: Set(1),
        resend_no: Set(0),
        approved_at: Set(now),
        phase_at: Set(now),
        next_at: Set(now),
        sent_at: Set(Some(now)),
        ..Default::default()
    };
    let outbox_id = row.insert(db).await.expect("a mail").id;
    let bytes = frozen_mail::ActiveModel { outbox_id: Set(outbox_id), mime: Set(frozen.mime), key_id: Set(0) };
    bytes.insert(db).await.expect("its bytes");
    id.to_string()
}

/// A doctor's answer to a report, as if a link had brought it, without the way to it. Gives its id.
pub async fn answered_at_link(t: &TestApp, report: &str, mail: &str) -> String {
    let db = &t.app.db;
    let named = |id: &str| Uuid::parse_str(id).expect("an id");
    let report = report::Entity::find().filter(report::Column::PublicId.eq(named(report))).one(db).await.expect("asked").expect("it");
    let mail = outbox::Entity::find().filter(outbox::Column::PublicId.eq(named(mail))).one(db).await.expect("asked").expect("it");
    let (id, now) = (new_public_id(t.app.now()), t.app.now());
    let known = link_reader::Entity::find().filter(link_reader::Column::ProviderId.eq(report.provider_id));
    let known = known.filter(link_reader::Column::Address.eq(&mail.to_address)).one(db).await.expect("asked");
    let new = link_reader::ActiveModel {
        provider_id: Set(report.provider_id),
        address: Set(mail.to_address),
        digits: Set("123456".into()),
        made_at: Set(now),
        ..Default::default()
    };
    let reader = match known {
        Some(reader) => reader,
        None => new.insert(db).await.expect("a reader"),
    };
    let link = report_link::ActiveModel {
        report_id: Set(report.id),
        outbox_id: Set(mail.id),
        reader_id: Set(reader.id),
        token_hash: Set(id.as_bytes().to_vec()),
        views: Set(1),
        tries: Set(0),
        made_at: Set(now),
        expires_at: Set(now),
        ..Default::default()
    };
    let link = link.insert(db).await.expect("a link");
    let answer = sign_back::ActiveModel {
        public_id: Set(id),
        report_id: Set(report.id),
        link_id: Set(link.id),
        answer: Set(Answer::Stop),
        signed_name: Set("Priya Raman".into()),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    answer.insert(db).await.expect("an answer");
    id.to_string()
}

impl TestApp {
    /// So many more reports like the newest mail's, approved and due now. Gives their mails' ids.
    pub async fn approved_like_it(&self, many: usize) -> Vec<i64> {
        let db = &self.app.db;
        let model = outbox::Entity::find().order_by_desc(outbox::Column::Id).one(db).await.expect("asked").expect("a mail");
        let of = report::Entity::find_by_id(model.report_id.expect("a report")).one(db).await.expect("asked").expect("a report");
        let like = String::from_utf8(tributary::mail::mime(db, &model).await.expect("its bytes")).expect("text");
        let told = outbox_patient::Entity::find().all(db).await.expect("asked").remove(0).patient_id;
        let last = async || {
            let newest = report::Entity::find().order_by_desc(report::Column::Id).one(db).await.expect("asked").expect("a report");
            let mail = outbox::Entity::find().order_by_desc(outbox::Column::Id).one(db).await.expect("asked").expect("a mail");
            (newest.id, mail.id)
        };
        let mut made = Vec::with_capacity(many);
        while made.len() < many {
            let some = std::cmp::min(AT_ONCE, many - made.len());
            let before = last().await;
            let reports = (0..some).map(|_| {
                let id = new_public_id(self.app.now());
                report::ActiveModel {
                    id: sea_orm::NotSet,
                    public_id: Set(id),
                    reference: Set(id.simple().to_string()),
                    identity: Set(id.to_string()),
                    ..of.clone().into_active_model().reset_all()
                }
            });
            report::Entity::insert_many(reports).exec_without_returning(db).await.expect("reports");
            let ids: Vec<i64> = (before.0 + 1..=last().await.0).collect();
            assert_eq!(ids.len(), some);
            let (mails, bytes): (Vec<_>, Vec<_>) = ids.iter().map(|report_id| self.mail_like(&model, &like, *report_id)).unzip();
            outbox::Entity::insert_many(mails).exec_without_returning(db).await.expect("mails");
            let ids: Vec<i64> = (before.1 + 1..=last().await.1).collect();
            assert_eq!(ids.len(), some);
            let bytes =
                ids.iter().zip(bytes).map(|(id, mime)| frozen_mail::ActiveModel { outbox_id: Set(*id), mime: Set(mime), key_id: Set(0) });
            frozen_mail::Entity::insert_many(bytes).exec_without_returning(db).await.expect("bytes");
            let patients = ids.iter().map(|id| outbox_patient::ActiveModel { outbox_id: Set(*id), patient_id: Set(told) });
            outbox_patient::Entity::insert_many(patients).exec_without_returning(db).await.expect("patients");
            made.extend(ids);
        }
        made
    }

    /// Spreads mails over so many domains, one address in each that was checked.
    pub async fn spread(&self, mails: &[i64], domains: usize) {
        let db = &self.app.db;
        let provider = outbox::Entity::find_by_id(mails[0]).one(db).await.expect("asked").expect("a mail").provider_id;
        let like = provider_email::Entity::find().filter(provider_email::Column::ProviderId.eq(provider));
        let like = like.one(db).await.expect("asked").expect("an address");
        for n in 0..domains {
            let address = format!("doctor@office{n}.example");
            let row = provider_email::ActiveModel {
                id: sea_orm::NotSet,
                public_id: Set(new_public_id(self.app.now())),
                address: Set(address.clone()),
                position: Set(like.position + 1 + i64::try_from(n).expect("a number")),
                ..like.clone().into_active_model().reset_all()
            };
            row.insert(db).await.expect("an address");
            let there = mails.iter().copied().skip(n).step_by(domains);
            let moved = outbox::Entity::update_many().col_expr(outbox::Column::ToAddress, Expr::value(address));
            moved.filter(outbox::Column::Id.is_in(there)).exec(db).await.expect("moved");
        }
    }

    /// Another mail like one, with its bytes.
    fn mail_like(&self, model: &outbox::Model, mime: &str, report_id: i64) -> (outbox::ActiveModel, Vec<u8>) {
        let id = new_public_id(self.app.now());
        let domain = model.message_id.rsplit('@').next().unwrap_or_default();
        let message_id = format!("<{id}.1@{domain}");
        let mime = mime.replace(&model.message_id, &message_id).into_bytes();
        let row = outbox::ActiveModel {
            id: sea_orm::NotSet,
            public_id: Set(id),
            report_id: Set(Some(report_id)),
            idempotency_key: Set(id.to_string()),
            message_id: Set(message_id),
            mime_sha256: Set(sha256(&mime)),
            state: Set(OutboxState::Approved),
            attempts: Set(0),
            resend_no: Set(0),
            approved_at: Set(self.app.now()),
            phase_at: Set(self.app.now()),
            next_at: Set(self.app.now()),
            lease_until: Set(None),
            lease_token: Set(None),
            sent_at: Set(None),
            last_code: Set(None),
            last_text: Set(None),
            ..model.clone().into_active_model().reset_all()
        };
        (row, mime)
    }
}
