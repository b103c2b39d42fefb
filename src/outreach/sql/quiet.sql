-- Active sources whose last referral came on or before $1, with the last contact.
with latest as (
    select coalesce(p.merged_into_id, r.provider_id) as provider_id, max(r.received_on) as last_on
    from referral r
    join provider p on p.id = r.provider_id
    where r.deleted_at is null
    group by 1
)
select
    p.id as provider_id,
    p.public_id as id,
    latest.last_on,
    (
        select max(a.on_day)
        from activity_provider ap
        join activity a on a.id = ap.activity_id
        where ap.provider_id = p.id and a.deleted_at is null and a.kind <> 'note'
    ) as contact_on
from provider p
join latest on latest.provider_id = p.id
where p.stage = 'active_referrer' and p.deleted_at is null and p.merged_into_id is null and latest.last_on <= $1
