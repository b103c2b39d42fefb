-- The reports about an episode, last first, with the state of their latest mail. $1 episode.
select r.public_id, r.reference, r.kind, r.version_no,
       case when o.id is null then r.state else o.state end as state, o.sent_at, r.span_to
from report r
left join outbox o on o.id = (select max(b.id) from outbox b where b.report_id = r.id and b.state <> 'cancelled')
where r.episode_id = $1 and r.deleted_at is null
order by r.id desc
