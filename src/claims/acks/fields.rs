//! The field of ours that a place in an 837P was filled from, so that a refusal names what a person can change. Pure.

/// In words that a sentence can begin with; nothing where the place is no field of ours.
/// `qualifier` is the segment's first element, which tells what a REF or DTP is; `at` the element and its component.
pub fn field(segment: &str, loop_id: &str, at: Option<(u32, Option<u32>)>, qualifier: Option<&str>) -> Option<&'static str> {
    let (element, component) = at.map_or((0, 0), |(element, component)| (element, component.unwrap_or(0)));
    match loop_id.trim().to_ascii_uppercase().as_str() {
        "2000A" if segment == "PRV" => Some("our taxonomy code (item 33b)"),
        "2010AA" => billing(segment, element),
        "2010AB" => Some("our pay-to address"),
        "2000B" if segment == "SBR" => Some("the policy: whose it is, its group and its kind (item 1)"),
        "2010BA" => person(segment, element, &INSURED),
        "2010BB" => match (segment, element) {
            ("NM1", 9 | 8) => Some("the payer's id at the clearinghouse"),
            ("NM1", _) => Some("the payer's name"),
            ("N3" | "N4", _) => Some("the payer's address"),
            _ => None,
        },
        "2000C" => Some("how the patient is related to the insured (item 6)"),
        "2010CA" => person(segment, element, &PATIENT),
        "2300" => claim(segment, element, component, qualifier),
        "2310A" => practitioner(segment, element, ["the referring provider's NPI (item 17b)", "the referring provider's name (item 17)"]),
        "2310B" | "2420A" if segment == "PRV" => Some("the therapist's taxonomy code"),
        "2310B" | "2420A" => practitioner(segment, element, ["the therapist's NPI (item 24J)", "the therapist's name (item 31)"]),
        "2310C" | "2420C" => Some("the place where the service was given (item 32)"),
        "2320" | "2330A" | "2330B" => Some("the other insurance and what it decided (item 9)"),
        "2400" => line(segment, element, component, qualifier),
        _ => None,
    }
}

/// Name, number, address, birth date and sex of a person.
struct Person([&'static str; 5]);

const INSURED: Person = Person([
    "the insured's name (item 4)",
    "the member number (item 1a)",
    "the insured's address (item 7)",
    "the insured's date of birth (item 11a)",
    "the insured's sex (item 11a)",
]);

const PATIENT: Person = Person([
    "the patient's name (item 2)",
    "the patient's number",
    "the patient's address (item 5)",
    "the patient's date of birth (item 3)",
    "the patient's sex (item 3)",
]);

fn person(segment: &str, element: u32, Person([name, number, address, born, sex]): &Person) -> Option<&'static str> {
    match (segment, element) {
        ("NM1", 8 | 9) => Some(number),
        ("NM1", _) => Some(name),
        ("N3" | "N4", _) => Some(address),
        ("DMG", 3) => Some(sex),
        ("DMG", _) => Some(born),
        _ => None,
    }
}

fn practitioner(segment: &str, element: u32, [npi, name]: [&'static str; 2]) -> Option<&'static str> {
    match (segment, element) {
        ("NM1", 8 | 9) => Some(npi),
        ("NM1", _) => Some(name),
        _ => None,
    }
}

fn billing(segment: &str, element: u32) -> Option<&'static str> {
    match (segment, element) {
        ("NM1", 8 | 9) => Some("our billing NPI (item 33a)"),
        ("NM1", _) => Some("our name as the one who bills (item 33)"),
        ("N3", _) => Some("our street address (item 33)"),
        ("N4", 3) => Some("our ZIP code (item 33)"),
        ("N4", _) => Some("our city, state and ZIP code (item 33)"),
        ("REF", _) => Some("our tax number (item 25)"),
        ("PER", _) => Some("whom to call at our practice"),
        _ => None,
    }
}

fn claim(segment: &str, element: u32, component: u32, qualifier: Option<&str>) -> Option<&'static str> {
    match (segment, element, component) {
        ("CLM", 2, _) => Some("the total charge (item 28)"),
        ("CLM", 5, 3) => Some("original, replacement or void (item 22)"),
        ("CLM", 5, _) => Some("the place of service (item 24B)"),
        ("CLM", 6..=9, _) => Some("the signatures on file (items 12, 13 and 27)"),
        ("CLM", 11, 4) => Some("the state of the accident (item 10b)"),
        ("CLM", 11, _) => Some("work, auto or other accident (item 10)"),
        ("CLM", 1, _) => Some("the claim's number (item 26)"),
        ("DTP", ..) => match qualifier? {
            "431" => Some("the day of onset (item 14)"),
            "439" => Some("the day of the accident (item 14)"),
            "454" | "304" => Some("the day of first or last treatment (item 15)"),
            "360" | "361" | "297" | "296" => Some("the days without work (item 16)"),
            _ => None,
        },
        ("REF", ..) => match qualifier? {
            "G1" => Some("the authorization number (item 23)"),
            "9F" => Some("the referral number (item 23)"),
            "F8" => Some("the payer's own claim number (item 22)"),
            _ => None,
        },
        ("HI", ..) => Some("the diagnoses (item 21)"),
        ("AMT", ..) => Some("what the patient paid (item 29)"),
        ("PWK", ..) => Some("the documents that go with the claim"),
        _ => None,
    }
}

fn line(segment: &str, element: u32, component: u32, qualifier: Option<&str>) -> Option<&'static str> {
    match (segment, element, component) {
        ("SV1", 1, 3..=6) => Some("the modifiers of a line (item 24D)"),
        ("SV1", 1, _) => Some("the procedure code of a line (item 24D)"),
        ("SV1", 2, _) => Some("the charge of a line (item 24F)"),
        ("SV1", 3 | 4, _) => Some("the units of a line (item 24G)"),
        ("SV1", 5, _) => Some("the place of service (item 24B)"),
        ("SV1", 7, _) => Some("the diagnosis pointers of a line (item 24E)"),
        ("SV1", ..) => Some("a service line (item 24)"),
        ("DTP", ..) if qualifier.is_none_or(|q| q == "472") => Some("the date of service (item 24A)"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_file_is_the_field_that_a_person_can_change() {
        let npi = field("NM1", "2310A", Some((9, None)), Some("DN"));
        assert_eq!(npi, Some("the referring provider's NPI (item 17b)"));
        assert_eq!(field("NM1", "2010ba", Some((9, None)), None), Some("the member number (item 1a)"));
        assert_eq!(field("N4", "2010AA", Some((3, None)), None), Some("our ZIP code (item 33)"));
        assert_eq!(field("REF", "2300", None, Some("G1")), Some("the authorization number (item 23)"));
        assert_eq!(field("SV1", "2400", Some((1, Some(3))), None), Some("the modifiers of a line (item 24D)"));
        assert_eq!(field("DTP", "2300", Some((3, None)), Some("431")), Some("the day of onset (item 14)"));
        assert_eq!(field("DMG", "2010CA", Some((2, None)), None), Some("the patient's date of birth (item 3)"));
    }

    #[test]
    fn a_place_that_is_no_field_of_ours_has_none() {
        assert_eq!(field("HL", "2000A", None, None), None);
        assert_eq!(field("REF", "2300", None, None), None, "which number it was is not known");
        assert_eq!(field("XX", "", None, None), None);
    }
}
