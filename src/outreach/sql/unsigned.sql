-- Attended visits up to $1 whose note is not signed: there is none, or it is a draft. Both are found in indexes alone.
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
where v.state = 'attended' and v.deleted_at is null and v.visit_on <= $1 and v.id in (
    select a.id
    from visit a
    where a.state = 'attended' and a.deleted_at is null and a.visit_on <= $1
        and not exists (select 1 from note s where s.visit_id = a.id)
    union all
    select d.visit_id from note d where d.state = 'draft'
)
