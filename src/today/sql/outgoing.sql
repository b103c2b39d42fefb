-- Mails on their way: how many, and when the first goes.
select count(*) as mails, min(next_at) as next_at
from outbox
where channel in ('email', 'link')
    and state in ('approved', 'claimed', 'body', 'retry_wait')
