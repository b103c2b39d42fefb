-- Net collected for the referrals of a period, by who sent them. $1 and $2 the period; the mark may narrow it to some providers.
-- What was taken for a visit before its claim is in the claim's sum already.
select of_referrals.provider_id, cast(sum(of_referrals.cents) as bigint) as cents
from (
    select r.provider_id, c.insurer_cents + c.patient_cents as cents
    from referral r
    join claim c on c.referral_id = r.id
    where r.provider_id is not null and r.received_on between $1 and $2 and c.deleted_at is null
    union all
    select r.provider_id, e.amount_cents
    from referral r
    join episode s on s.referral_id = r.id
    join visit v on v.episode_id = s.id
    join money_event e on e.visit_id = v.id
    where r.provider_id is not null and r.received_on between $1 and $2 and e.claim_id is null
        and not exists (select 1 from claim c where c.visit_id = v.id and c.part = 1 and c.deleted_at is null)
) of_referrals
group by of_referrals.provider_id
