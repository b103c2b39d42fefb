//! 277CA (005010X214): what a clearinghouse or payer did with each claim of a batch before anybody decided it.
//! Claims come one at a time, so that a file of any size needs the memory of one claim. Loops that an answer leaves out are done without.

mod listener;

use super::codes;
use super::envelope::{Envelope, EnvelopeFault};
use super::segment::{Reader, X12Error};
use super::told::Private;
use chrono::NaiveDate;
use listener::Listener;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::Read;

/// Everything that one file answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Status277 {
    pub batches: Vec<Batch>,
    pub claims: Vec<Claim>,
    /// Transactions of other kinds in the same file, like `999`; they were not read here.
    pub others: BTreeSet<String>,
    #[serde(skip)]
    pub faults: Vec<EnvelopeFault>,
}

/// The answer to one batch of ours (loops 2100A to 2200B).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Batch {
    /// ISA06 and ISA08 of the answer, ST02, GS08.
    pub from: String,
    pub to: String,
    pub control: String,
    pub version: String,
    /// BHT03 and BHT04 of the answer.
    pub answer_reference: String,
    pub answered_on: Option<NaiveDate>,
    /// The payer or clearinghouse that speaks, and when it received and processed the batch.
    pub source: Party,
    pub received_on: Option<NaiveDate>,
    pub processed_on: Option<NaiveDate>,
    /// Whom it tells: us.
    pub receiver: Party,
    /// TRN02 at the receiver: our BHT03, or our ST02.
    pub reference: String,
    pub stcs: Vec<Stc>,
    pub totals: Totals,
    pub providers: Vec<ProviderAnswer>,
}

/// What is said of one billing provider as a whole (loop 2200C).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ProviderAnswer {
    pub provider: Party,
    pub reference: String,
    pub stcs: Vec<Stc>,
    pub totals: Totals,
}

/// Who an NM1 names, other than a patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Party {
    /// NM101, like `PR` payer or `AY` clearinghouse.
    pub entity: String,
    pub name: String,
    pub id_qualifier: String,
    pub id: String,
}

/// Counts and charges, as far as they are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    pub accepted: Option<i64>,
    pub rejected: Option<i64>,
    pub accepted_cents: Option<i64>,
    pub rejected_cents: Option<i64>,
}

/// The answer to one claim (loops 2000D to 2220D).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Claim {
    /// Its batch among `batches`, and its provider among the batch's.
    pub batch: usize,
    pub provider: Option<usize>,
    /// TRN02: our claim number as it travelled, or whatever came back.
    pub claim_number: String,
    pub patient: Patient,
    pub stcs: Vec<Stc>,
    /// REF*1K: replacement and void need it.
    pub payer_claim_no: String,
    /// REF*D9.
    pub clearinghouse_no: String,
    /// REF*BLT.
    pub bill_type: String,
    pub service_from: Option<NaiveDate>,
    pub service_to: Option<NaiveDate>,
    pub lines: Vec<Line>,
    /// Its segments in the file: the first byte, and the byte behind the last.
    pub raw: (u64, u64),
}

/// The patient as the answer names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Patient {
    pub last: Private,
    pub first: Private,
    pub middle: Private,
    pub id_qualifier: String,
    pub id: Private,
}

/// A service line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Line {
    /// REF*FJ: our REF*6R.
    pub number: String,
    pub code: String,
    pub modifiers: Vec<String>,
    pub charge_cents: Option<i64>,
    pub service_from: Option<NaiveDate>,
    pub service_to: Option<NaiveDate>,
    pub stcs: Vec<Stc>,
}

/// One STC: up to three codes, when, and what it does.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stc {
    /// STC01, STC10 and STC11.
    pub codes: Vec<StatusCode>,
    pub day: Option<NaiveDate>,
    pub action: Action,
    pub charge_cents: Option<i64>,
    /// STC12: free text, which may name anybody.
    pub text: Private,
}

/// What happened, why, and about whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StatusCode {
    pub category: String,
    pub status: String,
    pub entity: String,
}

/// STC03.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// WQ
    Accept,
    /// U
    Reject,
    #[default]
    Untold,
    Other(String),
}

