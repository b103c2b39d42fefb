-- One row a visit of an episode: with whom, how its note stands, what was paid for it at the desk. $1 episode.
select v.id, v.public_id, v.visit_on, v.starts_at, v.state, v.charge_cents, v.discount_cents,
       t.first_name, t.last_name, t.credential,
       n.state as note_state, n.author_user_id,
       cast(coalesce((select sum(e.amount_cents) from money_event e where e.visit_id = v.id and e.claim_id is null), 0) as bigint) as desk_cents
from visit v
join therapist t on t.id = v.therapist_id
left join note n on n.visit_id = v.id
where v.episode_id = $1 and v.deleted_at is null
