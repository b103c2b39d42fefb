-- The main offices of some providers now. Their ids stand in the place of the mark.
select a.provider_id, o.name
from affiliation a
join organization o on o.id = a.organization_id
where a.deleted_at is null and a.to_on is null and o.deleted_at is null and a.provider_id in (/* providers */)
order by a.is_primary, a.id desc
