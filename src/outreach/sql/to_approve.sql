-- Reports that wait for a signature or a release. One whose mail was taken back is signed again.
select
    t.public_id as id,
    t.kind,
    t.patient_id,
    t.provider_id,
    t.therapist_id,
    case when t.state = 'draft' then 0 else 1 end as signed,
    t.created_at
from report t
where t.deleted_at is null and t.state in ('draft', 'signed')
union all
select t.public_id, t.kind, t.patient_id, t.provider_id, t.therapist_id, 1, t.created_at
from outbox o
join report t on t.id = o.report_id
where o.state = 'cancelled' and t.state = 'released' and t.deleted_at is null
    and o.id = (select max(x.id) from outbox x where x.report_id = t.id)
