//! 835 files as a payer would write them, about claims of the test.

use super::TestApp;
use super::http::Answer;
use super::mangle::Dice;
use poem::http::Method;
use serde_json::Value;
use tributary::auth::role::Role;

/// One payment of a file, put together answer by answer.
#[derive(Clone, Default)]
pub struct Era {
    pub trace: String,
    pub paid_on: String,
    pub payee: String,
    /// What arrives; what the answers and items come to where nothing is said.
    pub amount: Option<i64>,
    answers: String,
    items: String,
    sum: i64,
}

impl Era {
    pub fn new(trace: &str, paid_on: &str) -> Self {
        Self { trace: trace.into(), paid_on: paid_on.replace('-', ""), payee: "2000000028".into(), ..Self::default() }
    }

    /// For another payee than us.
    pub fn to(self, payee: &str) -> Self {
        Self { payee: payee.into(), ..self }
    }

    /// An answer to a claim of one line; `parts` are (group, reason, cents).
    pub fn claim(self, number: &str, status: &str, charge: i64, paid: i64, parts: &[(&str, &str, i64)]) -> Self {
        self.lines(number, status, "MARSH", &[("97140", charge, paid, parts)])
    }

    /// An answer line by line.
    pub fn lines(mut self, number: &str, status: &str, last: &str, lines: &[Line<'_>]) -> Self {
        let of = |f: fn(&Line<'_>) -> i64| lines.iter().map(f).sum::<i64>();
        let (charge, paid) = (of(|l| l.1), of(|l| l.2));
        let share: i64 = lines.iter().flat_map(|l| l.3).filter(|(group, ..)| *group == "PR").map(|(.., cents)| cents).sum();
        let wire: String = number.chars().filter(|c| *c != '-').collect();
        let theirs = format!("ICN{wire}");
        self.answers +=
            &format!("CLP*{wire}*{status}*{}*{}*{}*12*{theirs}*11*1~NM1*QC*1*{last}*NORA****MI*M-1~", d(charge), d(paid), d(share));
        for (n, (code, charge, paid, parts)) in lines.iter().enumerate() {
            self.answers += &format!("SVC*HC:{code}*{}*{}**4~DTM*472*20260302~", d(*charge), d(*paid));
            for (group, reason, cents) in *parts {
                self.answers += &format!("CAS*{group}*{reason}*{}~", d(*cents));
            }
            self.answers += &format!("REF*6R*{}~", n + 1);
        }
        self.sum += paid;
        self
    }

    /// Something of the payment as a whole; above zero lowers it.
    pub fn item(mut self, reason: &str, reference: &str, cents: i64) -> Self {
        self.items += &format!("PLB*2000000028*20261231*{reason}:{reference}*{}~", d(cents));
        self.sum -= cents;
        self
    }

    /// What the answers and items come to.
    pub fn sum(&self) -> i64 {
        self.sum
    }

    /// The transaction, without envelopes.
    pub fn transaction(&self, control: &str) -> String {
        let amount = self.amount.unwrap_or(self.sum);
        let (sign, way) = if amount < 0 { (-amount, "D") } else { (amount, "C") };
        let body = format!(
            "ST*835*{control}~BPR*I*{}*{way}*ACH************{}~TRN*1*{}*1912345678~N1*PR*CASCADE HEALTH~N1*PE*OUR PRACTICE*XX*{}~LX*1~{}{}",
            d(sign),
            self.paid_on,
            self.trace,
            self.payee,
            self.answers,
            self.items
        );
        let segments = body.matches('~').count() + 1;
        format!("{body}SE*{segments}*{control}~")
    }

    pub fn file(&self) -> String {
        file(&[self.transaction("0001")])
    }
}

/// Code, charge, paid, and why less: (group, reason, cents).
pub type Line<'a> = (&'a str, i64, i64, &'a [(&'a str, &'a str, i64)]);

/// Transactions in one envelope.
pub fn file(transactions: &[String]) -> String {
    format!(
        "ISA*00*          *00*          *ZZ*CASCADE        *ZZ*US             *260320*1200*^*00501*000000001*0*P*:~\
         GS*HP*CASCADE*US*20260320*1200*1*X*005010X221A1~{}GE*{}*1~IEA*1*000000001~",
        transactions.concat(),
        transactions.len()
    )
}

/// The payments in envelopes as payers and clearinghouses choose them: one for all or one for each, with whatever numbers,
/// separators and line ends.
pub fn enveloped(dice: &mut Dice, eras: &[Era]) -> String {
    let mut transactions = Vec::new();
    for era in eras {
        transactions.push(era.transaction(&format!("{:04}", 1 + dice.below(9_000))));
    }
    let alone = dice.below(3) == 0;
    let whole = if alone { transactions.chunks(1).map(file).collect() } else { file(&transactions) };
    let numbered = whole.replace("*000000001", &format!("*{:09}", 1 + dice.below(900_000_000)));
    let ended = if dice.below(2) == 0 { numbered } else { numbered.replace('~', ["~\n", "~\r\n", "\n"][dice.below(3)]) };
    if dice.below(3) == 0 { ended.replace('*', "|") } else { ended }
}

/// The cents of an amount as a payer writes it.
pub fn cents(written: &str) -> i64 {
    let (whole, part) = written.split_once('.').unwrap_or((written, ""));
    let cents: i64 = format!("{:0<2}", part).parse().expect("cents");
    let dollars: i64 = whole.trim_start_matches('-').parse().expect("dollars");
    (dollars * 100 + cents) * if whole.starts_with('-') { -1 } else { 1 }
}

/// Dollars as payers write them: `80`, `80.5`, `-3.25`.
pub fn dollars(cents: i64) -> String {
    d(cents)
}

fn d(cents: i64) -> String {
    let (sign, cents) = if cents < 0 { ("-", -cents) } else { ("", cents) };
    match (cents / 100, cents % 100) {
        (dollars, 0) => format!("{sign}{dollars}"),
        (dollars, part) if part % 10 == 0 => format!("{sign}{dollars}.{}", part / 10),
        (dollars, part) => format!("{sign}{dollars}.{part:02}"),
    }
}

impl TestApp {
    /// Takes a file in, as a program does.
    pub async fn era(&self, content: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token(Role::Owner).await);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream"), ("x-file-name", "march.835")];
        self.raw(Method::POST, "/api/v1/remittances", &headers, content).await
    }

    /// Takes a file of one payment in.
    pub async fn staged(&self, content: &str) -> Value {
        let answer = self.era(content).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["remittances"][0].clone()
    }

    /// Takes a file of one payment in and posts it.
    pub async fn posted_era(&self, content: &str) -> Value {
        let staged = self.staged(content).await;
        self.done(&format!("/api/v1/remittances/{}/post", super::chain::id(&staged)), serde_json::json!({})).await
    }
}
