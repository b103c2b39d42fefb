-- The next day after $1 on which somebody is booked, and how many; of everybody or of one therapist ($2; 0 is everybody).
select visit_on, count(*) as visits
from visit
where state = 'booked' and visit_on > $1 and deleted_at is null and ($2 = 0 or therapist_id = $2)
group by visit_on
order by visit_on
limit 1
