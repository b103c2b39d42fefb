-- How many reports to some providers wait for approval. Ids of providers in the place of the mark.
select provider_id, count(*) as reports
from report
where provider_id in (/* providers */) and state in ('draft', 'signed') and deleted_at is null
group by provider_id
