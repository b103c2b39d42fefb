-- Whether a fax number is a doctor's own, or one of an office where they work now. $1 the doctor, $2 the number.
select count(*) as n from provider_phone where provider_id = $1 and e164 = $2 and is_fax and deleted_at is null
union all
select count(*)
from affiliation a
join organization o on o.id = a.organization_id
where a.provider_id = $1 and a.deleted_at is null and a.to_on is null and o.fax = $2
