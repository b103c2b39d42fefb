//! The letter that introduces us: who treats, what a doctor who sends somebody hears, and what studies say. Pure. It knows no patient
//! and no result of one; a study stands in it only with its source.

use crate::mail::kinds::{Intro, Letterhead, Study};
use crate::payers::payer::CoverageKind;
use crate::reports::wording::Wording;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::BTreeSet;

/// The posted letter first, then the call [domain 4.3]: so many days after it.
const CALL_AFTER: u64 = 7;
/// Two or three are read, more are not.
const STUDIES: usize = 2;

/// Everything that it is made of.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub today: NaiveDate,
    /// Of whom, among the payers on file, we know how to bill.
    pub kinds: BTreeSet<CoverageKind>,
    /// What the doctor is: `Family medicine`.
    pub specialty: Option<String>,
    /// Who answers the phone there: name and role.
    pub contact: Option<(String, Option<String>)>,
}

/// What the therapist is, by the letters behind the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Discipline {
    Massage,
    Acupuncture,
    Chiropractic,
    PhysicalTherapy,
    Other,
}

impl Discipline {
    /// `Maya Ortiz, LMT`.
    fn of(therapist: &str) -> Self {
        let letters = therapist.split(',').skip(1).flat_map(|part| part.split_whitespace());
        let known = |letters: &str| match letters.replace('.', "").to_ascii_uppercase().as_str() {
            "LMT" | "LMP" | "CMT" | "RMT" | "MMP" => Some(Self::Massage),
            "LAC" | "EAMP" | "DACM" | "DAOM" => Some(Self::Acupuncture),
            "DC" => Some(Self::Chiropractic),
            "PT" | "DPT" | "MPT" => Some(Self::PhysicalTherapy),
            _ => None,
        };
        letters.into_iter().find_map(known).unwrap_or(Self::Other)
    }

    fn label(self) -> Option<&'static str> {
        match self {
            Self::Massage => Some("a licensed massage therapist"),
            Self::Acupuncture => Some("a licensed acupuncturist"),
            Self::Chiropractic => Some("a chiropractor"),
            Self::PhysicalTherapy => Some("a physical therapist"),
            Self::Other => None,
        }
    }
}

/// A study that we know, for whom it is, and which doctors see such patients.
struct Known {
    of: Discipline,
    says: &'static str,
    cite: &'static str,
    /// Parts of a specialty's name; none: of interest to everybody.
    for_whom: &'static [&'static str],
}

const ACP: &str = "Qaseem and others, Annals of Internal Medicine 2017;166:514";

