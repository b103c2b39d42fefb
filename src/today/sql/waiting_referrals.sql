-- What waits, for the mark beside the navigation: referrals that nobody has booked.
select count(*) as referrals from referral where deleted_at is null and state in ('received', 'attempting')
