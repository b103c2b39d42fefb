-- The measurements of an episode with the day of their visit and whether their note is signed. $1 episode.
select m.instrument, m.label, m.value_hundredths, v.visit_on, v.starts_at, n.state as note_state, m.position
from measure m
join note n on n.id = m.note_id
join visit v on v.id = n.visit_id
where m.episode_id = $1 and v.deleted_at is null
