-- Why money was written off: by what lay behind the claim's last denial; no cause is our own decision.
-- $1, $2 the period, $3 the day of the figures. What sources stands in the place of the mark.
select cause, cast(sum(cents) as bigint) as cents
from (
    select
        coalesce(p.merged_into_id, r.provider_id) as provider_id,
        case when r.provider_id is null then r.source_kind end as source_kind,
        (select d.root_cause from denial d where d.claim_id = c.id order by d.id desc limit 1) as cause,
        e.amount_cents as cents
    from money_event e
    join claim c on c.id = e.claim_id
    left join referral r on r.id = c.referral_id
    left join provider p on p.id = r.provider_id
    where e.kind = 'write_off' and c.deleted_at is null and e.posted_on <= $3
        and coalesce(r.received_on, c.service_on) between $1 and $2
) of_source
where /* source */
group by cause
