-- The visits of day $1, of everybody or of one therapist ($2; 0 is everybody).
select
    v.public_id as id,
    v.episode_id,
    v.starts_at,
    v.ends_at,
    v.state,
    v.therapist_id,
    p.public_id as patient_id,
    p.first_name,
    p.last_name,
    r.public_id as referral_id,
    r.source_kind,
    r.provider_id,
    n.state as note_state,
    k.kind as coverage_kind,
    k.payer_id
from visit v
join patient p on p.id = v.patient_id
join episode s on s.id = v.episode_id
join referral r on r.id = s.referral_id
left join note n on n.visit_id = v.id
left join coverage k on k.id = coalesce(v.coverage_id, s.coverage_id)
where v.visit_on = $1 and v.deleted_at is null and ($2 = 0 or v.therapist_id = $2)
