-- What was done in a month to keep in touch. $1, $2 the first and the last day.
select
    count(*) as contacts,
    cast(coalesce(sum(minutes), 0) as bigint) as minutes,
    cast(coalesce(sum(direct_cost_cents), 0) as bigint) as cost_cents
from activity
where deleted_at is null and purpose = 'outreach' and kind <> 'note' and on_day between $1 and $2
