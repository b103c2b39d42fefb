-- The latest activities with one provider. $1 provider.
select 'activity' as kind, a.on_day, a.kind as word, a.met as who, a.words as text, a.public_id, a.direct_cost_cents as cents, a.minutes as n
from activity a
join activity_provider ap on ap.activity_id = a.id
where ap.provider_id = $1 and a.deleted_at is null
order by a.on_day desc, a.id desc
limit 60
