-- Why less was paid: in how many claims a reason of denial or reduction was ever said. Once for the claim (no code), once for each treatment.
select m.payer_id, m.kind, null as code, e.group_code, e.reason_code, count(distinct d.claim_id) as claims
from decided d
join money_event e on e.decision_id = d.id and e.kind = 'adjustment'
join matter m on m.claim_id = d.claim_id and m.payer_rank = d.payer_rank
where e.class in ('denied', 'reduced') or e.class = 'patient' and e.reason_code not in ('1', '2', '3')
group by m.payer_id, m.kind, e.group_code, e.reason_code
union all
select m.payer_id, m.kind, x.code, e.group_code, e.reason_code, count(distinct d.claim_id)
from decided d
join money_event e on e.decision_id = d.id and e.kind = 'adjustment'
join matter m on m.claim_id = d.claim_id and m.payer_rank = d.payer_rank
left join only_line o on o.claim_version_id = d.claim_version_id
join claim_line x on x.id = coalesce(e.claim_line_id, o.line_id)
where e.class in ('denied', 'reduced') or e.class = 'patient' and e.reason_code not in ('1', '2', '3')
group by m.payer_id, m.kind, x.code, e.group_code, e.reason_code
