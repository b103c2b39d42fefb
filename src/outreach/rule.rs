//! The alerts of the domain brief (2.15) that the data can raise, and whose they are. With them the three lists that
//! wait for a decision anyway: what came back, and what waits for an approval.

use crate::auth::role::{Role, Thing};

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
        /// Not in the table of 2.15: with a signed order on file Medicare asks that the plan goes to the doctor within thirty days.
        PlanDue = "plan_due", "Plan to send";
        RxUnsigned = "rx_unsigned", "Order incomplete";
        ReferralUnscheduled = "referral_unscheduled", "Not booked yet";
        ThankYouLate = "thank_you_late", "No thank-you yet";
        NoteMissing = "note_missing", "Note to sign";
        ClaimUnbilled = "claim_unbilled", "Not billed";
        ClaimNoAck = "claim_no_ack", "No answer";
        ClaimStale = "claim_stale", "No decision";
        TimelyFiling = "timely_filing", "Filing deadline";
        TimelyFilingMissed = "timely_filing_missed", "Filing deadline passed";
        AppealDue = "appeal_due", "Appeal deadline";
        ReferrerSilent = "referrer_silent", "Gone quiet";
        BenefitLow = "benefit_low", "Benefit nearly used";
        PayerRuleStale = "payer_rule_stale", "Rules not checked";
        NpiDeactivated = "npi_deactivated", "NPI deactivated";
        EmailFailed = "email_bounced", "Not delivered";
        /// A report went to somebody else, and nobody has decided yet what that comes to.
        WrongRecipient = "wrong_recipient", "Sent to the wrong person";
        /// A doctor answered a renewal request at its link, and nobody has checked the answer yet.
        RenewalAnswered = "renewal_answered", "Renewal answered";
        /// Not in the table of 2.15: a claim that never reached adjudication, until it is fixed.
        ClaimRejected = "claim_rejected", "Rejected";
        /// A denial that nobody has answered, also before its deadline is near.
        DenialOpen = "denial_open", "Denied";
        /// A report that waits for its signature or its release.
        ReportToApprove = "report_to_approve", "To approve";
    }
}

crate::words! {
    /// What a person did with an alert.
    pub enum AlertAction {
        Snooze = "snooze", "Later";
        Done = "done", "Done";
    }
}

crate::words! {
    /// What Today shows together, in this order: money that stopped first, habits last.
    pub enum Group {
        CameBack = "came_back", "Claims came back";
        Deadlines = "deadlines", "Filing deadlines";
        ToApprove = "to_approve", "Reports ready for your approval";
        Undelivered = "undelivered", "Reports that did not arrive";
        RunningOut = "running_out", "Prescriptions running out";
        Notes = "notes", "Notes to sign";
        Referrals = "referrals", "Referrals not booked";
        Orders = "orders", "Orders to complete";
        ReportsDue = "reports_due", "Reports due";
        Unbilled = "unbilled", "Visits not billed";
        Unanswered = "unanswered", "Payers that do not answer";
        Thanks = "thanks", "Thank-yous to say";
        Benefits = "benefits", "Benefits nearly used";
        Quiet = "quiet", "Gone quiet";
        Rules = "rules", "Payers' rules to check";
        Registry = "registry", "NPIs to look at";
    }
}

impl Rule {
    /// Who is to act on it [domain 2.15]. The owner of the practice sees all.
    pub fn owner(self) -> Role {
        use Rule::*;
        match self {
            RxExpiring | VisitsLow | RenewalReportDue | ReportOverdue | PayerReportDue | PlanDue | NoteMissing | ReportToApprove => {
                Role::Therapist
            }
            RxExpired | RxExhausted | RxUnsigned | ReferralUnscheduled | ThankYouLate | BenefitLow | NpiDeactivated | EmailFailed
            | RenewalAnswered => Role::FrontDesk,
            ClaimUnbilled | ClaimNoAck | ClaimStale | TimelyFiling | TimelyFilingMissed | AppealDue | PayerRuleStale | ClaimRejected
            | DenialOpen => Role::Biller,
            ReferrerSilent | WrongRecipient => Role::Owner,
        }
    }

    /// The right without which it does not exist for somebody.
    pub fn thing(self) -> Thing {
        use Rule::*;
        match self {
            RxExpiring | RxExpired | VisitsLow | RxExhausted | RxUnsigned | ReferralUnscheduled | ThankYouLate | RenewalAnswered => {
                Thing::Referrals
            }
            RenewalReportDue | ReportOverdue | PayerReportDue | PlanDue | EmailFailed | WrongRecipient | ReportToApprove => Thing::Reports,
            NoteMissing => Thing::Notes,
            ClaimUnbilled | ClaimNoAck | ClaimStale | TimelyFiling | TimelyFilingMissed | AppealDue | ClaimRejected | DenialOpen => {
                Thing::Claims
            }
            ReferrerSilent | NpiDeactivated => Thing::Network,
            BenefitLow => Thing::Patients,
            PayerRuleStale => Thing::PayerRules,
        }
    }

    /// What it is about. With the rule and the occurrence, the thing's id names one alert.
    pub fn subject(self) -> &'static str {
        use Rule::*;
        match self {
            RxExpiring | RxExpired | VisitsLow | RxExhausted | RxUnsigned | RenewalReportDue => "prescription",
            ReferralUnscheduled | ThankYouLate | ReportOverdue | PayerReportDue | PlanDue => "referral",
            NoteMissing | ClaimUnbilled => "visit",
            ClaimNoAck | ClaimStale | TimelyFiling | TimelyFilingMissed | ClaimRejected => "claim",
            AppealDue | DenialOpen => "denial",
            ReferrerSilent | NpiDeactivated => "provider",
            BenefitLow => "coverage",
            PayerRuleStale => "payer",
            EmailFailed | ReportToApprove => "report",
            WrongRecipient => "wrong_recipient",
            RenewalAnswered => "sign_back",
        }
    }

    pub fn group(self) -> Group {
        use Rule::*;
        match self {
            ClaimRejected | DenialOpen | AppealDue => Group::CameBack,
            TimelyFiling | TimelyFilingMissed => Group::Deadlines,
            ReportToApprove => Group::ToApprove,
            EmailFailed | WrongRecipient => Group::Undelivered,
            RxExpiring | RxExpired | VisitsLow | RxExhausted => Group::RunningOut,
            NoteMissing => Group::Notes,
            ReferralUnscheduled => Group::Referrals,
            RxUnsigned | RenewalAnswered => Group::Orders,
            RenewalReportDue | ReportOverdue | PayerReportDue | PlanDue => Group::ReportsDue,
            ClaimUnbilled => Group::Unbilled,
            ClaimNoAck | ClaimStale => Group::Unanswered,
            ThankYouLate => Group::Thanks,
            BenefitLow => Group::Benefits,
            ReferrerSilent => Group::Quiet,
            PayerRuleStale => Group::Rules,
            NpiDeactivated => Group::Registry,
        }
    }
}
