-- By email: the latest mail of each report that no newer version replaces, counted by its state; those that wait for a person apart.
select o.state, cast(max(case when o.held_at is null then 0 else 1 end) as bigint) as held, count(*) as n
from outbox o
where o.channel in ('email', 'link')
    and o.id = (select max(x.id) from outbox x where x.report_id = o.report_id and x.state <> 'cancelled')
    and not exists (select 1 from report z where z.replaces_id = o.report_id and z.deleted_at is null)
group by o.state, o.held_at is null
