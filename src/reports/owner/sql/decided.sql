-- Claims that the first payer decided in a month, and of how many its last word in that month was no. $1, $2 the first and the last day.
with last as (
    select claim_id, substr(cast(posted_on as text), 1, 7) as month, max(id) as id
    from decision
    where payer_rank = 1 and outcome in ('paid', 'partially_paid', 'denied') and posted_on between $1 and $2
    group by 1, 2
)
select
    last.month as month,
    count(*) as decided,
    cast(sum(case when d.outcome = 'denied' then 1 else 0 end) as bigint) as denied
from last
join decision d on d.id = last.id
group by 1
