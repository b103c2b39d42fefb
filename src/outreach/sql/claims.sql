-- Claims that need somebody: rejected; near or past their filing deadline (on or before $1); sent electronically on or before $2
-- and not answered, or not found there; taken in by the payer on or before $3 and not decided. With their last sending and what
-- was answered to it. That a file could be read (999), or that somebody does not find the claim, is no answer.
select
    c.public_id as id,
    c.state,
    c.patient_id,
    c.payer_id,
    c.service_on,
    c.deadline_on,
    case when c.first_decided_on is null then 0 else 1 end as was_decided,
    case
        when c.sent_version_id is null then coalesce(w.total_cents, 0)
        else c.charge_cents - c.insurer_cents - c.patient_cents - c.contractual_cents - c.written_off_cents
    end as money_cents,
    v.therapist_id,
    t.n,
    t.sent_on,
    t.channel,
    (
        select count(*)
        from transmission_answer a
        where a.transmission_id = t.id and a.kind not in ('read', 'warned', 'not_found')
    ) as answers,
    (select max(a.on_day) from transmission_answer a where a.transmission_id = t.id and a.kind = 'not_found') as lost_on,
    (
        select min(a.on_day)
        from transmission_answer a
        where a.transmission_id = t.id and a.kind in ('accepted', 'pended')
    ) as taken_in_on,
    (select max(a.on_day) from transmission_answer a where a.transmission_id = t.id and a.kind = 'rejected') as rejected_on,
    (
        select a.words
        from transmission_answer a
        where a.transmission_id = t.id and a.kind = 'rejected'
        order by a.on_day desc, a.id desc
        limit 1
    ) as said
from claim c
left join visit v on v.id = c.visit_id
left join claim_version w on w.id = c.draft_version_id
left join transmission t on t.claim_id = c.id and t.n = (select max(x.n) from transmission x where x.claim_id = c.id and x.payer_rank = 1)
where c.deleted_at is null and c.state in ('draft', 'ready', 'submitted', 'acknowledged', 'rejected', 'accepted', 'pended')
    and (
        c.state = 'rejected'
        or c.state in ('draft', 'ready', 'submitted', 'acknowledged') and c.first_decided_on is null and c.deadline_on <= $1
        or c.state = 'submitted' and t.channel = '837p' and (
            exists (select 1 from transmission_answer a where a.transmission_id = t.id and a.kind = 'not_found')
            or t.sent_on <= $2 and not exists (
                select 1
                from transmission_answer a
                where a.transmission_id = t.id and a.kind not in ('read', 'warned', 'not_found')
            )
        )
        or c.state in ('accepted', 'pended') and exists (
            select 1
            from transmission_answer a
            where a.transmission_id = t.id and a.kind in ('accepted', 'pended') and a.on_day <= $3
        )
    )
