-- What stands in the way of reports that wait, at a glance. $1 today. What a person prints and sends, or what tells
-- about nobody, needs no address that was checked.
-- Visits that a patient pays alone within an insured episode are no part of a report.
select r.id,
       (select count(*)
          from visit v
          join episode e on e.id = v.episode_id
          left join coverage own on own.id = v.coverage_id
          left join coverage of_episode on of_episode.id = e.coverage_id
         where v.episode_id = r.episode_id and r.state = 'draft' and r.copy_of_id is null and r.kind not in ('lost_referral_note', 'thank_you') and v.deleted_at is null and v.state = 'attended' and v.visit_on <= coalesce(r.span_to, $1)
           and not (coalesce(own.kind, '') = 'cash' and coalesce(of_episode.kind, '') <> 'cash')
           and not exists (select 1 from note n where n.visit_id = v.id and n.signed_at is not null)) as unsigned_notes,
       case when p.preferred_channel in ('fax', 'mail') or r.kind = 'introduction' then 1
            else (select count(*) from provider_email a where a.provider_id = r.provider_id and a.deleted_at is null and a.verified_on is not null)
       end as addresses,
       (select count(*)
          from restriction x
         where x.patient_id = r.patient_id and x.lifted_on is null and (x.provider_id is null or x.provider_id = r.provider_id)) as restrictions
from report r
join provider p on p.id = r.provider_id
where r.state in ('draft', 'signed') and r.deleted_at is null
