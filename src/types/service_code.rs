//! CPT and HCPCS codes of treatment, with our own short labels (the descriptions of CPT belong to the AMA).

/// What we know of a code by ourselves; the practice's fee schedule may say more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub code: &'static str,
    pub label: &'static str,
    /// Counted by 15 minutes of hands-on time; otherwise one unit a visit.
    pub timed: bool,
}

const fn timed(code: &'static str, label: &'static str) -> Known {
    Known { code, label, timed: true }
}
const fn flat(code: &'static str, label: &'static str) -> Known {
    Known { code, label, timed: false }
}

pub const KNOWN: &[Known] = &[
    timed("97124", "Massage"),
    timed("97140", "Manual therapy"),
    timed("97112", "Neuromuscular re-education"),
    timed("97110", "Exercise"),
    timed("97116", "Gait training"),
    timed("97530", "Activities"),
    timed("97535", "Self-care training"),
    timed("97035", "Ultrasound"),
    timed("97032", "Attended electrical stimulation"),
    timed("97810", "Acupuncture, first 15 minutes"),
    timed("97811", "Acupuncture, more minutes"),
    timed("97813", "Acupuncture with stimulation, first 15 minutes"),
    timed("97814", "Acupuncture with stimulation, more minutes"),
    flat("97010", "Hot or cold pack"),
    flat("G0283", "Unattended electrical stimulation"),
    flat("97161", "Evaluation, low"),
    flat("97162", "Evaluation, moderate"),
    flat("97163", "Evaluation, high"),
    flat("97164", "Re-evaluation"),
    flat("98940", "Adjustment, 1 to 2 regions"),
    flat("98941", "Adjustment, 3 to 4 regions"),
    flat("98942", "Adjustment, 5 regions"),
    flat("98943", "Adjustment, extremity"),
    flat("90791", "Intake"),
    flat("90832", "Counseling, 30 minutes"),
    flat("90834", "Counseling, 45 minutes"),
    flat("90837", "Counseling, 60 minutes"),
];

/// Five letters or digits, in capitals. Retired codes are refused with their successor.
pub fn parse(typed: &str) -> Result<String, String> {
    let code = typed.trim().to_ascii_uppercase();
    if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(format!("\"{typed}\" is not a treatment code. It has five characters, like 97140"));
    }
    match code.as_str() {
        "97250" => Err("97250 is retired. Manual therapy is 97140".into()),
        "97001" => Err("97001 is retired since 2017. Evaluations are 97161 to 97163".into()),
        "97002" => Err("97002 is retired since 2017. Re-evaluation is 97164".into()),
        "97122" => Err("97122 does not exist. Neuromuscular re-education is 97112".into()),
        _ => Ok(code),
    }
}

pub fn known(code: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|k| k.code == code)
}

/// Our short label, or the bare code.
pub fn label(code: &str) -> &str {
    known(code).map_or(code, |k| k.label)
}

/// Whether units follow from minutes; a code we do not know is taken as timed, as most of treatment is.
pub fn is_timed(code: &str) -> bool {
    known(code).is_none_or(|k| k.timed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retired_code_is_refused_with_its_successor() {
        assert!(parse("97122").unwrap_err().contains("97112"));
        assert_eq!(parse(" g0283 "), Ok("G0283".into()));
        assert!(parse("9714").is_err());
    }
}
