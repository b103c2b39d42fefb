-- Referrals that are neither booked nor lost, received on or before $1.
select
    r.public_id as id,
    r.patient_id,
    r.provider_id,
    r.received_on,
    (
        select max(m.on_day)
        from state_move m
        where m.thing_kind = 'referral' and m.thing_id = r.id and m.from_state = 'lost'
    ) as reopened_on,
    (
        select count(*)
        from activity a
        where a.referral_id = r.id and a.purpose = 'scheduling' and a.deleted_at is null
    ) as tries
from referral r
where r.deleted_at is null and r.state in ('received', 'attempting') and r.received_on <= $1
