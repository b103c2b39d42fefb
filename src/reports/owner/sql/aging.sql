-- What is outstanding on claims that left, by the age of the service: since $1 (30 days ago), $2 (60), $3 (90), or before.
select
    cast(case when service_on >= $1 then 0 when service_on >= $2 then 1 when service_on >= $3 then 2 else 3 end as bigint) as age,
    cast(sum(charge_cents - insurer_cents - patient_cents - contractual_cents - written_off_cents) as bigint) as cents
from claim
where deleted_at is null and first_sent_on is not null and voided_on is null
group by 1