/// Each sentence says no more than its paper does, and how sure that is.
const KNOWN: &[Known] = &[
    Known {
        of: Discipline::Massage,
        says: "Of adults with osteoarthritis of the knee, those who got a weekly massage for eight weeks had less pain and stiffness at the end than those with light touch or usual care; a year later the groups were alike.",
        cite: "Perlman and others, Journal of General Internal Medicine 2019;34:379",
        for_whom: &["ortho", "rheuma", "sports", "physical medicine", "pm&r"],
    },
    Known {
        of: Discipline::Massage,
        says: "For chronic neck pain, 60-minute sessions two or three times a week did better than shorter or fewer ones.",
        cite: "Sherman and others, Annals of Family Medicine 2014;12:112",
        for_whom: &["neuro", "spine", "chiro"],
    },
    Known {
        of: Discipline::Massage,
        says: "For acute and subacute low-back pain, the American College of Physicians lists massage among the first choices, on low-quality evidence.",
        cite: ACP,
        for_whom: &[],
    },
    Known {
        of: Discipline::Massage,
        says: "Of 401 adults with chronic low-back pain, those who got ten weekly massages functioned better after ten weeks than those with usual care.",
        cite: "Cherkin and others, Annals of Internal Medicine 2011;155:1",
        for_whom: &[],
    },
    Known {
        of: Discipline::Acupuncture,
        says: "For chronic low-back pain, the American College of Physicians lists acupuncture among the first choices, on moderate-quality evidence.",
        cite: ACP,
        for_whom: &[],
    },
    Known {
        of: Discipline::Acupuncture,
        says: "Over 39 trials of chronic pain with the data of each patient, acupuncture did better than sham and than no acupuncture.",
        cite: "Vickers and others, Journal of Pain 2018;19:455",
        for_whom: &[],
    },
    Known {
        of: Discipline::Chiropractic,
        says: "For acute and subacute low-back pain, the American College of Physicians lists spinal manipulation among the first choices, on low-quality evidence.",
        cite: ACP,
        for_whom: &[],
    },
    Known {
        of: Discipline::Chiropractic,
        says: "In a review of 26 trials of acute low-back pain, spinal manipulation went with modestly less pain and better function at up to six weeks.",
        cite: "Paige and others, JAMA 2017;317:1451",
        for_whom: &[],
    },
    Known {
        of: Discipline::PhysicalTherapy,
        says: "For chronic low-back pain, the American College of Physicians lists exercise among the first choices, on moderate-quality evidence.",
        cite: ACP,
        for_whom: &[],
    },
    Known {
        of: Discipline::PhysicalTherapy,
        says: "For neck pain with little mobility, the guideline of the orthopaedic physical therapists recommends manual therapy together with exercise.",
        cite: "Blanpied and others, Journal of Orthopaedic and Sports Physical Therapy 2017;47:A1",
        for_whom: &[],
    },
];

/// The letter: in the therapist's words where there are any.
pub fn compose(facts: &Facts, wording: &Wording, by: &Letterhead) -> Intro {
    let own = |typed: &Option<String>, made: String| typed.clone().unwrap_or(made);
    Intro {
        who: own(&wording.who, who(by)),
        offer: "If you send us a patient, you hear from us three times, always on one page:".into(),
        steps: vec![
            "within three working days of the first visit: findings and plan".into(),
            "every 30 days or 8 visits: pain, disability and range, start against now, worse results included".into(),
            "at the end: what was reached, what was not, and when to refer again".into(),
        ],
        coverage: own(&wording.coverage, coverage(&facts.kinds)),
        studies: read_studies(&own(&wording.studies, studies(facts, by))),
        call_on: wording.call_day.as_deref().and_then(|typed| typed.parse().ok()).unwrap_or_else(|| call_on(facts.today)),
        contact: own(&wording.contact, contact(facts)),
        question: "How would you like to get reports: by email, by fax, or not at all?".into(),
        reply: by.ways_to_answer(),
    }
}

/// What we would say ourselves.
pub fn said(facts: &Facts, by: &Letterhead) -> Wording {
    Wording {
        who: Some(who(by)),
        coverage: Some(coverage(&facts.kinds)),
        contact: Some(contact(facts)),
        call_day: Some(call_on(facts.today).to_string()),
        studies: Some(studies(facts, by)).filter(|s| !s.is_empty()),
        ..Wording::default()
    }
}

fn who(by: &Letterhead) -> String {
    let name = by.therapist.split(',').next().unwrap_or_default().trim();
    let is = match Discipline::of(&by.therapist).label() {
        Some(label) => format!("I am {name}, {label} at {}.", by.street),
        None => format!("I am {name} at {}.", by.street),
    };
    format!(
        "{is} I treat by the order of the doctor who sends the patient, and I measure what changes: at the first visit, and as we go on."
    )
}

