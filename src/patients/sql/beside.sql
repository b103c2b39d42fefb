-- What a list of patients shows beside the name. $1 today. Ids of patients in the place of the mark.
select p.id, y.name as payer, c.kind,
    (
        select max(v.visit_on) from episode s
        join visit v on v.episode_id = s.id
        where s.patient_id = p.id and v.state = 'attended' and v.deleted_at is null
    ) as last_visit_on,
    (
        select min(v.visit_on) from episode s
        join visit v on v.episode_id = s.id
        where s.patient_id = p.id and v.state in ('booked', 'arrived') and v.visit_on >= $1 and v.deleted_at is null
    ) as next_visit_on
from patient p
left join coverage c on c.id = (
    select d.id from coverage d
    where d.patient_id = p.id and d.replaced_at is null and d.deleted_at is null
    order by d.rank, d.id desc limit 1
)
left join payer y on y.id = c.payer_id
where p.id in (/* patients */)
