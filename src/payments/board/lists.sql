-- The claims that are not done, with every work list they stand on and the dollars that the list is about.
-- $1 the day before which a visit is long ago. A therapist's own patients take the place of the mark.
with c as (
    select
        claim.id,
        claim.state,
        claim.blocks,
        claim.service_on,
        claim.deadline_on,
        claim.first_sent_on,
        coalesce(v.total_cents, 0) as draft_cents,
        claim.charge_cents - claim.insurer_cents - claim.patient_cents - claim.contractual_cents - claim.written_off_cents as left_cents,
        claim.written_off_cents,
        claim.patient_share_cents - claim.patient_cents as share_cents,
        coverage.kind not in ('workers_comp', 'va_ccn') and coalesce((
            select s.patient_may_be_billed
            from rule_sheet s
            where s.payer_id = claim.payer_id and s.replaced_at is null and s.effective_on <= claim.service_on
            order by s.effective_on desc
            limit 1
        ), true) as patient_may_be_billed,
        (select min(d.appeal_by) from denial d where d.claim_id = claim.id and d.state = 'open') as appeal_by,
        exists (select 1 from denial d where d.claim_id = claim.id and d.state = 'open') as is_refused,
        exists (select 1 from denial d where d.claim_id = claim.id and d.state = 'appealed') as is_appealed
    from claim
    join coverage on coverage.id = claim.coverage_id
    left join claim_version v on v.id = claim.draft_version_id
    where claim.deleted_at is null
        and claim.voided_on is null
        and claim.state in (
            'draft', 'ready', 'submitted', 'acknowledged', 'accepted', 'pended', 'rejected', 'denied', 'appealed', 'reversed', 'partially_paid'
        )
        /* own */
),
open_claim as (
    select
        c.*,
        state in ('submitted', 'acknowledged', 'accepted', 'pended', 'appealed', 'reversed')
            or state = 'partially_paid' and is_appealed and not is_refused as is_away,
        left_cents > 0 or written_off_cents = 0 as is_open,
        case when first_sent_on is null then draft_cents else 0 end as new_cents,
        case
            when not patient_may_be_billed or share_cents <= 0 or left_cents <= 0 then 0
            when share_cents < left_cents then share_cents
            else left_cents
        end as owed_cents
    from c
),
listed as (
    select 'ready' as list, 1 as place, id, draft_cents as cents, new_cents as unbilled_cents, coalesce(deadline_on, service_on) as by_day
    from open_claim where state = 'ready'
    union all
    select 'complete', 2, id, draft_cents, new_cents, coalesce(deadline_on, service_on)
    from open_claim where state = 'draft' and blocks = 0
    union all
    select 'rejected', 3, id, left_cents, 0, coalesce(deadline_on, service_on)
    from open_claim where state = 'rejected' and is_open
    union all
    select 'denied', 4, id, left_cents, 0, appeal_by
    from open_claim where left_cents > 0 and (state = 'denied' or state = 'partially_paid' and is_refused)
    union all
    select 'not_ready', 5, id, draft_cents, new_cents, coalesce(deadline_on, service_on)
    from open_claim where state = 'draft' and blocks > 0
    union all
    select 'sent', 6, id, left_cents, 0, first_sent_on
    from open_claim where is_away and is_open
    union all
    select 'late', 7, id, left_cents, 0, service_on
    from open_claim where is_away and is_open and service_on < $1
    union all
    select 'underpaid', 8, id, left_cents - owed_cents, 0, service_on
    from open_claim where state = 'partially_paid' and not is_refused and not is_appealed and left_cents > owed_cents
    union all
    select 'patients', 9, id, owed_cents, 0, service_on
    from open_claim where state in ('partially_paid', 'denied') and owed_cents > 0
)
