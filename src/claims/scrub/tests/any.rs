//! Facts by chance: sound ones with a few fields that people could have filled in otherwise.

use super::*;

/// Numbers that look random and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("small")
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.throw(from.len())].clone()
    }

    /// A text of the kinds that stand in fields: none, short, long, foreign, with what separates. What is kept is never blank.
    fn text(&mut self) -> Option<String> {
        let long = "Long ".repeat(1 + self.throw(20));
        self.pick(&[
            None,
            some("A"),
            some("Ab"),
            some("李"),
            some("*:~^"),
            some("Zoë O’Brien-Peña"),
            some("a*b~c"),
            some("José 李"),
            some("1-"),
            some("PO Box 12"),
            some("12 Main Street"),
            some("ß\u{1F600}"),
            some("A\u{0}B"),
            some(&long),
        ])
    }

    fn digits(&mut self) -> Option<String> {
        self.pick(&[
            None,
            some("98101"),
            some("98101-2345"),
            some("981012345"),
            some("98 101"),
            some("9810"),
            some("2000000010"),
            some("2000000028"),
            some("2000000029"),
            some(" 2000000010 "),
            some("2000000010.0"),
            some("91-1234567"),
            some("９８１０１"),
            some("225700000X"),
        ])
    }

    fn day(&mut self) -> Option<NaiveDate> {
        self.pick(&[None, Some("2026-11-22"), Some("2026-11-23"), Some("2026-11-24"), Some("1980-01-01")]).map(day_of)
    }

    fn address(&mut self) -> Address {
        let mut address = super::address("98101-2345");
        match self.throw(6) {
            0 => address.street = self.text(),
            1 => address.street2 = self.text(),
            2 => address.city = self.text(),
            3 => address.state = self.pick(&[None, some("wa"), some("W"), some("Wash"), some("W1"), some(" WA ")]),
            4 => address.zip = self.digits(),
            _ => address = Address::default(),
        }
        address
    }

    fn name(&mut self) -> Name {
        let mut name = super::name("Dana", "Whitfield");
        match self.throw(4) {
            0 => name.first = self.text(),
            1 => name.middle = self.text(),
            2 => name.last = self.text().unwrap_or_else(|| "Quist".into()),
            _ => name.suffix = self.text(),
        }
        name
    }
}

/// One of the sound claims, with up to three fields thrown anew.
pub fn facts(dice: &mut Dice) -> Facts {
    let mut facts = dice.pick(&[work_injury(), health(), car_accident(), child()]);
    for _ in 0..dice.throw(4) {
        change(&mut facts, dice);
    }
    facts
}

