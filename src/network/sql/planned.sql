-- The open steps with some providers, earliest first: planned, and nothing was done since. Ids of providers in the place of the mark.
select ap.provider_id, a.next_on, a.next_step, a.referral_id is not null as about_patient
from activity a
join activity_provider ap on ap.activity_id = a.id
where ap.provider_id in (/* providers */) and a.next_on is not null and a.deleted_at is null and a.purpose <> 'scheduling'
    and not exists (
        select 1 from activity b
        join activity_provider bp on bp.activity_id = b.id
        where bp.provider_id = ap.provider_id and b.id > a.id and b.kind <> 'note' and b.purpose <> 'scheduling' and b.deleted_at is null
    )
order by a.next_on, a.id
