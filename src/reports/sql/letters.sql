-- Reports to doctors, each with the state that people see: its own, or that of its latest mail.
select /* columns */
from (
  select r.id, r.kind, r.provider_id, r.period_on, r.therapist_id, e.referral_id,
         case when r.state <> 'released' then r.state
              else case (select o.state from outbox o where o.report_id = r.id and o.state <> 'cancelled' order by o.id desc limit 1)
                     when 'sent' then 'sent'
                     when 'delivered' then 'delivered'
                     when 'bounced' then 'bounced'
                     when 'complained' then 'bounced'
                     when 'failed' then 'failed'
                     when 'expired' then 'failed'
                     when 'abandoned' then 'failed'
                     else 'queued'
                   end
         end as shown
  from report r
  left join episode e on e.id = r.episode_id
  where r.deleted_at is null
) letters
where 1 = 1
