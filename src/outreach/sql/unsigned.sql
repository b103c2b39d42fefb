-- Attended visits up to $1 whose note is not signed.
select
    v.public_id as id,
    v.patient_id,
    v.therapist_id,
    v.visit_on,
    v.starts_at,
    v.ends_at,
    case when n.id is null then 0 else 1 end as drafted
from visit v
left join note n on n.visit_id = v.id
where v.state = 'attended' and v.deleted_at is null and v.visit_on <= $1 and n.signed_at is null
