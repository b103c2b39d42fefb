//! A file of answers, recognized by what stands in it and read whole: TA1, 999 and 277CA, also where one file holds them all. Pure.

use super::fields;
use crate::types::words::capital;
use crate::x12::ack_999::{self, Ack999, Acknowledgements, ElementError, SegmentError, TransactionAnswer};
use crate::x12::claims_at::Places;
use crate::x12::kind::{Kind, kind_of};
use crate::x12::segment::Reader;
use crate::x12::status_277ca::{self, Claim, Status277, StatusCode, Stc, Verdict};
use crate::x12::{EnvelopeFault, codes};
use chrono::NaiveDate;

/// What a person reads at once; the file holds the rest.
const MOST_WORDS: usize = 4;

/// Everything that a file says.
#[derive(Debug, Default)]
pub struct Told {
    pub acks: Acknowledgements,
    pub statuses: Status277,
    /// TA1, 999, 277CA.
    pub kinds: Vec<String>,
    /// Where it was cut off.
    pub cut: Option<String>,
    pub cautions: Vec<String>,
}

/// Reads a file, or says what it is instead and where it belongs.
pub fn read(content: &[u8]) -> Result<(Kind, Told), String> {
    let kind = kind_of(content);
    if !kind.is_acknowledgement() {
        return Err(format!("This is {}. {}", kind.words(), kind.advice()));
    }
    let acks = ack_999::read(&mut Reader::new(content));
    let statuses = status_277ca::read(&mut Reader::new(content));
    let mut told = Told { acks, statuses, ..Told::default() };
    told.kinds = kinds(&told);
    if told.kinds.is_empty() {
        return Err("The file holds no whole answer. Download it again".into());
    }
    let faults = || told.acks.faults.iter().chain(&told.statuses.faults);
    told.cut = faults().find(|f| f.is_fatal()).map(|f| f.at.to_string());
    told.cautions = cautions(faults().filter(|f| !f.is_fatal()), &told.acks.others);
    Ok((kind, told))
}

fn kinds(told: &Told) -> Vec<String> {
    let found = [
        ("TA1", !told.acks.ta1s.is_empty()),
        ("999", !told.acks.groups.is_empty()),
        ("277CA", !(told.statuses.batches.is_empty() && told.statuses.claims.is_empty())),
    ];
    found.into_iter().filter(|(_, is_there)| *is_there).map(|(kind, _)| kind.to_string()).collect()
}

fn cautions<'a>(faults: impl Iterator<Item = &'a EnvelopeFault>, others: &std::collections::BTreeSet<String>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for fault in faults.map(ToString::to_string) {
        if !words.contains(&fault) && words.len() < 20 {
            words.push(fault);
        }
    }
    for other in others.iter().filter(|o| !matches!(o.as_str(), "277" | "999" | "997")) {
        words.push(format!("It also holds a transaction of the kind {other}, which is not read here"));
    }
    words
}

/// What one of ours reads: the words, and the codes behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub words: String,
    pub code: String,
}

impl Words {
    fn of(words: String, code: String) -> Self {
        Self { words: capital(&words), code }
    }
}

/// What became of a whole file of ours, and why (TA1).
pub fn ta1_words(what: &str, verdict: &str, note: &str) -> Words {
    let why = codes::or_code(codes::ta1_note(note), note);
    Words::of(format!("{what}: {why}"), format!("TA1 {verdict}:{note}"))
}

/// Why a claim of ours came back with its transaction (999): what is wrong with it, or that something else was.
pub fn refused_words(group: &Ack999, transaction: Option<&TransactionAnswer>, errors: &[String], code: String) -> Words {
    if !errors.is_empty() {
        return Words::of(joined(errors), code);
    }
    let of_transaction = transaction.map(|t| listed(&t.codes, codes::transaction_error)).unwrap_or_default();
    let of_group = listed(&group.codes, codes::group_error);
    let named = transaction.is_some_and(|t| !t.errors.is_empty());
    let why = if named { Vec::new() } else { [of_transaction, of_group].concat() };
    let words = match why.is_empty() {
        true if named => "The file it travelled in was refused for another claim. Nothing is wrong with this one: send it again".into(),
        true => "The file it travelled in was refused, and the answer does not say why".into(),
        false => format!("The file it travelled in was refused: {}", joined(&why)),
    };
    Words::of(words, code)
}

fn listed(list: &[String], known: fn(&str) -> Option<&'static str>) -> Vec<String> {
    list.iter().map(|code| codes::or_code(known(code), code)).collect()
}

