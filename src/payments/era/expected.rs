//! What the payer's own sheet of the day makes one expect for a line, as the list of underpayments reckons it. Pure.

use super::placing::OurLine;
use crate::entity::rule_sheet::Model as Sheet;
use crate::entity::rule_sheet_code::Model as Code;
use crate::payers::asks::expected_allowed;

/// The sheets of one payer, the newest first, and what they say of codes.
#[derive(Clone, Debug, Default)]
pub struct Sheets {
    pub sheets: Vec<Sheet>,
    pub codes: Vec<Code>,
}

impl Sheets {
    fn on(&self, line: &OurLine) -> Option<&Sheet> {
        self.sheets.iter().find(|s| s.effective_on <= line.service_on)
    }

    /// Never more than was charged, and nothing where the sheet is silent or refuses the code.
    pub fn expected_cents(&self, line: &OurLine) -> Option<i64> {
        let sheet = self.on(line)?;
        let code = self.codes.iter().find(|c| c.rule_sheet_id == sheet.id && c.code == line.code && c.accepted != Some(false))?;
        expected_allowed(code.allowed_cents, code.accepted, line.units).map(|cents| cents.min(line.charge_cents))
    }

    /// The payer's most for a day, whatever was done.
    pub fn most_cents(&self, line: &OurLine) -> Option<i64> {
        self.on(line)?.daily_max_cents
    }
}