/// What an answer means for the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A0: passed on to another entity. The claim stays submitted.
    Forwarded,
    /// A1: received, not yet accepted.
    Received,
    /// A2: accepted for adjudication.
    Accepted,
    /// A3, A6, A7, A8 or U, anywhere on the claim or its lines. It never existed at the payer, and the filing clock runs on.
    Rejected,
    /// A4: they have no such claim.
    NotFound,
    /// A5: accepted, and split into several.
    Split,
    /// A status of the full 276/277, one that we do not know, or none.
    Other,
}

impl Claim {
    /// What all that is said about the claim comes to.
    pub fn verdict(&self) -> Verdict {
        let of_lines = || self.lines.iter().flat_map(|l| &l.stcs);
        match verdict(self.stcs.iter().chain(of_lines())) {
            Verdict::Rejected => Verdict::Rejected,
            _ if self.stcs.is_empty() => verdict(of_lines()),
            _ => verdict(&self.stcs),
        }
    }

    /// All statuses: of the claim, then of its lines.
    pub fn all_stcs(&self) -> impl Iterator<Item = &Stc> {
        self.stcs.iter().chain(self.lines.iter().flat_map(|l| &l.stcs))
    }

    /// Something is told about it.
    fn says_something(&self) -> bool {
        !(self.claim_number.is_empty() && self.stcs.is_empty() && self.lines.is_empty() && self.payer_claim_no.is_empty())
    }
}

/// Rejected before all; then the furthest that is said.
fn verdict<'a>(stcs: impl IntoIterator<Item = &'a Stc>) -> Verdict {
    let rank = |v: &Verdict| match v {
        Verdict::Rejected => 6,
        Verdict::Split => 5,
        Verdict::Accepted => 4,
        Verdict::Received => 3,
        Verdict::Forwarded => 2,
        Verdict::NotFound => 1,
        Verdict::Other => 0,
    };
    stcs.into_iter().flat_map(Stc::verdicts).max_by_key(rank).unwrap_or(Verdict::Other)
}

impl Stc {
    fn verdicts(&self) -> impl Iterator<Item = Verdict> {
        let refused = (self.action == Action::Reject).then_some(Verdict::Rejected);
        refused.into_iter().chain(self.codes.iter().map(StatusCode::verdict))
    }

    /// It refuses, by its action or by one of its codes.
    pub fn rejects(&self) -> bool {
        self.verdicts().any(|v| v == Verdict::Rejected)
    }
}

impl StatusCode {
    fn verdict(&self) -> Verdict {
        match self.category.to_ascii_uppercase().as_str() {
            "A0" => Verdict::Forwarded,
            "A1" => Verdict::Received,
            "A2" => Verdict::Accepted,
            "A3" | "A6" | "A7" | "A8" => Verdict::Rejected,
            "A4" => Verdict::NotFound,
            "A5" => Verdict::Split,
            _ => Verdict::Other,
        }
    }

    /// In our words, the codes behind: `rejected, something is not valid: NPI (billing provider) [A7:562:85]`.
    pub fn words(&self) -> String {
        codes::status_words(&self.category, &self.status, &self.entity)
    }
}

impl Batch {
    /// The batch is refused as a whole: each claim of ours in it that the answer does not name is rejected.
    pub fn is_refused(&self) -> bool {
        is_refused(&self.stcs, &self.totals)
    }
}

impl ProviderAnswer {
    /// All claims of the provider are refused, named or not.
    pub fn is_refused(&self) -> bool {
        is_refused(&self.stcs, &self.totals)
    }
}

/// A refusal beside a count of accepted claims is a summary: then each claim speaks for itself.
fn is_refused(stcs: &[Stc], totals: &Totals) -> bool {
    verdict(stcs) == Verdict::Rejected && totals.accepted.unwrap_or(0) == 0
}

impl Status277 {
    /// Nothing is missing from the file. Of a file that was cut off, the claims that were read still count.
    pub fn is_whole(&self) -> bool {
        !self.faults.iter().any(EnvelopeFault::is_fatal)
    }

