-- The claims that a batch ($1) carried, each with its sending there.
select
    t.id as transmission_id,
    t.claim_id,
    c.number,
    t.wire_transaction,
    v.billing_npi
from transmission t
join claim c on c.id = t.claim_id
join claim_version v on v.id = t.claim_version_id
where t.claim_batch_id = $1
order by t.id
