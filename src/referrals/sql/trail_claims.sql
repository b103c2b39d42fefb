-- The claims of an episode with what they stand at; a draft has a total and no charge yet. $1 episode.
select c.visit_id, c.public_id, c.number, c.state, y.name as payer, c.first_sent_on,
       c.charge_cents, c.insurer_cents, c.patient_cents, c.contractual_cents, c.written_off_cents,
       cast(coalesce(d.total_cents, 0) as bigint) as draft_cents
from claim c
join payer y on y.id = c.payer_id
left join claim_version d on d.id = c.draft_version_id and c.sent_version_id is null
where c.episode_id = $1 and c.deleted_at is null and c.state <> 'voided'
order by c.part, c.id
