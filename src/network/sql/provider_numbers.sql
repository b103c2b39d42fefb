-- How one relationship stands. $1 provider, $2 and $3 the twelve months, $4 and $5 the same months of the year before.
select
    (select count(*) from referral r where r.provider_id = $1 and r.deleted_at is null and r.received_on between $2 and $3) as referrals,
    (select count(*) from referral r where r.provider_id = $1 and r.deleted_at is null and r.received_on between $4 and $5) as referrals_before,
    (select count(*) from referral r where r.provider_id = $1 and r.deleted_at is null) as referrals_ever,
    (
        select count(*) from referral r
        where r.provider_id = $1 and r.deleted_at is null and r.received_on between $2 and $3 and r.converted_on is not null
    ) as converted,
    (
        select count(*) from visit v
        join episode s on s.id = v.episode_id
        join referral r on r.id = s.referral_id
        where r.provider_id = $1 and r.deleted_at is null and r.received_on between $2 and $3
            and v.state = 'attended' and v.deleted_at is null
    ) as visits,
    (select count(*) from referral r where r.provider_id = $1 and r.deleted_at is null and r.state not in ('lost', 'closed')) as active,
    (select max(r.received_on) from referral r where r.provider_id = $1 and r.deleted_at is null) as last_referral_on,
    (
        select count(*) from report t
        where t.provider_id = $1 and t.deleted_at is null and coalesce(t.span_to, t.period_on) between $2 and $3
            and exists (select 1 from outbox o where o.report_id = t.id and o.state in ('sent', 'delivered'))
    ) as reports_sent,
    (select count(*) from report t where t.provider_id = $1 and t.deleted_at is null and t.state in ('draft', 'signed')) as reports_waiting,
    cast((
        select coalesce(sum(c.written_off_cents), 0) from claim c
        join referral r on r.id = c.referral_id
        where r.provider_id = $1 and r.received_on between $2 and $3 and c.prescription_id is null and c.deleted_at is null
    ) as bigint) as uncovered_cents
