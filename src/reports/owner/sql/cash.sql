-- Money by the month in which it was posted: of payers, what they took back of it, and of patients. $1, $2 the first and the last day.
-- An entry of ours that was wrong and its taking back are no money that went back.
select
    substr(cast(posted_on as text), 1, 7) as month,
    cast(sum(case when kind in ('insurer_payment', 'provider_item') then amount_cents else 0 end) as bigint) as insurer_cents,
    cast(sum(case when kind in ('insurer_payment', 'provider_item') and amount_cents < 0 and not entry_error then amount_cents else 0 end) as bigint) as taken_back_cents,
    cast(sum(case when kind in ('patient_payment', 'refund') then amount_cents else 0 end) as bigint) as patient_cents
from money_event
where posted_on between $1 and $2 and kind in ('insurer_payment', 'provider_item', 'patient_payment', 'refund')
group by 1
