//! Who is in the play: our own people, and the offices and doctors around them. All invented; NPIs begin with 2, which
//! passes the check digit and was given to nobody; addresses end in `.example`; phones are 555-01xx.

use crate::auth::role::Role;
use crate::types::Npi;
use chrono::Weekday;

pub const PRACTICE: &str = "Cedar & Tide Massage";
pub const ZONE: &str = "America/Los_Angeles";
/// The same for everybody who signs in to the demo.
pub const PASSWORD: &str = "cedar-and-tide";

/// One of us who signs in.
pub struct Colleague {
    pub name: &'static str,
    pub email: &'static str,
    pub roles: &'static [Role],
    /// Credential and NPI number of those who treat.
    pub treats: Option<(&'static str, u64)>,
    /// What `demo` says before the login of each role.
    pub called: Option<&'static str>,
}

const fn colleague(name: &'static str, email: &'static str, roles: &'static [Role], called: Option<&'static str>) -> Colleague {
    Colleague { name, email, roles, treats: None, called }
}

pub const MAYA: usize = 0;
pub const JONAH: usize = 1;
pub const TALIA: usize = 2;
pub const ROSA: usize = 3;
pub const GWEN: usize = 4;
pub const DEV: usize = 5;

/// The three who treat come first.
pub const COLLEAGUES: &[Colleague] = &[
    Colleague {
        name: "Maya Ortiz",
        email: "maya@cedartide.example",
        roles: &[Role::Owner, Role::Therapist],
        treats: Some(("LMT", 200_300_901)),
        called: Some("the owner, who treats too"),
    },
    Colleague {
        name: "Jonah Reed",
        email: "jonah@cedartide.example",
        roles: &[Role::Therapist],
        treats: Some(("LMT", 200_300_902)),
        called: Some("a therapist"),
    },
    Colleague {
        name: "Talia Brooks",
        email: "talia@cedartide.example",
        roles: &[Role::Therapist],
        treats: Some(("LMT", 200_300_903)),
        called: None,
    },
    colleague("Rosa Delgado", "rosa@cedartide.example", &[Role::FrontDesk], Some("the front desk")),
    colleague("Gwen Hollis", "gwen@cedartide.example", &[Role::Biller], Some("the biller")),
    colleague("Dev Malik", "dev@cedartide.example", &[Role::Marketer], Some("the marketer")),
    colleague("Ada Quist", "ada@cedartide.example", &[Role::ReadOnly], Some("the accountant, who only reads")),
];

pub const THERAPISTS: usize = 3;

/// A room in a clinic, where Talia treats on two days of the week.
pub const ROOM: &str = "Cedar & Tide at Marigold Clinic";
pub const ROOM_DAYS: [Weekday; 2] = [Weekday::Tue, Weekday::Thu];

/// The practice's own NPI.
pub fn own_npi() -> Npi {
    Npi::complete(200_300_900)
}

/// An office where doctors refer from, with the one to call there.
pub struct Office {
    pub name: &'static str,
    pub street: &'static str,
    pub zip: &'static str,
    /// The last two digits of its phone; the fax is the next number.
    pub line: u64,
    pub hours: &'static str,
    pub contact: &'static str,
    pub role: &'static str,
    pub domain: &'static str,
}

const fn office(
    name: &'static str,
    (street, zip): (&'static str, &'static str),
    line: u64,
    hours: &'static str,
    (contact, role): (&'static str, &'static str),
    domain: &'static str,
) -> Office {
    Office { name, street, zip, line, hours, contact, role, domain }
}

pub const OFFICES: &[Office] = &[
    office(
        "Northgate Spine & Sports",
        ("2210 Larch Court NE", "98125"),
        10,
        "Tue to Thu before 10",
        ("Kit Amari", "Referral coordinator"),
        "northgatespine.example",
    ),
    office("Feld Chiropractic", ("418 Dock Street", "98107"), 42, "Before 10 am", ("Jess Whelan", "Front desk"), "feldchiro.example"),
    office(
        "Lakeview Family Medicine",
        ("77 Lakeview Terrace", "98109"),
        14,
        "After lunch",
        ("Moira Stein", "Office manager"),
        "lakeviewfm.example",
    ),
    office(
        "Ridgeline Orthopedics",
        ("3300 Ridge Way, Floor 4", "98104"),
        16,
        "Fridays",
        ("Paul Renner", "Surgery scheduler"),
        "ridgelineortho.example",
    ),
    office("Harbor Women's Health", ("9 Harbor Steps", "98101"), 18, "Mornings", ("Lise Varga", "Nurse"), "harborwomen.example"),
    office(
        "Summit Occupational Health",
        ("1200 Foundry Avenue S", "98108"),
        20,
        "By appointment",
        ("Hugo Prentice", "Case manager"),
        "summitocc.example",
    ),
    office(
        "Eastside Internal Medicine",
        ("615 Orchard Loop", "98004"),
        22,
        "Mondays",
        ("Nell Foster", "Medical records"),
        "eastsideim.example",
    ),
    office(
        "Queen Anne Natural Medicine",
        ("31 Galer Place", "98119"),
        24,
        "Any afternoon",
        ("Bea Lindholm", "Front desk"),
        "qanatural.example",
    ),
    office(
        "Ballard Neurology",
        ("5420 Shilshole Row", "98107"),
        26,
        "Wednesdays",
        ("Ola Grann", "Referral coordinator"),
        "ballardneuro.example",
    ),
    office(
        "Greenwood Pain Clinic",
        ("8800 Alder Green N", "98103"),
        28,
        "Before 9 or after 4",
        ("Rex Tolliver", "Medical assistant"),
        "greenwoodpain.example",
    ),
    office(
        "Puget Veterans Clinic",
        ("400 Colonnade Drive", "98108"),
        30,
        "Call first",
        ("Sgt. Lou Pardee", "Community care desk"),
        "pugetveterans.example",
    ),
    office(
        "Beacon Hill Rehab Partners",
        ("2020 Beacon Rise S", "98144"),
        32,
        "Lunch hour",
        ("Inez Cole", "Office manager"),
        "beaconrehab.example",
    ),
];

/// One who may send.
pub struct Doctor {
    pub first: &'static str,
    pub last: &'static str,
    pub credential: &'static str,
    pub specialty: &'static str,
    pub taxonomy: &'static str,
    pub office: usize,
    /// Nine digits of the NPI begin with 2003000, these are the last two.
    pub npi: u64,
    /// Referrals in the year.
    pub sends: i64,
    pub wish: Wish,
}

/// What the office asked of us about reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Reports,
    MonthlyOnly,
    DischargeOnly,
    Nothing,
}

