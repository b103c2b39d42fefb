//! Where each item stands: row and column of its first letter on the grid of 66 rows and 80 columns, and how many letters have room.

/// A place on the grid. Days need no width: two digits, a blank, two digits, a blank, and the year.
#[derive(Clone, Copy)]
pub struct Field {
    pub item: &'static str,
    pub row: i16,
    pub column: i16,
    pub width: usize,
}

impl Field {
    pub const fn down(self, rows: i16) -> Self {
        Self { row: self.row + rows, ..self }
    }
}

const fn at(item: &'static str, row: i16, column: i16, width: usize) -> Field {
    Field { item, row, column, width }
}

pub const LINES: usize = 6;
pub const DIAGNOSES: usize = 12;

/// Name, street, second street, city with state and ZIP.
pub const PAYER: [Field; 4] = [at("payer", 2, 41, 38), at("payer", 3, 41, 38), at("payer", 4, 41, 38), at("payer", 5, 41, 38)];
/// Medicare, Medicaid, TRICARE, CHAMPVA, group, FECA, other.
pub const KIND: [Field; 7] =
    [at("1", 8, 1, 1), at("1", 8, 8, 1), at("1", 8, 15, 1), at("1", 8, 24, 1), at("1", 8, 31, 1), at("1", 8, 39, 1), at("1", 8, 45, 1)];
pub const INSURED_ID: Field = at("1a", 8, 50, 29);
pub const PATIENT: Field = at("2", 10, 1, 28);
pub const BORN: Field = at("3", 10, 31, 10);
pub const MALE: Field = at("3", 10, 42, 1);
pub const FEMALE: Field = at("3", 10, 47, 1);
pub const INSURED: Field = at("4", 10, 50, 29);

/// The parts of an address that has places of its own.
pub struct AddressFields {
    pub street: Field,
    pub city: Field,
    pub state: Field,
    pub zip: Field,
    pub area: Field,
    pub phone: Field,
}

pub const PATIENT_ADDRESS: AddressFields = AddressFields {
    street: at("5", 12, 1, 28),
    city: at("5", 14, 1, 24),
    state: at("5", 14, 26, 2),
    zip: at("5", 16, 1, 12),
    area: at("5", 16, 15, 3),
    phone: at("5", 16, 19, 7),
};
/// The patient, spouse, child, other.
pub const RELATIONSHIP: [Field; 4] = [at("6", 12, 33, 1), at("6", 12, 38, 1), at("6", 12, 42, 1), at("6", 12, 47, 1)];
pub const INSURED_ADDRESS: AddressFields = AddressFields {
    street: at("7", 12, 50, 29),
    city: at("7", 14, 50, 23),
    state: at("7", 14, 74, 2),
    zip: at("7", 16, 50, 12),
    area: at("7", 16, 65, 3),
    phone: at("7", 16, 69, 7),
};
pub const OTHER_INSURED: Field = at("9", 18, 1, 28);
pub const OTHER_POLICY: Field = at("9a", 20, 1, 28);
pub const OTHER_PLAN: Field = at("9d", 26, 1, 28);

/// A yes and a no.
pub type Answer = [Field; 2];

