-- Lines that a payer allowed less for than its sheet of the day says: its money and the patient's share against units times the
-- allowed amount, never more than the charge, and nothing where the payer's most for a day was reached. Of each claim the decision of the first payer that stands; a refused line is a
-- denial and no low price. Newest visit first.
with standing as (
    select d.id, d.claim_id, d.claim_version_id, d.posted_on,
        row_number() over (partition by d.claim_id order by d.id desc) as n
    from decision d
    where d.payer_rank = 1 and d.taken_back_on is null and d.outcome in ('paid', 'partially_paid')
        and not exists (select 1 from decision r where r.reverses_id = d.id and r.taken_back_on is null)
),
only_line as (
    select claim_version_id, min(id) as line_id
    from claim_line
    group by claim_version_id
    having count(*) = 1
),
said as (
    select s.claim_id, s.posted_on, coalesce(e.claim_line_id, o.line_id) as line_id,
        sum(case when e.kind = 'insurer_payment' then e.amount_cents else 0 end) as paid_cents,
        sum(case when e.class = 'patient' then e.amount_cents else 0 end) as share_cents
    from standing s
    join money_event e on e.decision_id = s.id and e.kind in ('insurer_payment', 'adjustment')
    left join only_line o on o.claim_version_id = s.claim_version_id
    where s.n = 1 and coalesce(e.claim_line_id, o.line_id) is not null
    group by s.claim_id, s.posted_on, coalesce(e.claim_line_id, o.line_id)
),
priced as (
    select said.*, x.n, x.code, x.units, x.charge_cents, x.service_on, c.payer_id,
        sum(said.paid_cents + said.share_cents) over (partition by said.claim_id) as day_cents,
        (
            select r.daily_max_cents
            from rule_sheet r
            where r.payer_id = c.payer_id and r.replaced_at is null and r.effective_on <= x.service_on
            order by r.effective_on desc
            limit 1
        ) as most_cents,
        (
            select case when x.units * k.allowed_cents < x.charge_cents then x.units * k.allowed_cents else x.charge_cents end
            from rule_sheet_code k
            where k.code = x.code and k.allowed_cents is not null and (k.accepted is null or k.accepted) and k.rule_sheet_id = (
                select r.id
                from rule_sheet r
                where r.payer_id = c.payer_id and r.replaced_at is null and r.effective_on <= x.service_on
                order by r.effective_on desc
                limit 1
            )
        ) as expected_cents
    from said
    join claim_line x on x.id = said.line_id
    join claim c on c.id = said.claim_id
    where c.deleted_at is null and c.voided_on is null
)
select
    p.claim_id, p.payer_id, p.n, p.code, p.units, p.charge_cents, p.service_on, p.posted_on,
    cast(p.paid_cents as bigint) as paid_cents,
    cast(p.share_cents as bigint) as share_cents,
    cast(p.expected_cents as bigint) as expected_cents
from priced p
where p.paid_cents + p.share_cents > 0 and p.expected_cents > p.paid_cents + p.share_cents
    and (p.most_cents is null or p.day_cents < p.most_cents)
order by p.service_on desc, p.claim_id desc, p.n