    /// The verdict of a claim, and that of its provider or batch where nothing is said of the claim itself.
    pub fn verdict(&self, claim: &Claim) -> Verdict {
        let batch = self.batches.get(claim.batch);
        let provider = batch.zip(claim.provider).and_then(|(batch, at)| batch.providers.get(at));
        let refused = batch.is_some_and(Batch::is_refused) || provider.is_some_and(ProviderAnswer::is_refused);
        if refused && claim.all_stcs().next().is_none() { Verdict::Rejected } else { claim.verdict() }
    }
}

/// Reads a whole file into memory.
pub fn read<R: Read>(reader: &mut Reader<R>) -> Status277 {
    let mut statuses = Statuses::new(reader);
    let mut claims = Vec::new();
    // What stops the reading is among the faults.
    while let Ok(Some(claim)) = statuses.next_claim() {
        claims.push(claim);
    }
    Status277 { claims, ..statuses.finish() }
}

/// Reads a file claim by claim.
pub struct Statuses<'r, R> {
    reader: &'r mut Reader<R>,
    envelope: Envelope,
    listener: Listener,
}

impl<'r, R: Read> Statuses<'r, R> {
    pub fn new(reader: &'r mut Reader<R>) -> Self {
        Self { reader, envelope: Envelope::default(), listener: Listener::default() }
    }

    /// The next claim; nothing at the end. A claim is told once the segment behind it was read, so a cut never halves one.
    pub fn next_claim(&mut self) -> Result<Option<Claim>, X12Error> {
        while let Some(segment) = self.envelope.next(self.reader) {
            match self.listener.take(&segment, &mut self.envelope) {
                Ok(None) => {}
                Ok(claim) => return Ok(claim),
                Err(error) => self.envelope.fail(error),
            }
        }
        self.listener.claim = None;
        match self.envelope.take_failure() {
            Some(error) => Err(error),
            None => Ok(None),
        }
    }

    /// The batches named so far; a claim's `batch` counts in it.
    pub fn batches(&self) -> &[Batch] {
        &self.listener.batches
    }