/// The first few, and how many more.
fn joined(words: &[String]) -> String {
    let mut first = words.iter().take(MOST_WORDS).cloned().collect::<Vec<_>>().join("; ");
    if words.len() > MOST_WORDS {
        first.push_str(&format!("; and {} more", words.len() - MOST_WORDS));
    }
    first
}

/// The codes of a transaction and of its errors, for who looks them up: `999 R, NM109:7`.
pub fn code_of(verdict: &str, errors: &[&SegmentError]) -> String {
    let one = |error: &SegmentError| match error.elements.first() {
        Some(element) => format!("{}{:02}:{}", error.segment, element.position.unwrap_or(0), element.code),
        None => format!("{}:{}", error.segment, error.code()),
    };
    let first: Vec<String> = errors.iter().take(MOST_WORDS).map(|e| one(e)).collect();
    std::iter::once(format!("999 {verdict}")).chain(first).collect::<Vec<_>>().join(", ")
}

/// What is wrong with one segment, by the fields of ours that it was filled from.
pub fn error_words(error: &SegmentError, places: &Places, group: &str, transaction: &str) -> Vec<String> {
    let qualifier = error.position.and_then(|at| places.qualifier(group, transaction, at, &error.segment));
    let field = |at| fields::field(&error.segment, &error.loop_id, at, qualifier);
    if error.elements.is_empty() {
        let what = listed(&error.codes, codes::segment_error).join(", ");
        return vec![match field(None) {
            Some(field) => format!("{field}: {what}"),
            None => error.words(),
        }];
    }
    let of_element = |element: &ElementError| {
        let at = element.position.map(|at| (at, element.component));
        let what = codes::or_code(codes::element_error(&element.code), &element.code);
        match field(at) {
            Some(field) => format!("{field}: {what}"),
            None => SegmentError { elements: vec![element.clone()], ..error.clone() }.words(),
        }
    };
    error.elements.iter().map(of_element).collect()
}

/// What a 277CA says of a claim: those of its statuses that decide, then what they wrote.
pub fn status_words(claim: &Claim, verdict: Verdict) -> Words {
    let all: Vec<&Stc> = claim.all_stcs().collect();
    let rejecting: Vec<&Stc> = all.iter().copied().filter(|s| s.rejects()).collect();
    of_stcs(if verdict == Verdict::Rejected && !rejecting.is_empty() { &rejecting } else { &all })
}

/// The same of a batch or a billing provider as a whole.
pub fn stc_words(stcs: &[Stc]) -> Words {
    of_stcs(&stcs.iter().collect::<Vec<_>>())
}

fn of_stcs(stcs: &[&Stc]) -> Words {
    let codes: Vec<&StatusCode> = stcs.iter().flat_map(|s| &s.codes).collect();
    let mut words: Vec<String> = Vec::new();
    let mut shown: Vec<String> = Vec::new();
    for code in codes {
        let one = in_words(code);
        if !words.contains(&one) {
            words.push(one);
        }
        let grey =
            [&code.category, &code.status, &code.entity].into_iter().filter(|c| !c.is_empty()).cloned().collect::<Vec<_>>().join(":");
        if !shown.contains(&grey) && shown.len() < MOST_WORDS {
            shown.push(grey);
        }
    }
    let mut said = joined(&words);
    if let Some(text) = stcs.iter().map(|s| s.text.trim()).find(|t| !t.is_empty()) {
        said.push_str(&format!(". They write: {text}"));
    }
    Words::of(said, shown.join(", "))
}

/// `status_words` of the codes, without the codes.
fn in_words(code: &StatusCode) -> String {
    let words = code.words();
    words.rfind(" [").map_or(words.clone(), |at| words[..at].to_string())
}

