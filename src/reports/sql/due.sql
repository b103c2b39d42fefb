-- Referrals of which a letter to a doctor may be due: those in care, new ones, and those that ended lately. $1 the first day that counts
-- as lately. The doctor is who sent the patient, else who ordered.
with standing as (
    select
        r.id,
        r.public_id,
        r.number,
        r.patient_id,
        r.state,
        r.lost_reason,
        r.received_on,
        r.provider_id as sender_id,
        coalesce(r.provider_id, r.ordering_provider_id) as provider_id,
        (select max(m.on_day) from state_move m where m.thing_kind = 'referral' and m.thing_id = r.id) as since_on,
        case when exists (
            select 1 from activity a where a.referral_id = r.id and a.purpose = 'thank_you' and a.deleted_at is null
        ) or exists (
            select 1
            from activity_provider ap
            join activity a on a.id = ap.activity_id
            where ap.provider_id = r.provider_id and a.purpose = 'thank_you' and a.referral_id is null
                and a.on_day >= r.received_on and a.deleted_at is null
        ) then 1 else 0 end as is_thanked
    from referral r
    where r.deleted_at is null
)
select
    s.id, s.public_id, s.number, s.patient_id, s.state, s.lost_reason, s.received_on, s.sender_id, s.provider_id, s.since_on, s.is_thanked,
    e.id as episode_id,
    p.report_frequency as wants,
    p.stage,
    k.payer_id
from standing s
join episode e on e.referral_id = s.id
join provider p on p.id = s.provider_id
left join coverage k on k.id = e.coverage_id
where s.state = 'converted'
    or (s.state in ('received', 'attempting', 'scheduled') and s.received_on >= $1)
    or (s.state in ('closed', 'lost') and s.since_on >= $1)
order by s.id
