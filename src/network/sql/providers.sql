-- One row a living provider: where they work, how to reach them, what they sent and what came of it.
-- $1 first day of the twelve months, $2 today; then the search terms (folded, with wildcards).
with sent as (
    select provider_id, count(*) as referrals
    from referral
    where provider_id is not null and deleted_at is null and received_on between $1 and $2
    group by provider_id
), latest as (
    select provider_id, max(received_on) as last_on
    from referral
    where provider_id is not null and deleted_at is null
    group by provider_id
), planned as (
    -- A step is open until something later was done. Calls to reach a patient are no matter of the relationship.
    select ap.provider_id, min(a.next_on) as next_on
    from activity a
    join activity_provider ap on ap.activity_id = a.id
    where a.next_on is not null and a.deleted_at is null and a.purpose <> 'scheduling'
        and not exists (
            select 1 from activity b
            join activity_provider bp on bp.activity_id = b.id
            where bp.provider_id = ap.provider_id and b.id > a.id and b.kind <> 'note' and b.purpose <> 'scheduling' and b.deleted_at is null
        )
    group by ap.provider_id
)
select
    p.id, p.public_id, p.prefix, p.first_name, p.last_name, p.suffix, p.credentials, p.npi, p.specialty, p.stage,
    o.public_id as organization_id, o.name as organization_name,
    (select e.address from provider_email e where e.provider_id = p.id and e.deleted_at is null order by e.position, e.id limit 1) as email,
    (select f.e164 from provider_phone f where f.provider_id = p.id and f.deleted_at is null and not f.is_fax order by f.position, f.id limit 1) as phone,
    cast(coalesce(sent.referrals, 0) as bigint) as referrals,
    latest.last_on,
    planned.next_on
from provider p
left join affiliation a on a.id = (
    select b.id from affiliation b
    where b.provider_id = p.id and b.deleted_at is null and (b.to_on is null or b.to_on >= $2)
    order by b.is_primary desc, b.id limit 1
)
left join organization o on o.id = a.organization_id
left join sent on sent.provider_id = p.id
left join latest on latest.provider_id = p.id
left join planned on planned.provider_id = p.id
where p.deleted_at is null and p.merged_into_id is null
