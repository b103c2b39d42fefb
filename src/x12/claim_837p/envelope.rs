//! The envelope and the heads of transactions: the same for every claim, so it is made once.

use super::Delimiters;
use super::pen::{Pen, day};
use super::{Envelope, Partner, Refusal};
use chrono::Timelike;

const VERSION: &str = "005010X222A1";
const LAST_CONTROL: u32 = 999_999_999;

/// What stands before the first claim of the file and of every transaction.
pub(super) struct Heads<'a> {
    partner: &'a Partner<'a>,
    envelope: &'a Envelope<'a>,
    day: String,
    time: String,
    reference: String,
    submitter: [String; 5],
    receiver: [String; 2],
}

impl<'a> Heads<'a> {
    /// Checks partner and numbers before anything is written; `transactions` says how many ST will follow.
    pub fn of(partner: &'a Partner<'a>, envelope: &'a Envelope<'a>, transactions: usize) -> Result<Self, Vec<Refusal>> {
        let mut pen = Pen::new(partner.delimiters);
        if let Err(words) = can_separate(partner.delimiters) {
            pen.refuse("partner's separators", words);
        }
        for (what, text, lengths) in [
            ("partner's sender qualifier (ISA05)", partner.sender.qualifier, 2..=2),
            ("partner's sender id (ISA06)", partner.sender.id, 1..=15),
            ("partner's receiver qualifier (ISA07)", partner.receiver.qualifier, 2..=2),
            ("partner's receiver id (ISA08)", partner.receiver.id, 1..=15),
            ("partner's application sender (GS02)", partner.group_sender, 2..=15),
            ("partner's application receiver (GS03)", partner.group_receiver, 2..=15),
        ] {
            let component = char::from(partner.delimiters.component);
            if !lengths.contains(&text.len()) || text.trim().len() != text.len() || text.contains(component) {
                pen.refuse(what, format!("needs {} to {} characters that separate nothing", lengths.start(), lengths.end()));
            }
        }
        let last = u32::try_from(transactions).ok().and_then(|n| envelope.first_transaction_control.checked_add(n.saturating_sub(1)));
        for (what, number) in [
            ("interchange control number", Some(envelope.interchange_control)),
            ("group control number", Some(envelope.group_control)),
            ("first transaction control number", Some(envelope.first_transaction_control)),
            ("last transaction control number", last),
        ] {
            if !number.is_some_and(|n| (1..=LAST_CONTROL).contains(&n)) {
                pen.refuse(what, "is not between 1 and 999999999");
            }
        }
        let contact = partner.submitter.contact;
        let submitter = [
            pen.need("submitter's ", "name", partner.submitter.name, 60),
            pen.id("submitter's ", "id", partner.submitter.id),
            pen.need("submitter's ", "contact", contact.name, 60),
            pen.phone("submitter's ", contact.phone),
            pen.may("submitter's ", "email", contact.email, 256),
        ];
        let receiver = [pen.need("receiver's ", "name", partner.receiver_name, 60), pen.id("receiver's ", "id", partner.receiver_id)];
        let reference = pen.need("", "batch reference", envelope.batch_reference, 30);
        let time = format!("{:02}{:02}", envelope.created.hour(), envelope.created.minute());
        match pen.refusals.is_empty() {
            true => Ok(Self { partner, envelope, day: day(envelope.created.date()), time, reference, submitter, receiver }),
            false => Err(pen.refusals),
        }
    }

    /// ISA and GS.
    pub fn open(&self, pen: &mut Pen) {
        let (partner, repetition) = (self.partner, pen.delimiters.repetition.map(char::from).unwrap_or_default().to_string());
        pen.out.isa(&[
            "00",
            "",
            "00",
            "",
            partner.sender.qualifier,
            partner.sender.id,
            partner.receiver.qualifier,
            partner.receiver.id,
            &self.day[2..],
            &self.time,
            &repetition,
            "00501",
            &format!("{:09}", self.envelope.interchange_control),
            if partner.wants_ta1 { "1" } else { "0" },
            if partner.test { "T" } else { "P" },
        ]);
        let control = self.envelope.group_control.to_string();
        pen.segment("GS", &["HC", partner.group_sender, partner.group_receiver, &self.day, &self.time, &control, "X", VERSION]);
    }

    /// ST, BHT and the loops 1000A and 1000B of the nth transaction, from 0; answers its ST02.
    pub fn open_transaction(&self, pen: &mut Pen, n: usize) -> String {
        let control = format!("{:04}", self.envelope.first_transaction_control as usize + n);
        let [name, id, contact, phone, email] = &self.submitter;
        let email_qualifier = if email.is_empty() { "" } else { "EM" };
        pen.segment("ST", &["837", &control, VERSION]);
        pen.segment("BHT", &["0019", "00", &self.reference, &self.day, &self.time, "CH"]);
        pen.segment("NM1", &["41", "2", name, "", "", "", "", "46", id]);
        pen.segment("PER", &["IC", contact, "TE", phone, email_qualifier, email]);
        pen.segment("NM1", &["40", "2", &self.receiver[0], "", "", "", "", "46", &self.receiver[1]]);
        control
    }

    pub fn close_transaction(&self, pen: &mut Pen, control: &str) {
        // SE01 counts ST and SE themselves.
        let count = pen.out.count_with_trailer().to_string();
        pen.segment("SE", &[&count, control]);
    }

    /// GE and IEA.
    pub fn close(&self, pen: &mut Pen, transactions: usize) {
        pen.segment("GE", &[&transactions.to_string(), &self.envelope.group_control.to_string()]);
        pen.segment("IEA", &["1", &format!("{:09}", self.envelope.interchange_control)]);
    }
}

/// Separators differ from each other and from all that dates, amounts and names are made of.
fn can_separate(d: Delimiters) -> Result<(), &'static str> {
    let Some(repetition) = d.repetition else { return Err("have none for repetition, which version 5010 demands") };
    let all = [d.element, d.component, repetition, d.segment];
    if all.iter().enumerate().any(|(at, one)| all[..at].contains(one)) {
        return Err("are not all different");
    }
    // The guide's basic characters that names, numbers and addresses need.
    let in_data = |b: &u8| b.is_ascii_alphanumeric() || b" .-'@".contains(b) || !b.is_ascii();
    if all.iter().any(in_data) { Err("are characters that data are made of") } else { Ok(()) }
}