pub const EMPLOYMENT: Answer = [at("10a", 20, 35, 1), at("10a", 20, 41, 1)];
pub const AUTO: Answer = [at("10b", 22, 35, 1), at("10b", 22, 41, 1)];
pub const AUTO_STATE: Field = at("10b", 22, 45, 2);
pub const OTHER_ACCIDENT: Answer = [at("10c", 24, 35, 1), at("10c", 24, 41, 1)];
pub const CONDITION_CODES: Field = at("10d", 26, 30, 19);
pub const GROUP_NO: Field = at("11", 18, 50, 29);
pub const INSURED_BORN: Field = at("11a", 20, 53, 10);
pub const INSURED_MALE: Field = at("11a", 20, 68, 1);
pub const INSURED_FEMALE: Field = at("11a", 20, 75, 1);
pub const INJURY_QUALIFIER: Field = at("11b", 22, 50, 2);
pub const INJURY_CLAIM_NO: Field = at("11b", 22, 53, 26);
pub const PLAN: Field = at("11c", 24, 50, 29);
pub const ANOTHER_PLAN: Answer = [at("11d", 26, 52, 1), at("11d", 26, 57, 1)];
pub const RELEASE: Field = at("12", 29, 7, 29);
pub const RELEASED: Field = at("12", 29, 38, 8);
pub const ASSIGNMENT: Field = at("13", 29, 55, 24);
pub const ONSET: Field = at("14", 32, 2, 8);
pub const ONSET_QUALIFIER: Field = at("14", 32, 16, 3);
pub const OTHER_DATE_QUALIFIER: Field = at("15", 32, 31, 3);
pub const OTHER_DATE: Field = at("15", 32, 37, 8);
pub const UNABLE_TO_WORK: [Field; 2] = [at("16", 32, 54, 8), at("16", 32, 68, 8)];
pub const REFERRER_ROLE: Field = at("17", 34, 1, 2);
pub const REFERRER: Field = at("17", 34, 4, 25);
pub const REFERRER_QUALIFIER: Field = at("17a", 33, 30, 2);
pub const REFERRER_ID: Field = at("17a", 33, 33, 17);
pub const REFERRER_NPI: Field = at("17b", 34, 33, 10);
pub const HOSPITAL: [Field; 2] = [at("18", 34, 54, 8), at("18", 34, 68, 8)];
/// 71 letters in two rows: item 20 begins at column 50, and the name of the item is printed at the left of the upper row.
pub const NOTES_ABOVE: Field = at("19", 35, 26, 23);
pub const NOTES: Field = at("19", 36, 1, 48);
pub const NO_OUTSIDE_LAB: Field = at("20", 36, 57, 1);
pub const ICD: Field = at("21", 37, 42, 1);
/// No code has more than seven letters without its point; an eighth would touch item 22.
pub const DIAGNOSIS_WIDTH: usize = 7;
pub const DIAGNOSIS_ROWS: [i16; 3] = [38, 39, 40];
pub const DIAGNOSIS_COLUMNS: [i16; 4] = [3, 16, 29, 42];
pub const RESUBMISSION: Field = at("22", 38, 50, 11);
pub const REFERENCE: Field = at("22", 38, 62, 18);
pub const AUTHORIZATION: Field = at("23", 40, 50, 29);

/// The place of the n-th diagnosis, from 0 to 11.
pub fn diagnosis(n: usize) -> Field {
    at("21", DIAGNOSIS_ROWS[n / 4], DIAGNOSIS_COLUMNS[n % 4], DIAGNOSIS_WIDTH)
}

/// Item 24 as it stands in the first line; each further one is two rows below.
pub const LINE_NOTES: Field = at("24", 43, 1, 61);
pub const LINE_QUALIFIER: Field = at("24I", 43, 65, 2);
pub const LINE_ID: Field = at("24J", 43, 68, 11);
pub const FROM: Field = at("24A", 44, 1, 8);
pub const TO: Field = at("24A", 44, 10, 8);
pub const PLACE: Field = at("24B", 44, 19, 2);
pub const CODE: Field = at("24D", 44, 25, 6);
pub const MODIFIERS: [Field; 4] = [at("24D", 44, 33, 2), at("24D", 44, 36, 2), at("24D", 44, 39, 2), at("24D", 44, 42, 2)];
pub const POINTERS: Field = at("24E", 44, 45, 4);
pub const CHARGE: Field = at("24F", 44, 50, 8);
pub const UNITS: Field = at("24G", 44, 59, 3);
pub const NPI: Field = at("24J", 44, 68, 10);

pub const TAX_ID: Field = at("25", 56, 1, 15);
pub const SSN: Field = at("25", 56, 17, 1);
pub const EIN: Field = at("25", 56, 19, 1);
pub const CLAIM_NO: Field = at("26", 56, 23, 14);
pub const ACCEPTS: Answer = [at("27", 56, 38, 1), at("27", 56, 43, 1)];
pub const TOTAL: Field = at("28", 56, 52, 8);
/// CONTINUED has a letter more than an amount and ends where one ends.
pub const CONTINUED: Field = at("28", 56, 51, 9);
pub const PAID: Field = at("29", 56, 62, 8);
pub const SIGNATURE: Field = at("31", 60, 1, 21);
pub const SIGNED: Field = at("31", 61, 6, 8);
/// Name, street, city with state and ZIP.
pub const FACILITY: [Field; 3] = [at("32", 58, 23, 26), at("32", 59, 23, 26), at("32", 60, 23, 26)];
pub const FACILITY_NPI: Field = at("32a", 61, 23, 10);
pub const FACILITY_ID: Field = at("32b", 61, 36, 13);
pub const BILLING_AREA: Field = at("33", 57, 66, 3);
pub const BILLING_PHONE: Field = at("33", 57, 70, 7);
pub const BILLING: [Field; 3] = [at("33", 58, 50, 29), at("33", 59, 50, 29), at("33", 60, 50, 29)];
pub const BILLING_NPI: Field = at("33a", 61, 50, 10);
pub const BILLING_ID: Field = at("33b", 61, 63, 17);
