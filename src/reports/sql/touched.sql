-- Claims to which something happened after a day, so that their sums of today are not those of that day. $1 the day.
select claim_id as id from transmission where sent_on > $1
union
select claim_id from decision where posted_on > $1
union
select claim_id from decision where taken_back_on > $1
union
select claim_id from money_event where posted_on > $1 and claim_id is not null
union
select c.id
from money_event e
join claim c on c.visit_id = e.visit_id and c.part = 1 and c.deleted_at is null
where e.posted_on > $1 and e.claim_id is null
union
select id from claim where voided_on > $1
