-- Batches that nobody answered: no 999 came for those made before $1 (state sent), no word about any claim for those made before $2.
select
    b.public_id as id,
    b.reference,
    p.name as partner,
    b.sent_on,
    b.claims,
    b.total_cents,
    b.state
from claim_batch b
join partner p on p.id = b.partner_id
where b.created_at < $1 and b.state = 'sent'
    or b.created_at < $2 and b.state = 'read' and not exists (
        select 1
        from transmission t
        join transmission_answer a on a.transmission_id = t.id
        where t.claim_batch_id = b.id and a.kind not in ('read', 'warned', 'not_found')
    )
    and exists (
        select 1
        from transmission t
        join claim c on c.id = t.claim_id
        where t.claim_batch_id = b.id and c.state = 'submitted'
    )
order by b.id desc
limit 50