/// `We bill auto injury (PIP), workers’ comp and health plans.`
fn coverage(kinds: &BTreeSet<CoverageKind>) -> String {
    use CoverageKind::{AutoMedpay, AutoPip, Health, Medicaid, Medicare, VaCcn, WorkersComp};
    let named = [
        (&[AutoPip, AutoMedpay][..], "auto injury (PIP)"),
        (&[WorkersComp], "workers’ compensation"),
        (&[Health], "health plans"),
        (&[VaCcn], "VA community care"),
        (&[Medicare], "Medicare"),
        (&[Medicaid], "Medicaid"),
    ];
    let known: Vec<&str> = named.iter().filter(|(of, _)| of.iter().any(|k| kinds.contains(k))).map(|(_, name)| *name).collect();
    let checks = "what a patient’s own plan covers we check before the first visit";
    match known.as_slice() {
        [] => format!("{}.", checks.replacen('w', "W", 1)),
        [one] => format!("We bill {one}; {checks}."),
        [first @ .., last] => format!("We bill {} and {last}; {checks}.", first.join(", ")),
    }
}

fn contact(facts: &Facts) -> String {
    match &facts.contact {
        Some((name, Some(role))) if is_person(role) => format!("{name}, your {},", role.to_lowercase()),
        Some((name, Some(role))) => format!("{name} ({})", role.to_lowercase()),
        Some((name, None)) => format!("{name} at your office"),
        None => "your office".into(),
    }
}

/// `Office manager` is somebody, `Medical records` is where they sit.
fn is_person(role: &str) -> bool {
    let role = role.trim().to_lowercase();
    ["er", "or", "ist", "ant", "nurse"].iter().any(|end| role.ends_with(end)) && !role.ends_with("center")
}

/// A week after, on a day on which an office answers.
fn call_on(today: NaiveDate) -> NaiveDate {
    let mut day = today.checked_add_days(Days::new(CALL_AFTER)).unwrap_or(today);
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day = day.succ_opt().unwrap_or(day);
    }
    day
}

/// What doctors of this specialty ask about first; a line each, the source in parentheses at its end.
fn studies(facts: &Facts, by: &Letterhead) -> String {
    let specialty = facts.specialty.as_deref().unwrap_or_default().to_lowercase();
    let of = Discipline::of(&by.therapist);
    let ours = || KNOWN.iter().filter(|k| k.of == of);
    let meant = ours().filter(|k| k.for_whom.iter().any(|part| specialty.contains(part)));
    let general = ours().filter(|k| k.for_whom.is_empty());
    let rest = ours().filter(|k| !k.for_whom.is_empty());
    let mut chosen: Vec<&Known> = Vec::new();
    for known in meant.chain(general).chain(rest) {
        if chosen.len() < STUDIES && !chosen.iter().any(|c| c.says == known.says) {
            chosen.push(known);
        }
    }
    chosen.iter().map(|k| format!("{} ({})", k.says, k.cite)).collect::<Vec<_>>().join("\n")
}

fn read_studies(typed: &str) -> Vec<Study> {
    typed.lines().filter_map(read_study).collect()
}