fn change(facts: &mut Facts, dice: &mut Dice) {
    match dice.throw(49) {
        0 => facts.today = dice.day().unwrap_or(facts.today),
        1 => facts.service_on = dice.day().unwrap_or(facts.service_on),
        2 => {
            let codes = ["97140", "97112", "97139", "97250", "9714", "97 40", "g0283", "97010"];
            let minutes = [None, Some(0), Some(7), Some(15), Some(60), Some(-60), Some(100_000)];
            let many = dice.throw(9);
            facts.services = (0..many).map(|_| (dice.pick(&codes).to_string(), dice.pick(&minutes))).collect();
        }
        3 => {
            let cents = [0, -1, 1, 3_700, 9_999_999_999, i64::MAX];
            let codes = ["97140", "97112", "97139", "97250", "9714", "97 40", "g0283"];
            facts.fees = codes.map(|code| Fee { id: 1, code: code.into(), label: dice.text(), cents: dice.pick(&cents) }).into();
        }
        4 => facts.place_of_service = dice.pick(&["11", "12", "", "1", "29", "x1", " 11"]).into(),
        5 => facts.payer_name = dice.text().unwrap_or_else(|| "Quist".into()),
        6 => facts.payer.id = dice.text(),
        7 => facts.payer.address = dice.address(),
        8 => facts.payer.provider_no = dice.text(),
        9 => facts.coverage.number_is_patients_own = true,
        10 => facts.sheet = None,
        11 => sheet_of(facts).units_rule = dice.pick(&[None, Some(UnitsRule::None), Some(UnitsRule::CptMidpoint)]),
        12 => sheet_of(facts).requires_prescription = dice.pick(&[None, Some(true), Some(false)]),
        47 => {
            facts.location = Some(Location { name: dice.text().unwrap_or_default(), npi: dice.digits(), address: dice.address() });
        }
        46 => {
            use CoverageKind::*;
            let mut other = OtherPlan { kind: dice.pick(&[Health, AutoPip, VaCcn, Medicare, Medicaid]), ..second_plan() };
            match dice.throw(7) {
                0 => other.payer = dice.text().unwrap_or_default(),
                1 => other.payer_id = dice.text(),
                2 => other.number = dice.text(),
                3 => other.group_no = dice.text(),
                4 => other.plan_name = dice.text(),
                5 => other.number_is_patients_own = true,
                _ => {}
            }
            other.relationship = dice.pick(&[Relationship::Myself, Relationship::Spouse]);
            let odd = dice.text();
            other.insured_name = dice.pick(&[None, some("Maria de la Cruz"), some("Cruz"), odd]);
            facts.others = vec![other];
        }
        45 => {
            let modifiers = ["GP", "gp", "59", "KX", "GPX", "", "7"];
            let many = dice.throw(6);
            sheet_of(facts).line_modifiers = (0..many).map(|_| dice.pick(&modifiers).to_string()).collect();
        }
        13 => sheet_of(facts).max_units_per_visit = dice.pick(&[None, Some(0), Some(1), Some(4)]),
        14 => facts.cap_accepted = true,
        15 => facts.order = None,
        16 => {
            let codes =
                ["S13.4XXA", "S134XXA", "M54.2", "m54.2", "V43.52XA", "neck", "M 54.2", " M54.6 ", "", "M5", "MM4.2", "M54.2.", "É54"];
            let many = dice.throw(15);
            let diagnoses = (0..many).map(|_| dice.pick(&codes).to_string()).collect();
            match &mut facts.order {
                Some(order) => order.diagnoses = diagnoses,
                None => facts.episode_diagnoses = diagnoses,
            }
        }
        17 => facts.episode_diagnoses = vec![],
        18 => facts.referrer = None,
        19 => facts.referrer.iter_mut().for_each(|r| r.npi = dice.digits()),
        20 => facts.referrer.iter_mut().for_each(|r| r.parts = dice.name()),
        21 => {
            use CoverageKind::*;
            facts.coverage.kind = dice.pick(&[AutoPip, AutoMedpay, WorkersComp, Health, VaCcn, Medicare, Medicaid, ThirdPartyLien]);
        }
        22 => facts.coverage.member_no = dice.text(),
        23 => facts.coverage.claim_no = dice.text(),
        24 => facts.coverage.group_no = dice.text(),
        25 => facts.coverage.plan_name = dice.text(),
        26 => {
            use Relationship::*;
            facts.coverage.relationship = dice.pick(&[Myself, Spouse, Child, Other]);
        }
        27 => facts.coverage.insured_name = dice.text(),
        28 => facts.coverage.employer = dice.text(),
        29 => facts.coverage.injured_on = dice.day(),
        30 => facts.coverage.accident_state = dice.pick(&[None, some("WA"), some("wa"), some("W"), some("Wash")]),
        31 => facts.coverage.authorization_no = dice.text(),
        32 => facts.coverage.rank = dice.pick(&[1, 2, 3]),
        33 => facts.coverage.authorization_no = dice.text(),
        34 => facts.patient.born_on = dice.day(),
        35 => facts.patient.name = dice.name(),
        36 => facts.patient.address = dice.address(),
        37 => facts.rendering_npi = dice.digits(),
        38 => facts.treating.name = dice.name(),
        39 => facts.treating.taxonomy = dice.digits(),
        40 => facts.practice.npi = dice.digits(),
        41 => facts.practice.tax_id = dice.digits(),
        42 => {
            facts.practice.taxonomy = dice.digits();
            facts.practice.license = dice.text();
            facts.practice.contact = dice.text();
        }
        43 => facts.practice.address = dice.address(),
        44 => {
            facts.practice.pay_to = dice.address();
            facts.practice.bills_as_person = dice.throw(2) == 0;
            facts.practice.name = dice.text().unwrap_or_else(|| "Quist".into());
            facts.practice.phone = dice.pick(&[None, some("+12065550100"), some("2065550100"), some("555"), some("+442079460000")]);
        }
        _ => {
            facts.frequency = dice.pick(&[1, 7, 8]);
            facts.payer_claim_no = dice.text();
            facts.part = dice.pick(&[1, 2]);
        }
    }
}

fn sheet_of(facts: &mut Facts) -> &mut Sheet {
    facts.sheet.get_or_insert_default()
}
