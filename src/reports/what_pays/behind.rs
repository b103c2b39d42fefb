//! What stands behind a number of What pays. Pure: which column a number is, and of what it is the sum.

use crate::reports::kpi::Tally;

crate::words! {
    /// A number of the table.
    pub enum Of {
        Referrals = "referrals", "Referrals";
        Converted = "converted", "Converted";
        Visits = "visits", "Visits";
        Claims = "claims", "Claims";
        Charges = "charges", "Charges";
        Insurer = "insurer", "Paid by insurers";
        Patient = "patient", "Paid by patients";
        Net = "net", "Net collected";
        Contractual = "contractual", "Contractual";
        WrittenOff = "written_off", "Written off";
        Outstanding = "outstanding", "Outstanding";
        Adjudicated = "adjudicated", "Decided";
        EverDenied = "ever_denied", "Ever denied";
        NowDenied = "now_denied", "Now denied";
    }
}

/// The tables that a number is summed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Referrals,
    Claims,
    Visits,
    Loose,
}

impl Of {
    /// What the number adds up. All four give the same columns, so a sum is the same expression over each.
    pub fn tables(self) -> &'static [Table] {
        match self {
            Self::Referrals | Self::Converted => &[Table::Referrals],
            Self::Visits => &[Table::Visits],
            Self::Claims | Self::Contractual | Self::WrittenOff | Self::Adjudicated | Self::EverDenied | Self::NowDenied => {
                &[Table::Claims]
            }
            Self::Charges => &[Table::Claims, Table::Visits],
            Self::Insurer => &[Table::Claims, Table::Loose],
            Self::Patient | Self::Net | Self::Outstanding => &[Table::Claims, Table::Visits, Table::Loose],
        }
    }

    /// The number of one row, in the columns of the queries.
    pub fn expression(self) -> &'static str {
        match self {
            Self::Referrals => "referrals",
            Self::Converted => "converted",
            Self::Visits => "visits",
            Self::Claims => "claims",
            Self::Charges => "charges_cents",
            Self::Insurer => "insurer_cents",
            Self::Patient => "patient_cents",
            Self::Net => "insurer_cents + patient_cents",
            Self::Contractual => "contractual_cents",
            Self::WrittenOff => "written_off_cents",
            Self::Outstanding => "charges_cents - insurer_cents - patient_cents - contractual_cents - written_off_cents",
            Self::Adjudicated => "adjudicated",
            Self::EverDenied => "ever_denied",
            Self::NowDenied => "now_denied",
        }
    }

    /// The same number of a row that is summed from its events.
    pub fn of(self, tally: &Tally) -> i64 {
        match self {
            Self::Referrals => tally.referrals,
            Self::Converted => tally.converted,
            Self::Visits => tally.visits,
            Self::Claims => tally.claims,
            Self::Charges => tally.charges_cents,
            Self::Insurer => tally.insurer_cents,
            Self::Patient => tally.patient_cents,
            Self::Net => tally.net_cents(),
            Self::Contractual => tally.contractual_cents,
            Self::WrittenOff => tally.written_off_cents,
            Self::Outstanding => tally.outstanding_cents(),
            Self::Adjudicated => tally.adjudicated,
            Self::EverDenied => tally.ever_denied,
            Self::NowDenied => tally.now_denied,
        }
    }

    pub fn is_money(self) -> bool {
        !matches!(
            self,
            Self::Referrals | Self::Converted | Self::Visits | Self::Claims | Self::Adjudicated | Self::EverDenied | Self::NowDenied
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_the_same_by_sql_and_by_events() {
        let tally = Tally {
            referrals: 1,
            converted: 2,
            visits: 3,
            claims: 4,
            charges_cents: 5_000,
            insurer_cents: 600,
            patient_cents: 70,
            contractual_cents: 80,
            written_off_cents: 90,
            adjudicated: 10,
            ever_denied: 11,
            now_denied: 12,
            ..Default::default()
        };
        let column = |name: &str| match name {
            "referrals" => tally.referrals,
            "converted" => tally.converted,
            "visits" => tally.visits,
            "claims" => tally.claims,
            "charges_cents" => tally.charges_cents,
            "insurer_cents" => tally.insurer_cents,
            "patient_cents" => tally.patient_cents,
            "contractual_cents" => tally.contractual_cents,
            "written_off_cents" => tally.written_off_cents,
            "adjudicated" => tally.adjudicated,
            "ever_denied" => tally.ever_denied,
            "now_denied" => tally.now_denied,
            other => panic!("no column {other}"),
        };
        for of in Of::ALL {
            let mut sum = 0;
            let mut sign = 1;
            for word in of.expression().split(' ') {
                match word {
                    "+" => sign = 1,
                    "-" => sign = -1,
                    name => sum += sign * column(name),
                }
            }
            assert_eq!(sum, of.of(&tally), "{of}");
        }
    }
}
