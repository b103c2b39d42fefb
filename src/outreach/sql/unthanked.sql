-- Referrals of providers received before $1 for which no thank-you was released or logged: for the referral itself, or to its
-- provider since then and for no other referral. Whom we may not contact is not thanked, a referral entered twice once.
select
    r.public_id as id,
    r.patient_id,
    coalesce(p.merged_into_id, p.id) as provider_id,
    r.received_on,
    r.received_at
from referral r
join provider p on p.id = r.provider_id
where r.deleted_at is null and r.received_at < $1 and p.stage <> 'do_not_contact'
    and (r.lost_reason is null or r.lost_reason <> 'duplicate')
    and not exists (
        select 1
        from report t
        join episode e on e.id = t.episode_id
        where e.referral_id = r.id and t.kind = 'thank_you' and t.state = 'released' and t.deleted_at is null
    )
    and not exists (
        select 1
        from activity a
        where a.referral_id = r.id and a.purpose = 'thank_you' and a.deleted_at is null
    )
    and not exists (
        select 1
        from activity_provider ap
        join activity a on a.id = ap.activity_id
        where ap.provider_id = r.provider_id and a.purpose = 'thank_you' and a.referral_id is null
            and a.on_day >= r.received_on and a.deleted_at is null
    )
