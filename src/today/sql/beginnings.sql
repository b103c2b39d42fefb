-- What a new practice has done so far, 1 or 0 each; and whether it is past its beginning.
select
    cast(case when (select count(*) from (select 1 from referral where deleted_at is null limit 5) first_five) = 5 then 1 else 0 end as bigint)
        as is_settled,
    cast(case when exists (select 1 from provider where deleted_at is null) then 1 else 0 end as bigint) as has_provider,
    cast(case when exists (select 1 from rule_sheet) then 1 else 0 end as bigint) as has_rules,
    cast(case when exists (select 1 from fee) then 1 else 0 end as bigint) as has_fees,
    cast(case when exists (select 1 from referral where deleted_at is null) then 1 else 0 end as bigint) as has_referral,
    cast(case when exists (select 1 from outbox) then 1 else 0 end as bigint) as has_report
