-- Referrals of providers received before $1 for which no thank-you was released or logged: for the referral itself, or to its
-- provider since then and for no other referral. Whom we may not contact is not thanked, a referral entered twice once.
with thanked as (
    select ap.provider_id, max(a.on_day) as on_day
    from activity a
    join activity_provider ap on ap.activity_id = a.id
    where a.purpose = 'thank_you' and a.referral_id is null and a.deleted_at is null
    group by ap.provider_id
)
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
    and r.id not in (
        select a.referral_id
        from activity a
        where a.purpose = 'thank_you' and a.referral_id is not null and a.deleted_at is null
    )
    and not exists (
        select 1
        from report t
        join episode e on e.id = t.episode_id
        where e.referral_id = r.id and t.kind = 'thank_you' and t.state = 'released' and t.deleted_at is null
    )
    and not exists (select 1 from thanked x where x.provider_id = r.provider_id and x.on_day >= r.received_on)
