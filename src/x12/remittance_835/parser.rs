//! Segments in, parts of payments out, one at a time: a file of any size is read with one claim in memory.

use super::super::{Segment, X12Error};
use super::{Adjustment, Balance, ClaimPayment, LinePayment, Named, Party, Payment, ProviderItem};

/// More lines than any claim has; beyond it the file is broken.
const MOST_LINES: usize = 999;
const MOST_ADJUSTMENTS: usize = 999;

/// What the parser has understood so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A payment begins.
    Payment(Box<Payment>),
    Claim(Box<ClaimPayment>),
    Item(ProviderItem),
    /// It ends. The balance was drawn over all of it, and its text tells it from every other payment.
    End(Box<End>),
}

/// What is known of a payment at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    pub balance: Balance,
    /// Where the payment stands in the file, ST to SE.
    pub from: u64,
    pub to: u64,
}

/// Reads the 835s of a file, segment by segment. Other transaction sets are passed over.
#[derive(Debug, Default)]
pub struct Parser {
    within: bool,
    payment: Option<Payment>,
    claim: Option<ClaimPayment>,
    line: Option<LinePayment>,
    balance: Balance,
    /// Whose REFs and names those of the head are.
    at_payee: bool,
    from: u64,
}

impl Parser {
    /// Takes the next segment, and hands over the parts that it completes.
    pub fn see(&mut self, segment: &Segment<'_>, parts: &mut Vec<Part>) -> Result<(), X12Error> {
        if segment.id() == "ST" {
            return self.open(segment);
        }
        if !self.within {
            return Ok(());
        }
        match segment.id() {
            "LX" | "CLP" | "PLB" | "SE" => {
                self.close_head(parts);
                self.close_claim(segment.offset, parts);
                self.boundary(segment, parts)
            }
            _ if self.claim.is_some() => self.within_claim(segment),
            _ => self.within_head(segment),
        }
    }

    fn open(&mut self, segment: &Segment<'_>) -> Result<(), X12Error> {
        if self.within {
            return Err(segment.error("a payment begins before the one before it ended: its SE is missing"));
        }
        if segment.get(1) == "835" {
            let payment = Payment { control: segment.get(2).into(), ..Payment::default() };
            *self = Self { within: true, payment: Some(payment), from: segment.offset, ..Self::default() };
        }
        Ok(())
    }

    fn boundary(&mut self, segment: &Segment<'_>, parts: &mut Vec<Part>) -> Result<(), X12Error> {
        match segment.id() {
            "CLP" => self.claim = Some(claim(segment)?),
            "PLB" => {
                for item in provider_items(segment)? {
                    self.balance.add_item(&item);
                    parts.push(Part::Item(item));
                }
            }
            "SE" => {
                let mut balance = std::mem::take(&mut self.balance);
                balance.close();
                parts.push(Part::End(Box::new(End { balance, from: self.from, to: segment.end })));
                *self = Self::default();
            }
            _ => {}
        }
        Ok(())
    }

    /// The head ends where the first claim, item or trailer begins.
    fn close_head(&mut self, parts: &mut Vec<Part>) {
        if let Some(payment) = self.payment.take() {
            self.balance.begin(&payment);
            parts.push(Part::Payment(Box::new(payment)));
        }
    }

    fn close_claim(&mut self, end: u64, parts: &mut Vec<Part>) {
        let Some(mut claim) = self.claim.take() else { return };
        claim.lines.extend(self.line.take());
        claim.to = end;
        self.balance.add_claim(&claim);
        parts.push(Part::Claim(Box::new(claim)));
    }

