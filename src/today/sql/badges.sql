-- What waits, for the marks beside the navigation: referrals that nobody has booked, claims that need somebody.
select
    (select count(*) from referral where deleted_at is null and state in ('received', 'attempting')) as referrals,
    (select count(*) from claim where deleted_at is null and state in ('ready', 'rejected', 'denied')) as claims
