//! The alerts of the domain brief (2.15) that the data can raise, and whose they are.

crate::words! {
    /// A rule: why something needs a decision.
    pub enum Rule {
        RxExpiring = "rx_expiring", "Order ends soon";
        RxExpired = "rx_expired", "Order has ended";
        VisitsLow = "visits_low", "Few visits left";
        RxExhausted = "rx_exhausted", "No visits left";
        RenewalReportDue = "renewal_report_due", "Renewal report due";
        ReportOverdue = "report_overdue", "Report overdue";
        PayerReportDue = "payer_report_due", "The payer asks for a report";
        RxUnsigned = "rx_unsigned", "Order incomplete";
        ReferralUnscheduled = "referral_unscheduled", "Not booked yet";
        ThankYouLate = "thank_you_late", "No thank-you yet";
        NoteMissing = "note_missing", "Note to sign";
        ClaimUnbilled = "claim_unbilled", "Not billed";
        ClaimNoAck = "claim_no_ack", "No answer to a sent claim";
        ClaimStale = "claim_stale", "No decision";
        TimelyFiling = "timely_filing", "Filing deadline";
        TimelyFilingMissed = "timely_filing_missed", "Filing deadline passed";
        AppealDue = "appeal_due", "Appeal deadline";
        ReferrerSilent = "referrer_silent", "Gone quiet";
        BenefitLow = "benefit_low", "Benefit nearly used";
        PayerRuleStale = "payer_rule_stale", "Payer's sheet is old";
        NpiDeactivated = "npi_deactivated", "NPI deactivated";
        EmailFailed = "email_bounced", "Report not delivered";
    }
}

crate::words! {
    /// What a person did with an alert.
    pub enum AlertAction {
        Snooze = "snooze", "Later";
        Done = "done", "Done";
    }
}