/// A line with its source in parentheses at the end: `It helps. (Somebody, Journal 2019;1:2)`.
pub fn read_study(line: &str) -> Option<Study> {
    let line = line.trim().trim_end_matches('.').strip_suffix(')')?;
    let (says, cite) = line.rsplit_once('(')?;
    let (says, cite) = (says.trim(), cite.trim());
    // A source has a year.
    let has_year = cite.as_bytes().windows(4).any(|w| w.iter().all(u8::is_ascii_digit));
    (!says.is_empty() && has_year).then(|| Study { says: says.into(), cite: cite.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn facts() -> Facts {
        Facts { today: on("2026-11-23"), ..Facts::default() }
    }

    fn of(therapist: &str) -> Letterhead {
        Letterhead { therapist: therapist.into(), ..Letterhead::example() }
    }

    fn made(facts: &Facts) -> Intro {
        compose(facts, &Wording::default(), &Letterhead::example())
    }

    #[test]
    fn it_says_who_treats_and_what_the_doctor_hears() {
        let intro = made(&facts());
        assert!(intro.who.starts_with("I am Maya Ortiz, a licensed massage therapist at 1410 Tidewater Lane."), "{}", intro.who);
        assert_eq!((intro.steps.len(), intro.contact.as_str()), (3, "your office"));
        let called = |role: &str| contact(&Facts { contact: Some(("Nell Foster".into(), Some(role.into()))), ..facts() });
        assert_eq!(called("Office manager"), "Nell Foster, your office manager,");
        assert_eq!(called("Medical records"), "Nell Foster (medical records)");
        assert!(intro.steps[1].contains("worse results included"));
        assert!(compose(&facts(), &Wording::default(), &of("Ann Lee, ATC")).who.starts_with("I am Ann Lee at "));
    }

    #[test]
    fn what_is_billed_is_what_payers_on_file_are() {
        let with = |kinds: &[CoverageKind]| made(&Facts { kinds: kinds.iter().copied().collect(), ..facts() }).coverage;
        use CoverageKind::{AutoMedpay, AutoPip, Cash, Health, WorkersComp};
        assert!(
            with(&[Health, WorkersComp, AutoPip, AutoMedpay])
                .starts_with("We bill auto injury (PIP), workers’ compensation and health plans; what")
        );
        assert!(with(&[Health]).starts_with("We bill health plans; what"));
        assert!(with(&[Cash]).starts_with("What a patient’s own plan covers"));
    }

    #[test]
    fn the_call_comes_a_week_later_and_never_on_a_weekend() {
        assert_eq!(made(&facts()).call_on, on("2026-11-30"));
        assert_eq!(made(&Facts { today: on("2026-11-21"), ..facts() }).call_on, on("2026-11-30"), "Saturday to Monday");
    }

    #[test]
    fn each_doctor_reads_the_studies_of_their_own_patients_and_of_our_own_work() {
        let cites = |specialty: &str, by: &str| {
            let facts = Facts { specialty: Some(specialty.into()), ..facts() };
            compose(&facts, &Wording::default(), &of(by))
                .studies
                .iter()
                .map(|s| s.cite.split(' ').next().unwrap_or_default().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(cites("Orthopaedic surgery", "Maya Ortiz, LMT"), ["Perlman", "Qaseem"]);
        assert_eq!(cites("Neurology", "Maya Ortiz, LMT"), ["Sherman", "Qaseem"]);
        assert_eq!(cites("Family medicine", "Maya Ortiz, LMT"), ["Qaseem", "Cherkin"]);
        assert_eq!(cites("Family medicine", "Ann Lee, ATC"), [""; 0], "letters that nobody knows claim nothing");
        assert_eq!(cites("Family medicine", "Ann Lee, L.Ac."), ["Qaseem", "Vickers"]);
        assert_eq!(cites("Family medicine", "Ann Lee, DC"), ["Qaseem", "Paige"]);
        assert_eq!(cites("Family medicine", "Ann Lee, PT, DPT"), ["Qaseem", "Blanpied"]);
    }

    #[test]
    fn a_study_without_its_source_is_none() {
        let read = |line: &str| read_study(line).map(|s| (s.says, s.cite));
        assert_eq!(read("It helps. (Doe, Journal 2019;1:2)"), Some(("It helps.".into(), "Doe, Journal 2019;1:2".into())));
        for line in ["It helps.", "It helps (a lot).", "(Doe 2019)", ""] {
            assert_eq!(read(line), None, "{line}");
        }
        for known in KNOWN {
            assert!(read_study(&format!("{} ({})", known.says, known.cite)).is_some(), "{}", known.cite);
        }
    }

    #[test]
    fn what_a_person_says_takes_the_place_of_our_words() {
        let wording = Wording { who: Some("I am new here.".into()), call_day: Some("2026-12-08".into()), ..Wording::default() };
        let intro = compose(&facts(), &wording, &Letterhead::example());
        assert_eq!((intro.who.as_str(), intro.call_on), ("I am new here.", on("2026-12-08")));
        assert_eq!(compose(&facts(), &said(&facts(), &Letterhead::example()), &Letterhead::example()), made(&facts()), "ours, said again");
    }
}
