-- Visits whose note was signed before $1 and that were never billed: their claim is a draft, or there is none
-- although the patient does not pay alone.
select
    v.public_id as id,
    v.patient_id,
    v.therapist_id,
    v.visit_on,
    n.signed_at,
    c.public_id as claim_id,
    w.total_cents as money_cents
from claim c
join visit v on v.id = c.visit_id
join note n on n.visit_id = v.id
left join claim_version w on w.id = c.draft_version_id
where c.state = 'draft' and c.first_sent_on is null and c.deleted_at is null and n.signed_at < $1
union all
select v.public_id, v.patient_id, v.therapist_id, v.visit_on, n.signed_at, null, null
from visit v
join note n on n.visit_id = v.id
join episode s on s.id = v.episode_id
left join coverage k on k.id = coalesce(v.coverage_id, s.coverage_id)
where n.signed_at < $1 and (k.id is null or k.kind <> 'cash') and v.id in (
    select a.id
    from visit a
    where a.state = 'attended' and a.deleted_at is null
        and not exists (select 1 from claim c where c.visit_id = a.id and c.deleted_at is null)
)
