-- Claims that a first payer has decided and of which something is left, with the patient's next coverage on the day of the visit.
-- One claim, or all of them, by what stands in the place of the mark. The statuses 19 to 21 say that the payer forwards it by
-- itself. What was answered by that coverage's payer, or billed to it, is told with it.
with last as (
    select d.claim_id, d.remittance_id,
        row_number() over (partition by d.claim_id order by d.id desc) as n
    from decision d
    where d.payer_rank = 1 and d.taken_back_on is null and d.outcome in ('paid', 'partially_paid', 'denied')
        /* one */
        -- Few have a second one.
        and d.claim_id in (
            select c.id
            from coverage x
            join claim c on c.patient_id = x.patient_id
            where x.rank > 1 and x.payer_id is not null and x.replaced_at is null and x.deleted_at is null
        )
        and not exists (select 1 from decision r where r.reverses_id = d.id and r.taken_back_on is null)
),
found as (
    select c.id as claim_id, c.service_on, l.remittance_id, m.paid_on as decided_on,
        c.charge_cents - c.insurer_cents - c.patient_cents - c.contractual_cents - c.written_off_cents as left_cents,
        (
            select x.id
            from coverage x
            where x.patient_id = c.patient_id and x.rank > k.rank and x.payer_id is not null and x.replaced_at is null
                and x.deleted_at is null and (x.effective_from is null or x.effective_from <= c.service_on)
                and (x.effective_to is null or x.effective_to >= c.service_on)
            order by x.rank, x.id desc
            limit 1
        ) as coverage_id
    from claim c
    join last l on l.claim_id = c.id and l.n = 1
    join remittance m on m.id = l.remittance_id
    join coverage k on k.id = c.coverage_id
    where c.deleted_at is null and c.voided_on is null
)
select f.claim_id, f.coverage_id, x.payer_id, x.rank, f.decided_on, f.left_cents, s.id as secondary_id,
    cast(case when exists (
        select 1
        from era_claim e
        join era r on r.id = e.era_id
        where e.claim_id = f.claim_id and r.remittance_id = f.remittance_id and e.status_code in ('19', '20', '21')
    ) then 1 else 0 end as bigint) as is_forwarded,
    (
        select r.timely_filing_days
        from rule_sheet r
        where r.payer_id = x.payer_id and r.replaced_at is null and r.effective_on <= f.service_on
        order by r.effective_on desc
        limit 1
    ) as filing_days,
    cast(case when exists (
        select 1 from decision d where d.claim_id = f.claim_id and d.payer_rank = x.rank and d.taken_back_on is null
    ) then 1 else 0 end as bigint) as is_answered
from found f
join coverage x on x.id = f.coverage_id
left join secondary_claim s on s.claim_id = f.claim_id and s.rank = x.rank
where f.left_cents > 0 or s.id is not null
order by f.decided_on, f.claim_id
