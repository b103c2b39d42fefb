-- Lines of the audit, the latest first. Conditions and the length follow in the store.
select
    a.id as key,
    a.at,
    a.actor_name as who,
    a.actor_kind as by_kind,
    a.action,
    a.thing_kind as thing,
    a.thing_public_id as thing_id,
    a.fields,
    a.request_id as request,
    p.public_id as patient_id,
    p.first_name,
    p.last_name
from audit a
left join patient p on p.id = a.patient_id
where 1 = 1
