-- Providers whose latest referral nobody thanked for [domain 2.15, THANK_YOU_LATE]. $1 and $2 the days of receipt that count.
-- Ids of providers in the place of the mark.
select distinct r.provider_id as id
from referral r
where r.provider_id in (/* providers */) and r.deleted_at is null and r.received_on between $1 and $2
    and not exists (
        select 1 from activity a
        left join activity_provider ap on ap.activity_id = a.id
        where a.purpose = 'thank_you' and a.deleted_at is null and a.on_day >= r.received_on
            and (a.referral_id = r.id or ap.provider_id = r.provider_id)
    )
    and not exists (
        select 1 from report t
        join episode e on e.id = t.episode_id
        where e.referral_id = r.id and t.kind = 'thank_you' and t.state = 'released' and t.deleted_at is null
    )