    /// All but the claims, which were told before.
    pub fn finish(self) -> Status277 {
        Status277 { batches: self.listener.batches, claims: Vec::new(), others: self.listener.others, faults: self.envelope.finish() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::mangle::{ISA, each_cut, mangled};
    use super::super::segment::day;
    use super::listener::{MOST_OF_A_CLAIM, MOST_OF_A_FILE};
    use super::*;

    const GS: &str = "GS*HN*PAYER*CEDARTIDE*20261126*0700*5*X*005010X214~";
    const HEAD: &str = concat!(
        "BHT*0085*08*ANSWER7*20261126*0700*TH~",
        "HL*1**20*1~NM1*PR*2*HARBOR MUTUAL*****PI*90001~TRN*1*SRC1~DTP*050*D8*20261125~DTP*009*D8*20261126~",
        "HL*2*1*21*1~NM1*41*2*CEDAR AND TIDE MASSAGE*****46*CEDARTIDE~TRN*2*BATCH0042~STC*A1:19:PR*20261126*WQ*360~QTY*90*2~QTY*AA*1~AMT*YU*240~AMT*YY*120~",
        "HL*3*2*19*1~NM1*85*2*CEDAR AND TIDE MASSAGE*****XX*2000000004~TRN*1*P1~STC*A1:19:85**WQ*360~QTY*QA*2~QTY*QC*1~AMT*YU*240~AMT*YY*120~",
    );
    const ACCEPTED: &str = concat!(
        "HL*4*3*PT~NM1*QC*1*WHITFIELD*DANA*Q***MI*W000000001~TRN*2*C202600311~STC*A2:20:PR*20261126*WQ*120~",
        "REF*1K*PAYER555~REF*D9*HOUSE777~REF*BLT*111~DTP*472*D8*20261103~",
    );
    const REJECTED: &str = concat!(
        "HL*5*3*PT~NM1*QC*1*FIELD*ROWAN****MI*W000000002~TRN*2*C202600312~",
        "STC*A7:562:DN*20261126*U*120******A6:164:IL*A3:21*REFERRING NPI FOR FIELD~DTP*472*RD8*20261103-20261105~",
        "SVC*HC:97124:GP*60*****4~STC*A7:453*20261126*U~REF*FJ*1~DTP*472*D8*20261103~",
        "SVC*HC:97140*60*****2~STC*A2:20*20261126~REF*FJ*2~",
    );

    fn read(file: impl AsRef<[u8]>) -> Status277 {
        super::read(&mut Reader::new(file.as_ref()))
    }

    fn file(inner: &str) -> String {
        let count = inner.matches('~').count() + 2;
        format!("{ISA}{GS}ST*277*0001*005010X214~{inner}SE*{count}*0001~GE*1*5~IEA*1*000000001~")
    }

    fn two() -> String {
        file(&format!("{HEAD}{ACCEPTED}{REJECTED}"))
    }

    /// A claim with the statuses of these STC.
    fn claim(stcs: &str) -> Claim {
        let told = read(file(&format!("{HEAD}HL*4*3*PT~NM1*QC*1*FIELD*ROWAN~TRN*2*C1~{stcs}")));
        told.claims.into_iter().next().expect("a claim")
    }

    #[test]
    fn a_batch_tells_who_speaks_about_which_batch_and_how_much() {
        let told = read(two());
        assert_eq!(told.faults, []);
        let [batch] = &told.batches[..] else { panic!("{told:?}") };
        assert_eq!((batch.reference.as_str(), batch.answer_reference.as_str(), batch.control.as_str()), ("BATCH0042", "ANSWER7", "0001"));
        assert_eq!(
            (batch.source.name.as_str(), batch.source.id.as_str(), batch.receiver.id.as_str()),
            ("HARBOR MUTUAL", "90001", "CEDARTIDE")
        );
        assert_eq!((batch.received_on, batch.processed_on), (day("20261125"), day("20261126")));
        let totals = Totals { accepted: Some(2), rejected: Some(1), accepted_cents: Some(24_000), rejected_cents: Some(12_000) };
        assert_eq!((batch.totals, batch.providers[0].totals), (totals, totals));
        assert_eq!((batch.providers[0].provider.id.as_str(), batch.is_refused()), ("2000000004", false));
        assert_eq!((batch.from.as_str(), batch.version.as_str()), ("PAYER", "005010X214"));
    }

    #[test]
    fn an_accepted_claim_has_the_numbers_that_a_replacement_needs() {
        let text = two();
        let told = read(&text);
        let claim = &told.claims[0];
        assert_eq!((claim.claim_number.as_str(), claim.verdict()), ("C202600311", Verdict::Accepted));
        assert_eq!(
            (claim.payer_claim_no.as_str(), claim.clearinghouse_no.as_str(), claim.bill_type.as_str()),
            ("PAYER555", "HOUSE777", "111")
        );
        assert_eq!((&*claim.patient.last, &*claim.patient.first, &*claim.patient.id), ("WHITFIELD", "DANA", "W000000001"));
        assert_eq!((claim.service_from, claim.service_to), (day("20261103"), day("20261103")));
        assert_eq!((claim.stcs[0].day, claim.stcs[0].charge_cents), (day("20261126"), Some(12_000)));
        assert_eq!((claim.batch, claim.provider), (0, Some(0)));
        assert_eq!(&text[claim.raw.0 as usize..claim.raw.1 as usize], ACCEPTED);
    }

    #[test]
    fn a_rejected_claim_tells_every_reason_of_the_claim_and_its_lines() {
        let text = two();
        let told = read(&text);
        let claim = &told.claims[1];
        assert_eq!(claim.verdict(), Verdict::Rejected);
        let words: Vec<String> = claim.stcs[0].codes.iter().map(StatusCode::words).collect();
        assert_eq!(
            words,
            [
                "rejected, something is not valid: NPI (referring provider) [A7:562:DN]",
                "rejected, something is missing: member id (subscriber) [A6:164:IL]",
                "sent back, it could not be processed: information is missing or not valid [A3:21]",
            ]
        );
        assert_eq!(&*claim.stcs[0].text, "REFERRING NPI FOR FIELD");
        assert_eq!((claim.service_from, claim.service_to), (day("20261103"), day("20261105")));
        let [first, second] = &claim.lines[..] else { panic!("{claim:?}") };
        assert_eq!((first.number.as_str(), first.code.as_str(), first.modifiers.join(" ")), ("1", "97124", "GP".to_string()));
        assert_eq!((first.charge_cents, first.service_from, first.stcs[0].rejects()), (Some(6_000), day("20261103"), true));
        assert_eq!((second.number.as_str(), second.stcs[0].rejects()), ("2", false));
        assert_eq!(&text[claim.raw.0 as usize..claim.raw.1 as usize], REJECTED);
    }

    #[test]
    fn each_category_means_what_the_table_says() {
        let table = [
            ("STC*A0:16*20261126*WQ~", Verdict::Forwarded),
            ("STC*A1:19*20261126*WQ~", Verdict::Received),
            ("STC*A2:20*20261126*WQ~", Verdict::Accepted),
            ("STC*A3:21*20261126*WQ~", Verdict::Rejected),
            ("STC*A4:35*20261126*WQ~", Verdict::NotFound),
            ("STC*A5:20*20261126*WQ~", Verdict::Split),
            ("STC*A6:21~", Verdict::Rejected),
            ("STC*A7:21~", Verdict::Rejected),
            ("STC*A8:21~", Verdict::Rejected),
            ("STC*P1:20~", Verdict::Other),
            ("STC*Z9:9999:??*x*QQ*y~", Verdict::Other),
            ("", Verdict::Other),
        ];
        for (stc, expected) in table {
            assert_eq!(claim(stc).verdict(), expected, "{stc}");
        }
    }

    #[test]
    fn one_refusal_anywhere_on_the_claim_rejects_it() {
        for stcs in [
            "STC*A2:20**WQ~STC*A7:21**U~",
            "STC*A7:21**U~STC*A2:20**WQ~",
            "STC*A1:19**U~",
            "STC*A2:20**WQ*******A1:19*A8:21~",
            "STC*A2:20**WQ~SVC*HC:97124*60~STC*A7:453**U~",
            "SVC*HC:97124*60~STC*A2:20~SVC*HC:97140*60~STC*A2:20**U~",
        ] {
            assert_eq!(claim(stcs).verdict(), Verdict::Rejected, "{stcs}");
        }
        assert_eq!(claim("STC*A1:19**WQ~STC*A2:20**WQ~").verdict(), Verdict::Accepted);
        assert_eq!(
            claim("STC*A1:19**WQ~SVC*HC:97124*60~STC*A2:20~").verdict(),
            Verdict::Received,
            "a line does not accept a claim that speaks"
        );
        assert_eq!(claim("SVC*HC:97124*60~STC*A2:20~").verdict(), Verdict::Accepted, "where the claim is silent, its lines speak");
    }

    #[test]
    fn a_batch_or_provider_refused_as_a_whole_is_told_apart() {
        let receiver = HEAD.replace("STC*A1:19:PR*20261126*WQ*360~QTY*90*2~", "STC*A3:24:41*20261126*U*360~QTY*90*0~");
        let (receiver, _) = receiver.split_once("HL*3").expect("a provider");
        let told = read(file(receiver));
        assert!(told.batches[0].is_refused() && told.claims.is_empty() && told.batches[0].providers.is_empty());
        let provider = HEAD.replace("STC*A1:19:85**WQ*360~QTY*QA*2~", "STC*A3:25:85**U*360~");
        let told = read(file(&format!("{provider}HL*4*3*PT~NM1*QC*1*FIELD~TRN*2*C1~HL*5*3*PT~NM1*QC*1*FIELD~TRN*2*C2~STC*A1:19~")));
        assert!(told.batches[0].providers[0].is_refused() && !told.batches[0].is_refused());
        assert_eq!((told.verdict(&told.claims[0]), told.claims[0].verdict()), (Verdict::Rejected, Verdict::Other));
        assert_eq!(told.verdict(&told.claims[1]), Verdict::Received, "a claim that the answer speaks of has its own verdict");
        let summary = HEAD.replace("STC*A1:19:PR*20261126*WQ*360", "STC*A3:24:41*20261126*U*360");
        assert!(!read(file(&summary)).batches[0].is_refused(), "two were accepted");
    }

    #[test]
    fn answers_that_leave_loops_out_are_read() {
        let bare = read(file("NM1*QC*1*FIELD*ROWAN~TRN*2*C1~STC*A2:20**WQ~NM1*QC*1*WHITFIELD*DANA~TRN*2*C2~STC*A7:21**U~"));
        let told: Vec<_> = bare.claims.iter().map(|c| (c.claim_number.as_str(), &*c.patient.last, c.verdict())).collect();
        assert_eq!(told, [("C1", "FIELD", Verdict::Accepted), ("C2", "WHITFIELD", Verdict::Rejected)]);
        assert_eq!((bare.claims[0].batch, bare.claims[0].provider, bare.batches.len()), (0, None, 1));
        let no_provider = HEAD.split_once("HL*3").map(|(before, _)| format!("{before}{ACCEPTED}")).expect("a provider");
        let told = read(file(&no_provider));
        assert_eq!((told.claims[0].provider, told.batches[0].reference.as_str()), (None, "BATCH0042"));
        let full =
            read(file(&format!("{HEAD}HL*4*3*22*1~NM1*IL*1*WHITFIELD*SAM~HL*5*4*23~NM1*QC*1*WHITFIELD*DANA~TRN*2*X~REF*EJ*C9~STC*P1:20~")));
        assert_eq!((full.claims.len(), &*full.claims[0].patient.first), (1, "DANA"));
    }

    #[test]
    fn a_patient_with_several_claims_has_each_of_them() {
        let text = file(&format!("{HEAD}{ACCEPTED}TRN*2*C202600399~STC*A6:21**U~REF*1K*OTHER~"));
        let told = read(&text);
        let [first, second] = &told.claims[..] else { panic!("{told:?}") };
        assert_eq!((first.payer_claim_no.as_str(), second.payer_claim_no.as_str()), ("PAYER555", "OTHER"));
        assert_eq!((second.claim_number.as_str(), second.verdict(), &*second.patient.last), ("C202600399", Verdict::Rejected, "WHITFIELD"));
        assert_eq!(first.raw.1, second.raw.0);
        assert!(text[second.raw.0 as usize..second.raw.1 as usize].starts_with("TRN*2*C202600399~"));
    }

    #[test]
    fn a_number_behind_the_status_is_still_its_claims_and_is_told() {
        let told = read(file(&format!("{HEAD}HL*4*3*PT~NM1*QC*1*FIELD~STC*A7:21**U~TRN*2*C1~HL*5*3*PT~TRN*2*C2~STC*A2:20~")));
        let claims: Vec<_> = told.claims.iter().map(|c| (c.claim_number.as_str(), c.verdict())).collect();
        assert_eq!(claims, [("C1", Verdict::Rejected), ("C2", Verdict::Accepted)]);
        assert_eq!((told.faults.len(), told.is_whole()), (1, true));
    }

    #[test]
    fn several_batches_transactions_and_interchanges_in_one_file_are_kept_apart() {
        let second = two().replace("BATCH0042", "BATCH0043").replace('*', "|").replace('~', "\r\n");
        let third = file(&format!("{HEAD}{}{ACCEPTED}", HEAD.split_once("HL*2").map(|(_, rest)| format!("HL*2{rest}")).expect("a batch")));
        let other = format!("{ISA}{GS}ST*999*0001~AK1*HC*1~HL*1**PT~NM1*QC*1*NOBODY~TRN*2*C0~SE*6*0001~GE*1*5~IEA*1*000000001~");
        let told = read(format!("{}{second}{other}{third}", two()));
        let batches: Vec<&str> = told.batches.iter().map(|b| b.reference.as_str()).collect();
        assert_eq!(batches, ["BATCH0042", "BATCH0043", "BATCH0042", "BATCH0042"]);
        assert_eq!(told.claims.iter().map(|c| c.batch).collect::<Vec<_>>(), [0, 0, 1, 1, 3]);
        assert_eq!(told.others.iter().collect::<Vec<_>>(), ["999"]);
        assert_eq!(told.faults, []);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place_and_the_claim_counts_without_it() {
        let told = read(file(&format!("{HEAD}HL*4*3*PT~NM1*QC*1*FIELD~TRN*2*C1~STC*A2:20*2026*WQ*12O~DTP*472*D8*LATE~ZZZ*1~")));
        let places: Vec<String> = told.faults.iter().map(|f| format!("{}{}", f.at.id, f.at.element.unwrap_or(0))).collect();
        assert_eq!(places, ["STC2", "STC4", "DTP3"]);
        assert_eq!((told.claims[0].verdict(), told.is_whole()), (Verdict::Accepted, true));
    }

    #[test]
    fn patients_are_not_in_the_log() {
        let shown = format!("{:?}", read(two()));
        for private in ["WHITFIELD", "DANA", "W000000001", "NPI FOR"] {
            assert!(!shown.contains(private), "{private}: {shown}");
        }
    }

    #[test]
    fn a_file_cut_off_at_any_byte_is_known_to_be_incomplete_and_halves_no_claim() {
        let text = two();
        let whole = read(&text).claims;
        let enough = text.len() - "*1*000000001~".len();
        each_cut(&text, |cut, at| {
            let told = read(cut);
            assert!(!told.is_whole() || at >= enough, "cut at {at}");
            assert_eq!(told.claims[..], whole[..told.claims.len()], "cut at {at}");
        });
    }

    #[test]
    fn nothing_that_a_file_holds_makes_the_reader_panic() {
        mangled(&two(), 6_000, |bytes| {
            let told = read(bytes);
            for claim in &told.claims {
                assert!(claim.batch < told.batches.len() && claim.raw.0 < claim.raw.1 && claim.raw.1 <= bytes.len() as u64);
                told.verdict(claim);
            }
        });
    }

    #[test]
    fn claims_come_one_at_a_time_and_the_error_that_ends_them_once() {
        let text = two();
        let mut reader = Reader::new(&text.as_bytes()[..text.len() - 17]);
        let mut statuses = Statuses::new(&mut reader);
        assert_eq!(statuses.next_claim().expect("read").expect("a claim").claim_number, "C202600311");
        assert_eq!(statuses.batches().len(), 1);
        let mut rest = Vec::new();
        let error = loop {
            match statuses.next_claim() {
                Ok(Some(claim)) => rest.push(claim),
                Ok(None) => panic!("it was cut off"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.words, "the file is cut off here");
        assert_eq!((rest.len(), statuses.next_claim()), (1, Ok(None)));
        assert!(!statuses.finish().is_whole());
    }

    /// Repeats one patient for ever, up to a number of claims.
    struct Many {
        left: usize,
        chunk: Vec<u8>,
    }

    impl Read for Many {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            if self.chunk.is_empty() && self.left > 0 {
                self.left -= 1;
                self.chunk = REJECTED.as_bytes().to_vec();
            }
            let n = self.chunk.len().min(into.len());
            into[..n].copy_from_slice(&self.chunk[..n]);
            self.chunk.drain(..n);
            Ok(n)
        }
    }

    #[test]
    fn a_large_file_is_read_claim_by_claim_and_one_without_end_is_refused() {
        let head = format!("{ISA}{GS}ST*277*0001*005010X214~{HEAD}");
        let mut reader = Reader::new(head.as_bytes().chain(Many { left: 3_000, chunk: Vec::new() }));
        let mut statuses = Statuses::new(&mut reader);
        let mut count = 0;
        while statuses.next_claim().expect("read").is_some() {
            count += 1;
        }
        assert_eq!(count, 2_999, "the last one has nothing behind it");
        assert_eq!(statuses.batches().len(), 1);
        for endless in ["STC*A1:19~", "SVC*HC:97124*1~"] {
            let told = read(file(&format!("{HEAD}HL*4*3*PT~TRN*2*C1~{}", endless.repeat(MOST_OF_A_CLAIM + 1))));
            assert!(!told.is_whole() && told.claims.is_empty(), "{endless}");
        }
        assert!(!read(file(&"HL*2*1*21*1~".repeat(MOST_OF_A_FILE + 1))).is_whole());
    }
}
