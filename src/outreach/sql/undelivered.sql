-- Reports whose latest mail did not arrive, or may not have, or waits for a person or to be printed, and that no newer version replaces.
select
    t.public_id as id,
    t.kind,
    t.patient_id,
    t.provider_id,
    t.therapist_id,
    o.public_id as outbox_id,
    o.state,
    o.channel,
    o.phase_at,
    o.held_at
from outbox o
join report t on t.id = o.report_id
where (o.state in ('bounced', 'complained', 'failed', 'expired', 'unknown')
        or (o.channel = 'paper' and o.state = 'approved')
        or (o.held_at is not null and o.state in ('approved', 'retry_wait')))
    and t.deleted_at is null
    and o.id = (select max(x.id) from outbox x where x.report_id = t.id and x.state <> 'cancelled')
    and not exists (select 1 from report z where z.replaces_id = t.id and z.deleted_at is null)
