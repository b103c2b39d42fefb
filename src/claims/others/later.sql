-- Who pays after the policy of a claim: the patient's next coverages on the day of service, by their rank; of two of one rank the
-- newer one is first. What is billed stands in the place of the mark, as key, patient_id, coverage_id, service_on and left_at: what has
-- left names those that were on file then. Workers' compensation pays alone, and a lien is no plan [x12.md 5.4].
with billed as (
    /* billed */
)
select b.key, x.id as coverage_id, x.payer_id, x.rank
from billed b
join coverage k on k.id = b.coverage_id
join coverage x on x.patient_id = b.patient_id and x.rank > k.rank
where k.kind not in ('workers_comp', 'third_party_lien') and x.kind not in ('workers_comp', 'third_party_lien', 'cash')
    and x.payer_id is not null and (x.effective_from is null or x.effective_from <= b.service_on)
    and (x.effective_to is null or x.effective_to >= b.service_on) and (b.left_at is null or x.created_at <= b.left_at)
    and (x.replaced_at is null or x.replaced_at > b.left_at) and (x.deleted_at is null or x.deleted_at > b.left_at)
order by b.key, x.rank, x.id desc
