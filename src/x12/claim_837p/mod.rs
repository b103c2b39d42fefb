//! Professional claims (837P, 005010X222A1): one file for one partner. Strict: what a clearinghouse or payer would send back
//! for its form is refused here, by claim and field, and then there is no file.

mod check;
mod claim;
mod cob;
mod codes;
mod envelope;
mod input;
mod parties;
mod pen;

pub use codes::*;
pub use input::*;
pub use parties::is_po_box;

use super::writer::plain;
use super::{Delimiters, Writer};
use envelope::Heads;
use pen::Pen;
use std::collections::{HashMap, HashSet};
use std::fmt;

/// Clearinghouses take no more claims in one ST.
const MOST_IN_A_TRANSACTION: usize = 5_000;
/// Payers echo no more of a claim's number.
const LONGEST_NUMBER: usize = 20;

/// A file as it leaves.
pub struct Batch {
    /// Its exact bytes.
    pub text: String,
    /// One for each claim, in the order in which they were given.
    pub claims: Vec<Placed>,
    /// How many ST it has; their control numbers follow the first.
    pub transactions: usize,
}

impl fmt::Debug for Batch {
    /// Patients are in the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch of {} claims in {} transactions, {} bytes", self.claims.len(), self.transactions, self.text.len())
    }
}

/// Where a claim stands in its file, to find it by what a 999 says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// Its number on the wire (CLM01).
    pub number: String,
    /// ST02.
    pub transaction: String,
    /// The positions of its own segments, from its 2000B on, counting ST as 1.
    pub first: usize,
    pub last: usize,
}

/// Why there is no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{field} {words}", claim.as_ref().map(|c| format!("{c}: ")).unwrap_or_default())]
pub struct Refusal {
    /// The number of the claim; none where the partner or the file is at fault.
    pub claim: Option<String>,
    /// In plain words: `patient's ZIP code`, `line 2, units`.
    pub field: String,
    /// What is wrong with it, so that both make a sentence.
    pub words: String,
}

/// A claim's number as it travels: upper-case letters and digits alone.
pub fn wire_number(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

fn most_in_a_transaction(one_claim_each: bool) -> usize {
    if one_claim_each { 1 } else { MOST_IN_A_TRANSACTION }
}

/// How many ST so many claims take: as many control numbers does their file use up.
pub fn transactions(one_claim_each: bool, claims: usize) -> usize {
    claims.div_ceil(most_in_a_transaction(one_claim_each))
}

/// Writes one file, or says all that is wrong.
pub fn write(partner: &Partner, envelope: &Envelope, claims: &[Claim]) -> Result<Batch, Vec<Refusal>> {
    let most = most_in_a_transaction(partner.one_claim_per_transaction);
    let order = by_billing_provider(claims);
    let transactions = transactions(partner.one_claim_per_transaction, order.len());
    let heads = Heads::of(partner, envelope, transactions)?;
    let mut pen = Pen::new(partner.delimiters);
    if claims.is_empty() {
        pen.refuse("batch", "has no claims");
    }
    let today = envelope.created.date();
    let mut placed: Vec<Placed> = claims.iter().map(|c| Placed { number: wire_number(c.number), ..Placed::default() }).collect();
    numbers(&mut pen, claims, &placed);
    for claim in claims {
        pen.begin(Some(claim.number));
        check::check(&mut pen, claim, today);
    }
    heads.open(&mut pen);
    for (n, chunk) in order.chunks(most).enumerate() {
        let control = heads.open_transaction(&mut pen, n);
        transaction(&mut pen, partner, claims, chunk, &mut placed);
        heads.close_transaction(&mut pen, &control);
        chunk.iter().for_each(|(_, at)| placed[*at].transaction.clone_from(&control));
    }
    heads.close(&mut pen, transactions);
    let Pen { out, mut refusals, .. } = pen;
    match out.finish() {
        Ok(text) if refusals.is_empty() => Ok(Batch { text, claims: placed, transactions }),
        Ok(_) => Err(refusals),
        Err(separates) => {
            refusals.extend(separates.into_iter().map(|words| Refusal { claim: None, field: "file:".into(), words }));
            Err(refusals)
        }
    }
}

/// The claims with the number of their billing provider, those of one provider together, else in the order given.
fn by_billing_provider(claims: &[Claim]) -> Vec<(usize, usize)> {
    let mut providers: HashMap<&BillingProvider, usize> = HashMap::new();
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(claims.len());
    for (at, claim) in claims.iter().enumerate() {
        let next = providers.len();
        let provider = match order.last() {
            Some((provider, before)) if std::ptr::eq(claims[*before].billing, claim.billing) => *provider,
            _ => *providers.entry(claim.billing).or_insert(next),
        };
        order.push((provider, at));
    }
    order.sort_by_key(|(provider, _)| *provider);
    order
}

/// A claim is known by its number alone when it comes back.
fn numbers<'a>(pen: &mut Pen<'a>, claims: &[Claim<'a>], placed: &[Placed]) {
    let mut seen = HashSet::with_capacity(claims.len());
    for (claim, Placed { number, .. }) in claims.iter().zip(placed) {
        pen.begin(Some(claim.number));
        if !(1..=LONGEST_NUMBER).contains(&number.len()) {
            pen.refuse("claim number", format!("does not have 1 to {LONGEST_NUMBER} letters and digits"));
        }
        if !seen.insert(number) {
            pen.refuse("claim number", "is another claim's too");
        }
    }
}

/// The claims of one ST, each with a 2000B of its own under the 2000A of its billing provider.
fn transaction<'a>(pen: &mut Pen<'a>, partner: &Partner, claims: &[Claim<'a>], chunk: &[(usize, usize)], placed: &mut [Placed]) {
    let (mut level, mut billing_level, mut billing) = (0, 0, None);
    let mut of_provider = Vec::new();
    for (provider, at) in chunk {
        let claim = &claims[*at];
        pen.begin(Some(claim.number));
        if billing == Some(*provider) {
            pen.repeat(&of_provider);
        } else {
            let before = pen.refusals.len();
            level += 1;
            parties::billing_provider(pen, claim.billing, &partner.submitter.contact, level);
            (billing, billing_level, of_provider) = (Some(*provider), level, pen.refusals[before..].to_vec());
        }
        let first = pen.position() + 1;
        level += 1;
        let subscriber_level = level;
        parties::subscriber(pen, claim, subscriber_level, billing_level);
        if !claim.patient_is_subscriber() {
            level += 1;
            parties::patient(pen, claim, level, subscriber_level);
        }
        claim::claim(pen, claim, &placed[*at].number);
        (placed[*at].first, placed[*at].last) = (first, pen.position());
    }
    pen.begin(None);
}

#[cfg(test)]
mod tests;
