-- What payers did with the claims that first left in a period ($1 to $2), as it was known on a day ($3).
-- A matter is a claim before one payer: the one that it was sent to, and any later payer once that has answered.
with sent as (
    select c.id, c.public_id, c.number, c.patient_id, c.payer_id, c.service_on, c.state, c.first_sent_on, k.kind
    from claim c
    join coverage k on k.id = c.coverage_id
    where c.deleted_at is null and c.first_sent_on between $1 and $2 and (c.voided_on is null or c.voided_on > $3)
),
-- What was said and not taken back by us; a notice of a duplicate is no decision.
counted as (
    select d.id, d.claim_id, d.claim_version_id, d.payer_rank, d.outcome, d.posted_on, d.reverses_id,
        case when d.payer_rank = 1 then s.payer_id else m.payer_id end as payer_id
    from decision d
    join sent s on s.id = d.claim_id
    join remittance m on m.id = d.remittance_id
    where d.posted_on <= $3 and (d.taken_back_on is null or d.taken_back_on > $3) and d.outcome <> 'duplicate_notice'
),
decided as (
    select counted.*,
        case when id in (select reverses_id from counted where reverses_id is not null) then 1 else 0 end as is_reversed
    from counted
    where outcome <> 'reversal'
),
-- Of each payer the last decision that stands.
latest as (
    select id, claim_id, payer_rank, outcome,
        row_number() over (partition by claim_id, payer_rank order by id desc) as n
    from decided
    where is_reversed = 0
),
paid as (
    select d.claim_id, d.payer_rank, sum(e.amount_cents) as cents
    from counted d
    join money_event e on e.decision_id = d.id
    where e.kind = 'insurer_payment'
    group by d.claim_id, d.payer_rank
),
answered as (
    select claim_id, payer_rank, min(payer_id) as payer_id, min(posted_on) as first_decided_on,
        max(case when outcome = 'denied' then 1 else 0 end) as ever_denied
    from decided
    group by claim_id, payer_rank
),
brought as (
    select s.id as claim_id, 1 as payer_rank, s.payer_id from sent s
    union all
    select claim_id, payer_rank, payer_id from answered where payer_rank > 1
),
matter as (
    select
        b.claim_id, b.payer_rank, b.payer_id, case when b.payer_rank = 1 then s.kind else y.kind end as kind, s.public_id, s.number, s.patient_id, s.state, s.service_on,
        case when b.payer_rank = 1 then s.first_sent_on end as first_sent_on,
        a.first_decided_on,
        case when a.claim_id is null then 0 else 1 end as is_decided,
        coalesce(a.ever_denied, 0) as ever_denied,
        case when l.outcome = 'denied' then 1 else 0 end as now_denied,
        coalesce(p.cents, 0) as paid_cents,
        case when a.claim_id is null then 0 else coalesce((
            select v.total_cents
            from transmission t
            join claim_version v on v.id = t.claim_version_id
            where t.claim_id = b.claim_id and t.sent_on <= $3
            order by t.id desc
            limit 1
        ), 0) end as charge_cents
    from brought b
    join sent s on s.id = b.claim_id
    join payer y on y.id = b.payer_id
    left join answered a on a.claim_id = b.claim_id and a.payer_rank = b.payer_rank
    left join latest l on l.claim_id = b.claim_id and l.payer_rank = b.payer_rank and l.n = 1
    left join paid p on p.claim_id = b.claim_id and p.payer_rank = b.payer_rank
),
-- The only line of a version: what was said of the claim as a whole was said of it.
only_line as (
    select claim_version_id, min(id) as line_id
    from claim_line
    group by claim_version_id
    having count(*) = 1
),
-- What a decision said of one line.
said as (
    select d.id as decision_id, d.claim_id, d.payer_rank, coalesce(e.claim_line_id, o.line_id) as line_id,
        max(case when l.n = 1 then 1 else 0 end) as is_current,
        sum(case when e.kind = 'insurer_payment' then e.amount_cents else 0 end) as paid_cents,
        sum(case when e.class = 'patient' then e.amount_cents else 0 end) as share_cents,
        sum(case when e.class = 'patient' and e.reason_code in ('1', '2', '3') then e.amount_cents else 0 end) as usual_cents,
        sum(case when e.class = 'denied' or e.class = 'patient' and e.reason_code not in ('1', '2', '3') then e.amount_cents else 0 end)
            as refused_cents
    from decided d
    join money_event e on e.decision_id = d.id and e.kind in ('insurer_payment', 'adjustment')
    left join latest l on l.id = d.id
    left join only_line o on o.claim_version_id = d.claim_version_id
    where coalesce(e.claim_line_id, o.line_id) is not null
    group by d.id, d.claim_id, d.payer_rank, coalesce(e.claim_line_id, o.line_id)
),
-- The sheet of each payer on each day: far fewer than lines.
day_sheet as (
    select p.payer_id, p.service_on, (
            select r.id
            from rule_sheet r
            where r.payer_id = p.payer_id and r.replaced_at is null and r.effective_on <= p.service_on
            order by r.effective_on desc
            limit 1
        ) as rule_sheet_id
    from (select distinct payer_id, service_on from sent) p
),
-- The same with what the payer's sheet of the day allows for a unit. A refused line is a denial, not a low price.
priced as (
    select said.*, x.code, x.units, x.charge_cents,
        case when said.paid_cents = 0 and usual_cents = 0 and refused_cents > 0 then 1 else 0 end as is_refused,
        case when r.daily_max_cents is null then 0 else sum(said.paid_cents + said.share_cents) over (partition by said.decision_id) end as day_cents,
        r.daily_max_cents as most_cents,
        case when said.payer_rank = 1 and (k.accepted is null or k.accepted) then k.allowed_cents end as unit_cents
    from said
    join claim_line x on x.id = said.line_id
    join sent s on s.id = said.claim_id
    join day_sheet w on w.payer_id = s.payer_id and w.service_on = s.service_on
    left join rule_sheet r on r.id = w.rule_sheet_id
    left join rule_sheet_code k on k.rule_sheet_id = w.rule_sheet_id and k.code = x.code
),
-- And what that lets expect of the line: never more than its charge, and what was allowed where the most for a day was reached.
line as (
    select priced.*,
        case
            when unit_cents is null then null
            when day_cents >= most_cents then paid_cents + share_cents
            when units * unit_cents < charge_cents then units * unit_cents
            else charge_cents
        end as expected_cents
    from priced
),
-- A treatment of a claim before one payer.
treatment as (
    select claim_id, payer_rank, code,
        max(is_refused) as ever_denied,
        max(is_current * is_refused) as now_denied,
        max(case when is_current = 1 and paid_cents > 0 then 1 else 0 end) as is_paid,
        sum(case when is_current = 1 then paid_cents else 0 end) as paid_cents,
        sum(case when is_current = 1 then charge_cents else 0 end) as charge_cents,
        sum(case when is_current = 1 and paid_cents > 0 then units else 0 end) as paid_units,
        sum(case when is_current = 1 and is_refused = 0 and expected_cents is not null then 1 else 0 end) as compared,
        sum(case when is_current = 1 and is_refused = 0 and expected_cents is not null then expected_cents else 0 end) as expected_cents,
        sum(case when is_current = 1 and is_refused = 0 and expected_cents is not null then paid_cents + share_cents else 0 end)
            as allowed_cents,
        sum(case when is_current = 1 and is_refused = 0 and expected_cents > paid_cents + share_cents
            then expected_cents - paid_cents - share_cents else 0 end) as short_cents
    from line
    group by claim_id, payer_rank, code
)