const fn doctor(
    (first, last, credential): (&'static str, &'static str, &'static str),
    (specialty, taxonomy): (&'static str, &'static str),
    office: usize,
    npi: u64,
    sends: i64,
    wish: Wish,
) -> Doctor {
    Doctor { first, last, credential, specialty, taxonomy, office, npi, sends, wish }
}

const FAMILY: (&str, &str) = ("Family medicine", "207Q00000X");
const INTERNAL: (&str, &str) = ("Internal medicine", "207R00000X");
const REHAB: (&str, &str) = ("Physical medicine and rehabilitation", "208100000X");
const ORTHO: (&str, &str) = ("Orthopedic surgery", "207X00000X");
const NEURO: (&str, &str) = ("Neurology", "2084N0400X");
const CHIRO: (&str, &str) = ("Chiropractic", "111N00000X");
const NATURE: (&str, &str) = ("Naturopathic medicine", "175F00000X");
const NURSE: (&str, &str) = ("Nurse practitioner", "363L00000X");
const ASSISTANT: (&str, &str) = ("Physician assistant", "363A00000X");
const PHYSIO: (&str, &str) = ("Physical therapy", "225100000X");
const NEEDLE: (&str, &str) = ("Acupuncture", "171100000X");
const COUNSEL: (&str, &str) = ("Counseling", "101YM0800X");

pub const RAMAN: usize = 0;
pub const FELD: usize = 1;
pub const OKAFOR: usize = 2;
pub const ORTEGA: usize = 3;
pub const TRAN: usize = 4;
pub const CASTELLANO: usize = 5;
pub const LINDQVIST: usize = 6;
pub const MERRITT: usize = 7;
pub const PETROSYAN: usize = 8;
pub const NASSER: usize = 10;

/// The first ones send; the last ones are those we would like to.
pub const DOCTORS: &[Doctor] = &[
    doctor(("Priya", "Raman", "MD"), REHAB, 0, 10, 28, Wish::Reports),
    doctor(("Marcus", "Feld", "DC"), CHIRO, 1, 12, 37, Wish::Reports),
    doctor(("Helen", "Okafor", "MD"), FAMILY, 2, 14, 16, Wish::Reports),
    doctor(("Luis", "Ortega", "MD"), ORTHO, 3, 16, 9, Wish::Reports),
    doctor(("Amy", "Tran", "ARNP"), NURSE, 4, 18, 11, Wish::Reports),
    doctor(("Ben", "Castellano", "MD"), REHAB, 5, 20, 13, Wish::MonthlyOnly),
    doctor(("Naomi", "Lindqvist", "MD"), FAMILY, 2, 22, 6, Wish::Reports),
    doctor(("Grant", "Merritt", "MD"), INTERNAL, 10, 24, 5, Wish::Reports),
    doctor(("Joan", "Petrosyan", "MD"), INTERNAL, 6, 26, 3, Wish::DischargeOnly),
    doctor(("Tobias", "Krane", "MD"), NEURO, 8, 28, 2, Wish::Reports),
    doctor(("Farah", "Nasser", "DO"), REHAB, 9, 30, 2, Wish::MonthlyOnly),
    doctor(("Willa", "Sorensen", "ND"), NATURE, 7, 32, 1, Wish::Reports),
    doctor(("Hana", "Kimura", "PA-C"), ASSISTANT, 3, 34, 1, Wish::Reports),
    doctor(("Claudia", "Weiss", "MD"), FAMILY, 4, 36, 1, Wish::Nothing),
    doctor(("Erin", "Vance", "DC"), CHIRO, 1, 38, 0, Wish::Reports),
    doctor(("Jonas", "Lindgren", "PA-C"), ASSISTANT, 0, 40, 0, Wish::Reports),
    doctor(("Peter", "Oyelaran", "PA-C"), ASSISTANT, 2, 42, 0, Wish::Reports),
    doctor(("Ruth", "Adeyemi", "PA-C"), ASSISTANT, 5, 44, 0, Wish::Reports),
    doctor(("Anil", "Mehra", "MD"), INTERNAL, 6, 46, 0, Wish::Reports),
    doctor(("Theo", "Marchetti", "LAc"), NEEDLE, 7, 48, 0, Wish::Nothing),
    doctor(("Ingrid", "Solheim", "MD"), NEURO, 8, 50, 0, Wish::Reports),
    doctor(("Miles", "Underhill", "ARNP"), NURSE, 9, 52, 0, Wish::Reports),
    doctor(("Lucia", "Moreno", "ARNP"), NURSE, 10, 54, 0, Wish::Reports),
    doctor(("Samir", "Haddad", "DPT"), PHYSIO, 11, 56, 0, Wish::Reports),
    doctor(("Odette", "Laurent", "LCSW"), COUNSEL, 11, 58, 0, Wish::Nothing),
];

impl Doctor {
    pub fn npi(&self) -> Npi {
        Npi::complete(200_300_000 + self.npi)
    }

    /// The address that reports go to: the person's own, except where the office shares one.
    pub fn email(&self) -> String {
        let office = &OFFICES[self.office];
        match self.last {
            "Feld" => format!("front@{}", office.domain),
            last => format!("{}.{}@{}", first_letter(self.first), last.to_lowercase(), office.domain),
        }
    }
}

fn first_letter(name: &str) -> String {
    name.chars().take(1).collect::<String>().to_lowercase()
}

/// `(206) 555-0142`: a number that nobody has.
pub fn phone(area: u64, line: u64) -> String {
    format!("({area}) 555-01{:02}", line % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_25_doctors_in_12_offices_and_every_npi_begins_with_2() {
        assert_eq!((DOCTORS.len(), OFFICES.len()), (25, 12));
        let offices: BTreeSet<usize> = DOCTORS.iter().map(|d| d.office).collect();
        assert_eq!(offices.len(), 12);
        let npis: BTreeSet<String> = DOCTORS.iter().map(|d| d.npi().to_string()).collect();
        assert_eq!(npis.len(), 25);
        assert!(npis.iter().all(|n| n.starts_with('2') && Npi::parse(n).is_ok()));
        assert!(npis.contains("2003000124"), "Dr. Feld keeps the number of the screens: {npis:?}");
    }

    #[test]
    fn one_user_of_each_role_is_named() {
        let named: BTreeSet<&str> = COLLEAGUES.iter().filter(|c| c.called.is_some()).flat_map(|c| c.roles).map(|r| r.word()).collect();
        assert_eq!(named.len(), Role::ALL.len());
    }
}
