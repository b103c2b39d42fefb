-- What stands against a mail that is about to leave, in numbers of rows. $1 the mail, $2 its doctor, $3 its address, $4 today.
select
    (select count(*) from outbox_patient p where p.outbox_id = $1) as told,
    (
        select count(*)
        from restriction r
        where r.lifted_on is null
            and (r.provider_id is null or r.provider_id = $2)
            and r.patient_id in (select p.patient_id from outbox_patient p where p.outbox_id = $1)
    ) as restricted,
    (
        select count(*)
        from outbox_patient p
        join patient t on t.id = p.patient_id
        where p.outbox_id = $1 and t.part2_records and (t.part2_consent_on is null or t.part2_consent_until < $4)
    ) as unconsented,
    e.addresses,
    e.verified_on,
    e.opted_out,
    (select count(*) from misdirected m where m.to_address = $3 and m.closed_at is null) as frozen,
    (select count(*) from suppression s where s.address = $3 and s.stream = 'treatment' and s.lifted_at is null) as suppressed,
    (select count(*) from suppression s where s.address = $3 and s.stream = 'outreach' and s.lifted_at is null) as no_letters
from (
    select
        count(*) as addresses,
        max(a.verified_on) as verified_on,
        count(case when a.marketing_opt_out then 1 end) as opted_out
    from provider_email a
    where a.provider_id = $2 and a.address = $3 and a.deleted_at is null
) e
