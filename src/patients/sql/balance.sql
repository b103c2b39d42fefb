-- What is open between the practice, one patient and those who pay. $1 patient.
-- Injured workers, veterans and whom a sheet protects are owed nothing by their share. A share counts only as far as the claim is still open; what was taken for a visit before its claim is on the claim.
with claims as (
    select
        c.charge_cents - c.insurer_cents - c.patient_cents - c.contractual_cents - c.written_off_cents as open_cents,
        case when k.kind in ('workers_comp', 'va_ccn') or not coalesce((
            select s.patient_may_be_billed
            from rule_sheet s
            where s.payer_id = c.payer_id and s.replaced_at is null and s.effective_on <= c.service_on
            order by s.effective_on desc
            limit 1
        ), true) then 0 else c.patient_share_cents - c.patient_cents end as share_cents
    from claim c
    join coverage k on k.id = c.coverage_id
    where c.patient_id = $1 and c.deleted_at is null and c.voided_on is null and c.first_sent_on is not null
), parted as (
    select
        case when open_cents < 0 then 0 else open_cents end as open_cents,
        case when share_cents < 0 or open_cents < 0 then 0 when share_cents > open_cents then open_cents else share_cents end as share_cents
    from claims
), alone as (
    select v.charge_cents - v.discount_cents - coalesce((
        select sum(e.amount_cents) from money_event e where e.visit_id = v.id and e.claim_id is null
    ), 0) as open_cents
    from episode s
    join visit v on v.episode_id = s.id
    where s.patient_id = $1 and v.state = 'attended' and v.charge_cents is not null and v.deleted_at is null
)
select
    cast(coalesce((select sum(share_cents) from parted), 0) + coalesce((select sum(open_cents) from alone), 0) as bigint) as owes_cents,
    cast(coalesce((select sum(open_cents - share_cents) from parted), 0) as bigint) as with_payers_cents,
    cast(coalesce((
        select sum(e.amount_cents) from money_event e
        where e.patient_id = $1 and e.claim_id is null and e.visit_id is null and e.kind in ('patient_payment', 'refund')
    ), 0) as bigint) as in_advance_cents
