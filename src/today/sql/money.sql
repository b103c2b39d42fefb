-- What came in this month ($1 to $2) and by the same day of the month before ($3 to $4), and what was written off this month.
select
    cast(coalesce(sum(case when posted_on between $1 and $2 and kind <> 'write_off' then amount_cents else 0 end), 0) as bigint) as collected_cents,
    cast(coalesce(sum(case when posted_on between $3 and $4 and kind <> 'write_off' then amount_cents else 0 end), 0) as bigint) as before_cents,
    cast(coalesce(sum(case when posted_on between $1 and $2 and kind = 'write_off' then amount_cents else 0 end), 0) as bigint) as written_off_cents
from money_event
where kind in ('insurer_payment', 'provider_item', 'patient_payment', 'refund', 'write_off') and posted_on between $3 and $2
