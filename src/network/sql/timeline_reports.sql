-- The latest reports that went out to one provider. $1 provider, $2 the last day. The day is the local day of the last release.
-- An id only of those that the reader may open, which stands in the place of the mark.
select 'report' as kind, sent.on_day,
       case r.kind when 'progress' then 'progress report' else replace(r.kind, '_', ' ') end as word,
       p.first_name || ' ' || p.last_name as who, p.first_name || ' ' || p.last_name as text,
       case when /* openable */ then r.public_id end as public_id,
       cast(null as bigint) as cents, cast(null as bigint) as n
from report r
join (
    select thing_id, max(on_day) as on_day
    from state_move
    where thing_kind = 'report' and to_state = 'released'
    group by thing_id
) sent on sent.thing_id = r.id
left join patient p on p.id = r.patient_id
where r.provider_id = $1 and sent.on_day <= $2 and r.deleted_at is null
  and exists (select 1 from outbox o where o.report_id = r.id and o.state in ('sent', 'delivered'))
order by on_day desc, r.id desc
limit 60
