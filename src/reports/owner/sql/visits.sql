-- Visits by month: those that were kept of those that count for attendance. $1, $2 the first and the last day.
select
    substr(cast(visit_on as text), 1, 7) as month,
    count(*) as scheduled,
    cast(sum(case when state = 'attended' then 1 else 0 end) as bigint) as kept
from visit
where deleted_at is null and state in ('attended', 'no_show', 'late_cancelled') and visit_on between $1 and $2
group by 1
