-- How many visits of each coverage's approval were attended: those of its patient that the same payer is to pay for, on the days of
-- the approval. A visit that names no coverage has that of its episode.
select x.id as coverage_id, count(v.id) as used
from coverage x
join visit v on v.patient_id = x.patient_id and v.state = 'attended' and v.deleted_at is null
join episode e on e.id = v.episode_id
join coverage paid on paid.id = coalesce(v.coverage_id, e.coverage_id) and paid.payer_id = x.payer_id
where x.id in (/* coverages */) and (x.authorization_from is null or v.visit_on >= x.authorization_from)
    and (x.authorization_until is null or v.visit_on <= x.authorization_until)
group by x.id