    fn within_head(&mut self, segment: &Segment<'_>) -> Result<(), X12Error> {
        let Some(payment) = &mut self.payment else { return Ok(()) };
        match segment.id() {
            "BPR" => {
                payment.handling = segment.get(1).into();
                let amount = segment.cents(2)?;
                payment.amount_cents = if segment.get(3) == "D" { -amount } else { amount };
                payment.method = segment.get(4).into();
                payment.paid_on = segment.day(16)?;
            }
            "TRN" => (payment.trace, payment.originator) = (segment.get(2).into(), segment.get(3).into()),
            "DTM" if segment.get(1) == "405" => payment.produced_on = segment.day(2)?,
            "N1" => {
                self.at_payee = segment.get(1) == "PE";
                let party =
                    Party { name: segment.get(2).into(), qualifier: segment.get(3).into(), id: segment.get(4).into(), others: Vec::new() };
                match segment.get(1) {
                    "PR" => payment.payer = party,
                    "PE" => payment.payee = party,
                    _ => {}
                }
            }
            "REF" => {
                let party = if self.at_payee { &mut payment.payee } else { &mut payment.payer };
                if party.others.len() < 20 {
                    party.others.push((segment.get(1).into(), segment.get(2).into()));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn within_claim(&mut self, segment: &Segment<'_>) -> Result<(), X12Error> {
        let Some(claim) = &mut self.claim else { return Ok(()) };
        if segment.id() == "SVC" {
            claim.lines.extend(self.line.take());
            if claim.lines.len() == MOST_LINES {
                return Err(segment.error("more lines than any claim has"));
            }
            self.line = Some(line(segment)?);
            return Ok(());
        }
        match &mut self.line {
            Some(line) => of_line(line, segment),
            None => of_claim(claim, segment),
        }
    }
}

fn claim(clp: &Segment<'_>) -> Result<ClaimPayment, X12Error> {
    Ok(ClaimPayment {
        number: clp.get(1).into(),
        status: clp.get(2).into(),
        charge_cents: clp.cents(3)?,
        paid_cents: clp.cents(4)?,
        patient_cents: clp.cents(5)?,
        payer_claim_no: clp.get(7).into(),
        frequency: clp.get(9).into(),
        segment: clp.number,
        from: clp.offset,
        ..ClaimPayment::default()
    })
}

fn line(svc: &Segment<'_>) -> Result<LinePayment, X12Error> {
    Ok(LinePayment {
        code: svc.part(1, 2).into(),
        modifiers: modifiers(svc, 1),
        submitted_code: svc.part(6, 2).into(),
        submitted_modifiers: modifiers(svc, 6),
        charge_cents: svc.cents(2)?,
        paid_cents: svc.cents(3)?,
        units: svc.number(5)?,
        billed_units: svc.number(7)?,
        segment: svc.number,
        from: svc.offset,
        ..LinePayment::default()
    })
}

/// The four that may follow a code.
fn modifiers(svc: &Segment<'_>, at: usize) -> Vec<String> {
    svc.parts(at).skip(2).take(4).filter(|m| !m.is_empty()).map(String::from).collect()
}

fn of_claim(claim: &mut ClaimPayment, segment: &Segment<'_>) -> Result<(), X12Error> {
    match segment.id() {
        "CAS" => adjustments(segment, &mut claim.adjustments)?,
        "NM1" => match segment.get(1) {
            "QC" => claim.patient = named(segment),
            "IL" => claim.subscriber = named(segment),
            "74" => claim.corrected = Some(named(segment)),
            "TT" => claim.forwarded_to = segment.get(3).into(),
            _ => {}
        },
        "REF" if segment.get(1) == "F8" => claim.original_claim_no = segment.get(2).into(),
        "MOA" => remarks(segment, 3..=7, &mut claim.remarks),
        "MIA" => {
            remarks(segment, 5..=5, &mut claim.remarks);
            remarks(segment, 20..=23, &mut claim.remarks);
        }
        "DTM" => match segment.get(1) {
            "232" | "472" => claim.service_on = segment.day(2)?,
            "050" => claim.received_on = segment.day(2)?,
            _ => {}
        },
        "AMT" if segment.get(1) == "I" => claim.interest_cents = segment.cents(2)?,
        _ => {}
    }
    Ok(())
}

fn of_line(line: &mut LinePayment, segment: &Segment<'_>) -> Result<(), X12Error> {
    match segment.id() {
        "CAS" => adjustments(segment, &mut line.adjustments)?,
        "DTM" if matches!(segment.get(1), "472" | "150") => line.service_on = segment.day(2)?,
        "REF" if segment.get(1) == "6R" => line.line_no = segment.get(2).into(),
        "AMT" if segment.get(1) == "B6" => line.allowed_cents = Some(segment.cents(2)?),
        "LQ" if segment.get(1) == "HE" => remarks(segment, 2..=2, &mut line.remarks),
        _ => {}
    }
    Ok(())
}

/// A group, then up to six reasons with amount and quantity.
fn adjustments(cas: &Segment<'_>, into: &mut Vec<Adjustment>) -> Result<(), X12Error> {
    for at in (2..=cas.len().max(3)).step_by(3) {
        let amount_cents = cas.cents(at + 1)?;
        if cas.get(at).is_empty() && amount_cents == 0 {
            continue;
        }
        if into.len() == MOST_ADJUSTMENTS {
            return Err(cas.error("more adjustments than any claim has"));
        }
        into.push(Adjustment { group: cas.get(1).into(), reason: cas.get(at).into(), amount_cents });
    }
    Ok(())
}

fn provider_items(plb: &Segment<'_>) -> Result<Vec<ProviderItem>, X12Error> {
    let mut items = Vec::new();
    for at in (3..=plb.len().max(4)).step_by(2) {
        let amount_cents = plb.cents(at + 1)?;
        if plb.get(at).is_empty() && amount_cents == 0 {
            continue;
        }
        items.push(ProviderItem {
            provider: plb.get(1).into(),
            reason: plb.part(at, 1).into(),
            reference: plb.part(at, 2).into(),
            amount_cents,
            segment: plb.number,
        });
    }
    Ok(items)
}

fn named(nm1: &Segment<'_>) -> Named {
    Named { last: nm1.get(3).into(), first: nm1.get(4).into(), id: nm1.get(9).into() }
}

fn remarks(segment: &Segment<'_>, at: std::ops::RangeInclusive<usize>, into: &mut Vec<String>) {
    for code in at.filter_map(|n| segment.some(n)) {
        if into.len() < 99 && !into.iter().any(|known| known == code) {
            into.push(code.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::Reader;
    use crate::x12::remittance_835::Level;

    const ISA: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*US             *261125*1200*^*00501*000000001*0*P*:~";
    const HEAD: &str = "GS*HP*PAYER*US*20261125*1200*1*X*005010X221A1~ST*835*0001~BPR*I*80*C*ACH************20261124~\
        TRN*1*EFT-9001*1912345678~REF*EV*US~DTM*405*20261123~N1*PR*CASCADE HEALTH*XV*CH001~N3*1 PINE~N4*TACOMA*WA*98401~REF*2U*CH001~\
        N1*PE*CEDAR AND TIDE*XX*2000000010~REF*TJ*912345678~LX*1~";
    const CLAIM: &str = "CLP*C202600311*1*160*80*30*12*CH77*11*1~NM1*QC*1*MARSH*NORA****MI*M-1~NM1*74*1*MARSCH*NORA~MOA***MA01~\
        DTM*050*20261101~SVC*HC:97140:GP*100*50**2**2~DTM*472*20261020~CAS*CO*45*30~CAS*PR*3*20~REF*6R*1~AMT*B6*70~LQ*HE*N381~\
        SVC*HC:97124*60*30**1~DTM*472*20261020~CAS*CO*45*20**97*.00~CAS*PR*1*10~REF*6R*2~";
    const TAIL: &str = "SE*30*0001~GE*1*1~IEA*1*000000001~";

    fn read(body: &str) -> Result<Vec<Part>, X12Error> {
        let file = format!("{ISA}{body}");
        let (mut reader, mut parser, mut parts) = (Reader::new(file.as_bytes()), Parser::default(), Vec::new());
        while let Some(segment) = reader.next()? {
            parser.see(&segment, &mut parts)?;
        }
        Ok(parts)
    }

    fn end(parts: &[Part]) -> &End {
        match parts.last() {
            Some(Part::End(end)) => end,
            other => panic!("{other:?}"),
        }
    }

    fn one(parts: &[Part]) -> &ClaimPayment {
        parts.iter().find_map(|p| if let Part::Claim(claim) = p { Some(&**claim) } else { None }).expect("a claim")
    }

    #[test]
    fn a_payment_is_read_whole_and_ties_to_the_cent() {
        let parts = read(&format!("{HEAD}{CLAIM}{TAIL}")).expect("read");
        let Part::Payment(payment) = &parts[0] else { panic!("{parts:?}") };
        assert_eq!((payment.amount_cents, payment.trace.as_str(), payment.method.as_str()), (8_000, "EFT-9001", "ACH"));
        assert_eq!((payment.payer.name.as_str(), payment.payee.id.as_str()), ("CASCADE HEALTH", "2000000010"));
        assert_eq!(payment.payee.others, [("TJ".to_string(), "912345678".to_string())]);
        let claim = one(&parts);
        assert_eq!((claim.number.as_str(), claim.charge_cents, claim.paid_cents, claim.lines.len()), ("C202600311", 16_000, 8_000, 2));
        assert_eq!((claim.patient.id.as_str(), claim.corrected.as_ref().map(|c| c.last.as_str())), ("M-1", Some("MARSCH")));
        let line = &claim.lines[0];
        assert_eq!((line.code.as_str(), line.modifiers.as_slice(), line.allowed_cents), ("97140", &["GP".to_string()][..], Some(7_000)));
        assert_eq!((line.remarks.as_slice(), line.line_no.as_str()), (&["N381".to_string()][..], "1"));
        let end = end(&parts);
        assert_eq!((end.balance.imbalances(), end.balance.paid_cents), (&[][..], 8_000));
    }

    #[test]
    fn a_changed_code_is_read_with_what_was_billed_and_its_modifiers() {
        let body = format!("{HEAD}{CLAIM}{TAIL}").replace("SVC*HC:97124*60*30**1~", "SVC*HC:97010*60*30**1*HC:97124:GP:59~");
        let parts = read(&body).expect("read");
        let line = &one(&parts).lines[1];
        assert_eq!((line.code.as_str(), line.our_code(), line.our_modifiers()), ("97010", "97124", &["GP".to_string(), "59".into()][..]));
    }

    #[test]
    fn one_cent_off_is_named_by_its_level_with_both_amounts() {
        let cases = [
            ("SVC*HC:97140:GP*100*50", "SVC*HC:97140:GP*100*50.01", vec![Level::Line]),
            ("CAS*CO*45*30~", "CAS*CO*45*30.01~", vec![Level::Line, Level::Claim]),
            ("*160*80*30*", "*160.01*80*30*", vec![Level::Claim]),
            ("BPR*I*80*", "BPR*I*80.01*", vec![Level::Transaction]),
            ("*160*80*30*", "*160*80.01*30*", vec![Level::Claim, Level::Transaction]),
        ];
        for (from, to, levels) in cases {
            let body = format!("{HEAD}{CLAIM}{TAIL}").replace(from, to);
            let parts = read(&body).expect("read");
            let found: Vec<Level> = end(&parts).balance.imbalances().iter().map(|i| i.level).collect();
            assert_eq!(found, levels, "{to}");
        }
    }

    #[test]
    fn provider_items_lower_and_raise_the_check() {
        let body = format!("{HEAD}{CLAIM}PLB*2000000010*20261231*WO:OLD1*25*L6:INT*-5~{TAIL}").replace("BPR*I*80*", "BPR*I*60*");
        let parts = read(&body).expect("read");
        assert_eq!(end(&parts).balance.imbalances(), []);
        let items: Vec<i64> = parts.iter().filter_map(|p| if let Part::Item(i) = p { Some(i.amount_cents) } else { None }).collect();
        assert_eq!(items, [2_500, -500]);
    }

    #[test]
    fn segments_out_of_order_unknown_ones_and_a_claim_without_lines_are_read() {
        let body =
            format!("{HEAD}CLP*C1*4*160*0*0*12*CH78~ZZZ*1~NM1*QC*1*MARSH~CAS*CO*197*160~REF*F8*CH70~{TAIL}").replace("I*80*", "I*0*");
        let parts = read(&body).expect("read");
        let claim = one(&parts);
        assert_eq!((claim.original_claim_no.as_str(), claim.adjustments.len(), claim.lines.len()), ("CH70", 1, 0));
        assert_eq!(end(&parts).balance.imbalances(), []);
    }

    #[test]
    fn money_drawn_from_us_is_less_than_nothing() {
        let body = format!("{HEAD}CLP*C1*22*-160*-80*-30*12*CH78~CAS*CO*45*-50~CAS*PR*1*-30~{TAIL}").replace("I*80*C", "I*80*D");
        let parts = read(&body).expect("read");
        let Part::Payment(payment) = &parts[0] else { panic!("{parts:?}") };
        assert_eq!((payment.amount_cents, end(&parts).balance.imbalances()), (-8_000, &[][..]));
    }

    #[test]
    fn several_payments_in_a_file_are_several_and_other_sets_are_passed_over() {
        let two = format!("{HEAD}{CLAIM}SE*30*0001~ST*837*0009~CLM*1*2~SE*3*0009~ST*835*0002~BPR*H*0*C*NON~TRN*1*X*Y~{TAIL}");
        let parts = read(&two).expect("read");
        assert_eq!(parts.iter().filter(|p| matches!(p, Part::End(_))).count(), 2);
    }

    #[test]
    fn a_payment_that_never_ends_is_refused_at_the_next_one() {
        let error = read(&format!("{HEAD}{CLAIM}ST*835*0002~")).expect_err("no SE");
        assert!(error.words.contains("its SE is missing"), "{error}");
    }

    #[test]
    fn what_is_no_amount_is_named() {
        let error = read(&format!("{HEAD}CLP*C1*1*abc*80~{TAIL}")).expect_err("no amount");
        assert_eq!((error.id.as_str(), error.element), ("CLP", Some(3)));
    }
}
