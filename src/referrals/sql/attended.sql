-- The attended visits of some episodes, each with the days for which its payer takes an order.
-- The episodes stand in place of the mark below, as the value $1.
select v.id, v.episode_id, v.visit_on, v.starts_at,
       (select s.rx_valid_days from rule_sheet s
        where s.payer_id = c.payer_id and s.replaced_at is null and s.effective_on <= v.visit_on
        order by s.effective_on desc limit 1) as rx_valid_days
from visit v
join episode e on e.id = v.episode_id
left join coverage c on c.id = coalesce(v.coverage_id, e.coverage_id)
where v.state = 'attended' and v.deleted_at is null and v.episode_id in (/* episodes */)