/// The day on which the verdict was given: its status's, the batch's, or that of the answer.
pub fn day_of(statuses: &Status277, claim: &Claim, verdict: Verdict) -> Option<NaiveDate> {
    let decisive = claim.all_stcs().filter(|s| verdict != Verdict::Rejected || s.rejects()).filter_map(|s| s.day).max();
    let batch = statuses.batches.get(claim.batch);
    decisive.or_else(|| batch.and_then(|b| b.processed_on.or(b.answered_on)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISA: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CEDARTIDE      *261125*1201*^*00501*000000001*0*P*:~";

    fn told(inner: &str) -> Told {
        read(format!("{ISA}{inner}IEA*1*000000001~").as_bytes()).expect("answers").1
    }

    #[test]
    fn several_kinds_in_one_file_are_all_read() {
        let told = told(concat!(
            "TA1*000000042*261124*0915*A*000~GS*FA*A*B*20261125*1201*5*X*005010X231A1~ST*999*0001~AK1*HC*17~AK9*A*1*1*1~SE*4*0001~GE*1*5~",
            "GS*HN*A*B*20261125*1201*6*X*005010X214~ST*277*0001*005010X214~BHT*0085*08*1*20261126~HL*1**20*1~HL*2*1*21*1~TRN*2*B1~",
            "HL*3*2*19*1~HL*4*3*PT~NM1*QC*1*FIELD~TRN*2*C1~STC*A2:20*20261126*WQ~SE*11*0001~GE*1*6~",
        ));
        assert_eq!(told.kinds, ["TA1", "999", "277CA"]);
        assert_eq!((told.acks.ta1s.len(), told.acks.groups.len(), told.statuses.claims.len()), (1, 1, 1));
        assert_eq!((told.cut, told.cautions.len()), (None, 1), "IEA counts one group");
    }

    #[test]
    fn what_is_no_answer_is_refused_with_what_it_is_and_where_it_belongs() {
        let era = format!("{ISA}GS*HP*A*B*20261125*1201*5*X*005010X221A1~ST*835*0001~BPR*I*0*C~");
        let claims = format!("{ISA}GS*HC*A*B*20261125*1201*5*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019~");
        for (file, what, belongs) in [
            (era.as_bytes(), "a remittance (835)", "under Remittances"),
            (claims.as_bytes(), "a file of claims (837P)", "that came back"),
            (b"PK\x03\x04", "a zip file", "Unpack it first"),
            (b"", "an empty file", "Download it again"),
        ] {
            let words = read(file).expect_err("refused");
            assert!(words.contains(what) && words.contains(belongs), "{words}");
        }
    }

    #[test]
    fn a_file_cut_off_says_where_and_tells_what_came_before() {
        let file = format!("{ISA}GS*FA*A*B*20261125*1201*5*X*005010X231A1~ST*999*0001~AK1*HC*17~AK2*837*0001~IK5*A~AK2*837*0002~IK5");
        let (_, told) = read(file.as_bytes()).expect("what came before the cut");
        assert_eq!(told.acks.groups[0].verdict_of("0001"), ack_999::Verdict::Accepted);
        assert!(told.cut.is_some());
        assert_eq!(
            read(&file.as_bytes()[..file.len() - 45]).expect_err("nothing whole"),
            "The file holds no whole answer. Download it again"
        );
    }

    #[test]
    fn a_segment_that_was_not_liked_is_told_by_our_field() {
        let told = told(concat!(
            "GS*FA*A*B*20261125*1201*5*X*005010X231A1~ST*999*0001~AK1*HC*17~AK2*837*0001~",
            "IK3*NM1*22*2310A*8~IK4*9*67*7*2999999999~IK3*N4*10*2010AA*8~IK4*3*116*5*98101XX~IK3*ZZ*25*2300*1~IK5*R*5~AK9*R*1*1*0~SE*9*0001~GE*1*5~",
        ));
        let answer = &told.acks.groups[0].transactions[0];
        let words: Vec<String> = answer.errors.iter().flat_map(|e| error_words(e, &Places::default(), "17", "0001")).collect();
        assert_eq!(
            words,
            [
                "the referring provider's NPI (item 17b): the value is no valid code",
                "our ZIP code (item 33): the value is too long",
                "ZZ (segment 25, loop 2300): they do not know this segment",
            ]
        );
        assert_eq!(code_of("R", &answer.errors.iter().collect::<Vec<_>>()), "999 R, NM109:7, N403:5, ZZ:1");
    }

    #[test]
    fn a_status_is_told_in_words_with_its_codes_behind_and_what_they_wrote() {
        let claim = told(concat!(
            "GS*HN*A*B*20261125*1201*6*X*005010X214~ST*277*0001*005010X214~BHT*0085*08*1*20261126~HL*1**20*1~HL*2*1*21*1~TRN*2*B1~",
            "HL*3*2*19*1~HL*4*3*PT~NM1*QC*1*FIELD~TRN*2*C1~STC*A2:20*20261125*WQ~STC*A7:562:DN*20261126*U*120*******A6:164:IL*REFERRING NPI~SE*12*0001~GE*1*6~",
        ));
        let claim = &claim.statuses.claims[0];
        let words = status_words(claim, claim.verdict());
        assert!(words.words.starts_with("Rejected, something is not valid: NPI (referring provider)"), "{words:?}");
        assert!(words.code.starts_with("A7:562:DN") && !words.words.contains("A7"), "{words:?}");
    }
}
