-- Courses of treatment that are still going and of which something may be due: an order that runs out or lacks something,
-- or a report. The rules themselves are asked of their orders and visits; this leaves out who surely needs nothing.
-- $1 today, $2 the last day that is soon, $3 the day from which a first visit is long ago, $4 the end of that day.
-- Ids of payers that ask for reports stand in place of the mark.
with going as (
    select
        s.id as episode_id,
        s.patient_id,
        s.therapist_id,
        r.public_id as referral_id,
        coalesce(p.merged_into_id, r.provider_id) as provider_id,
        case when p.report_frequency = 'standard' then 1 else 0 end as is_reported,
        k.payer_id,
        (select count(*) from visit v where v.episode_id = s.id and v.state = 'attended' and v.deleted_at is null) as attended,
        (select min(v.visit_on) from visit v where v.episode_id = s.id and v.state = 'attended' and v.deleted_at is null) as first_on,
        (
            select max(o.sent_at)
            from report t
            join outbox o on o.report_id = t.id
            where t.episode_id = s.id and t.deleted_at is null and t.kind not in ('lost_referral_note', 'thank_you') and o.state in ('sent', 'delivered', 'complained')
                and o.id = (select max(x.id) from outbox x where x.report_id = t.id and x.state <> 'cancelled')
        ) as reported_at
    from episode s
    join referral r on r.id = s.referral_id
    left join provider p on p.id = r.provider_id
    left join coverage k on k.id = s.coverage_id
    where s.discharged_on is null and r.deleted_at is null and r.state not in ('closed', 'lost')
),
standing as (
    select
        episode_id,
        visits_authorized,
        valid_to,
        valid_days_after_first,
        superseded_on,
        case when signed_on is null or visits_authorized is null or cast(diagnoses as text) = '[]' then 1 else 0 end as incomplete
    from prescription
    where cancelled_on is null
)
select episode_id, patient_id, therapist_id, referral_id, provider_id, is_reported, payer_id, reported_at
from going
where (
    exists (select 1 from standing o where o.episode_id = going.episode_id)
    and (
        (
            select coalesce(sum(o.visits_authorized), 0)
            from standing o
            where o.episode_id = going.episode_id and o.incomplete = 0
                and (o.valid_to is null or o.valid_to >= $1) and (o.superseded_on is null or o.superseded_on > $1)
        ) - attended <= 2
        or not exists (
            select 1
            from standing o
            where o.episode_id = going.episode_id and o.incomplete = 0 and o.superseded_on is null
                and (o.valid_to is null or o.valid_to > $2)
        )
        or exists (
            select 1
            from standing o
            where o.episode_id = going.episode_id and (o.incomplete = 1 or o.valid_days_after_first is not null)
        )
    )
)
or (
    attended > 0
    and (
        payer_id in (/* payers */)
        or is_reported = 1 and (reported_at is null and first_on <= $3 or reported_at < $4)
    )
)
