//! Markup in every text that reaches a mail or its page: it arrives as the text that somebody typed, and as nothing else.

use crate::support::{START, instant};
use chrono::NaiveDate;
use mail_parser::MessageParser;
use scraper::{Html, Node};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use tributary::error::AppError;
use tributary::mail::compose::{ComposeError, Composed, LONGEST_SUBJECT, compose};
use tributary::mail::kinds::{
    CodeNotice, DischargeLetter, FaxCover, InitialReport, Introduction, LostReferralNote, Mail, MonthlySummary, Morning, OwnerReport,
    ProgressReport, RenewalRequest, ThankYou, WaitingNotice,
};
use tributary::mail::{Sender, freeze, print_page};
use tributary::types::Email;
use uuid::Uuid;

pub type Made = fn(Value) -> Box<dyn Mail>;

/// Every mail: the name of its example, and what makes it of fields.
pub const KINDS: [(&str, Made); 13] = [
    ("code", made::<CodeNotice>),
    ("discharge_letter", made::<DischargeLetter>),
    ("fax", made::<FaxCover>),
    ("initial_report", made::<InitialReport>),
    ("introduction", made::<Introduction>),
    ("lost_referral_note", made::<LostReferralNote>),
    ("monthly_summary", made::<MonthlySummary>),
    ("morning", made::<Morning>),
    ("owner", made::<OwnerReport>),
    ("progress", made::<ProgressReport>),
    ("renewal_request", made::<RenewalRequest>),
    ("thank_you", made::<ThankYou>),
    ("waiting", made::<WaitingNotice>),
];

/// Those that go without a page.
pub const WITHOUT_PAGE: [&str; 4] = ["code", "fax", "morning", "waiting"];

/// What somebody may type or paste. MARK tells one from the other, LONG is a word without an end.
const MARKUP: [&str; 21] = [
    "<script>alert('MARK')</script>",
    "\"><img src=x onerror=alert(1)>MARK",
    "' onmouseover='alert(1)' title='MARK",
    "<a href=\"javascript:alert(1)\">MARK</a>",
    "</td></tr></table><h1>MARK</h1>",
    "<svg/onload=alert(1)>MARK",
    "<mj-raw><iframe src=//evil.example></iframe>MARK</mj-raw>",
    "</mj-text></mj-column></mj-section>MARK<mj-section>",
    "<mj-include path=\"/etc/passwd\" />MARK",
    "<![CDATA[<b>MARK</b>]]>",
    "--><b>MARK</b><!--[if mso]>",
    "&lt;b&gt;MARK &#60;i&#62; &amp;amp; &nbsp",
    "<style>body{display:none}</style>MARK",
    "</title></head><body onload=alert(1)>MARK",
    "#import \"x\": * #eval(\"1\") MARK",
    "*MARK* _b_ `c` $x$ @ref \\\\ ${7*7}",
    "MARK\r\nBcc: thief@evil.example\r\n\r\n<b>x</b>",
    "MARK\u{0}\u{1b}[31m\u{7f}<b>\u{9f}x",
    "a\u{2028}Bcc: x@evil.example\u{2029}<u>MARK</u>",
    "\u{202e}MARK\u{202c}<i>gpj.exe",
    "MARK<LONG>",
];

/// Marks that a template would fill.
const MERGE_MARKS: [&str; 5] = ["{{ ref }}", "{% if x %}", "{# x #}", "{{7*7}}", "{name}"];

/// Markup of the typesetter, and what could end a text of its language.
const TYPESET: [&str; 14] = [
    "MARK #import \"/base.typ\": *",
    "MARK #eval(\"1 + 1\")",
    "MARK #read(\"/data.json\")",
    "MARK #panic(\"x\")",
    "MARK *b* _i_ ``` y ``` $x^2$",
    "MARK @ref <label> ~ --- ...",
    "MARK \\ \\u{41} \\#",
    "MARK ] #pagebreak() [",
    "MARK // c /* d */",
    "MARK = Heading - list + enum",
    "MARK\n= Heading\n#set page(width: 1pt)",
    "MARK\r\n/ Term: words",
    "MARK <script>alert('x')</script>",
    "MARK LONG",
];

fn made<M: Mail + DeserializeOwned + 'static>(fields: Value) -> Box<dyn Mail> {
    Box::new(serde_json::from_value::<M>(fields).expect("a mail"))
}

/// The example of a mail under `tests/it/mails`, with everything that may be left out.
fn example(name: &str) -> Value {
    let path = format!("{}/tests/it/mails/{}.json", env!("CARGO_MANIFEST_DIR"), if name == "fax" { "code" } else { name });
    let mut fields: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{path}"))).expect("json");
    fields["correction"] = json!({ "of": "2026-11-02", "why": "The side was wrong." });
    if ["discharge_letter", "initial_report", "progress"].contains(&name) {
        fields["patient"]["claim"] = json!("BD-40218");
        fields["report"]["flags"] = json!("No red flags.");
    }
    match name {
        "fax" => {
            fields["number"] = json!("(206) 555-0142");
            fields["pages"] = json!(1);
        }
        "initial_report" => fields["ask"] = example("progress")["ask"].clone(),
        "thank_you" => fields["promise"] = json!("The list of exercises is with it."),
        _ => {}
    }
    fields
}

/// The same as the copy that another doctor gets, where there are copies.
fn copied(name: &str) -> Value {
    let mut fields = example(name);
    if ["discharge_letter", "initial_report", "progress"].contains(&name) {
        fields["copy_of"] = json!("Dr. Feld");
    }
    fields
}

/// The mail of an example.
pub fn made_of(name: &str) -> Box<dyn Mail> {
    let (_, made) = KINDS.into_iter().find(|(known, _)| *known == name).expect("a kind");
    made(example(name))
}

/// Where the texts stand that somebody may type: no days, no words of a list, no address that we make.
fn texts(value: &Value, at: &str, found: &mut Vec<String>) {
    const OURS: [&str; 5] = ["/month", "/verdict", "/chip", "/url", "/by_mail"];
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| texts(value, &format!("{at}/{name}"), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| texts(value, &format!("{at}/{n}"), found)),
        Value::String(text) if text.parse::<NaiveDate>().is_err() && !OURS.iter().any(|ours| at.ends_with(ours)) => {
            found.push(at.to_string());
        }
        _ => {}
    }
}

fn places_of(fields: &Value) -> Vec<String> {
    let mut places = Vec::new();
    texts(fields, "", &mut places);
    places
}

/// The same fields with other texts: one for each place.
fn filled(fields: &Value, places: &[String], typed: impl Fn(usize) -> String) -> Value {
    let mut fields = fields.clone();
    for (n, place) in places.iter().enumerate() {
        *fields.pointer_mut(place).expect("a text") = Value::String(typed(n));
    }
    fields
}

/// Six letters and digits that stand nowhere else.
fn mark(n: usize) -> String {
    format!("q{n:05}")
}

/// A piece of markup for a place. A reference is short, as ours are: a longer one has no room in a subject.
fn payload(list: &[&str], n: usize, mark: &str, place: &str, long: usize) -> String {
    match place {
        "/ref" => format!("\"><b>{mark}"),
        _ => list[n % list.len()].replace("MARK", mark).replace("LONG", &"w".repeat(long)),
    }
}

/// A text as one compares it: without what no person types, with single spaces, in small letters.
fn plain(text: &str) -> String {
    let shown: String = text.chars().filter(|c| (!c.is_control() || matches!(c, '\n' | '\t')) && !turns(*c)).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The same without any spaces: where a line ends is the typesetter's matter.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !c.is_whitespace() && !turns(*c)).collect::<String>().to_lowercase()
}

/// Marks that turn the direction of reading fall away.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What stands in a page beside its text: elements with their attributes, and comments. Where a link leads and how a page is called
/// is text.
fn bones(page: &Html) -> Vec<String> {
    let attribute = |(name, value): (&str, &str)| match name {
        "href" | "aria-label" => name.to_string(),
        _ => format!("{name}={value}"),
    };
    let bone = |node: &Node| match node {
        Node::Element(element) => Some(format!("<{} {}>", element.name(), element.attrs().map(attribute).collect::<Vec<_>>().join(" "))),
        Node::Comment(comment) => Some(format!("<!--{}-->", comment.comment)),
        _ => None,
    };
    page.tree.values().filter_map(bone).collect()
}

/// A mail as it arrives.
struct Arrived {
    bones: Vec<String>,
    html: String,
    text: String,
    headers: Vec<String>,
}

impl Arrived {
    fn of(mail: &Composed, practice: &str) -> Self {
        let page = Html::parse_document(&mail.html);
        let html = plain(&page.root_element().text().collect::<String>());
        Self { bones: bones(&page), html, text: plain(&mail.text), headers: headers(mail, practice) }
    }

    fn shows(&self, text: &str) -> bool {
        self.html.contains(text) || self.text.contains(text)
    }
}

/// The headers that a mail leaves with. Its subject and its parts say what was composed, and there is one recipient.
fn headers(mail: &Composed, practice: &str) -> Vec<String> {
    let address = Email::parse("owner@willow.example").expect("an address");
    let sender = Sender { name: practice.into(), address: address.clone(), reply_to: address };
    let frozen = freeze(&sender, "p.raman@northgate.example", (mail, None), Uuid::from_u128(7), 1, instant(START)).expect("a message");
    let read = MessageParser::default().parse(&frozen.mime).expect("MIME");
    assert_eq!(read.subject(), Some(mail.subject.as_str()));
    let text = read.body_text(0).map(|b| b.replace("\r\n", "\n").trim_end().to_string());
    assert_eq!(text.as_deref(), Some(mail.text.trim_end()));
    assert_eq!(read.body_html(0).map(|b| b.replace("\r\n", "\n")).as_deref(), Some(mail.html.as_str()));
    assert!(read.cc().is_none() && read.bcc().is_none() && read.attachment_count() == 0);
    assert_eq!(read.to().map(|to| to.iter().count()), Some(1));
    read.headers().iter().map(|h| h.name().to_string()).collect()
}

/// What shows before a mail is opened has one line.
fn shows_one_line(mail: &Composed, what: &str) {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    for shown in [&mail.subject, &mail.preheader, &mail.title] {
        assert!(!shown.contains(breaks), "{what}: {shown:?}");
    }
    assert!(mail.subject.chars().count() <= LONGEST_SUBJECT, "{what}: {}", mail.subject);
}

#[test]
fn five_thousand_pieces_of_markup_arrive_in_mails_as_text_and_change_no_tag_and_no_header() {
    let (mut met, mut marks) = (0, 0);
    for (name, made) in KINDS {
        let fields = copied(name);
        let places = places_of(&fields);
        let calm = compose(&*made(filled(&fields, &places, mark))).expect("a mail");
        let calm = Arrived::of(&calm, "Willow");
        for round in 0..MARKUP.len() {
            let what = format!("{name}, round {round}");
            let typed = |n: usize| payload(&MARKUP, n + round, &mark(marks + n), &places[n], 300);
            let fields = filled(&fields, &places, typed);
            let mail = match compose(&*made(fields.clone())) {
                Ok(mail) => mail,
                // So much of it that a mail program would cut it: refused, in words.
                Err(ComposeError::Large(_)) => continue,
                Err(other) => panic!("{what}: {other}"),
            };
            shows_one_line(&mail, &what);
            for tag in ["<script", "<img", "<svg", "<iframe", "<mj-"] {
                assert!(!mail.html.contains(tag), "{what}: {tag}");
            }
            let arrived = Arrived::of(&mail, fields["practice"]["name"].as_str().expect("a name"));
            let odd = arrived.bones.iter().zip(&calm.bones).find(|(now, then)| now != then);
            assert!(odd.is_none() && arrived.bones.len() == calm.bones.len(), "{what}: another page: {odd:?}");
            assert_eq!(arrived.headers, calm.headers, "{what}");
            for (n, place) in places.iter().enumerate() {
                let (still, text) = (mark(n), plain(&typed(n)));
                assert!(!calm.html.contains(&still) || arrived.html.contains(&text), "{what}, {place}: no {text} in its HTML");
                assert!(!calm.text.contains(&still) || arrived.text.contains(&text), "{what}, {place}: no {text} in its text");
            }
            met += (0..places.len()).filter(|n| calm.shows(&mark(*n))).count();
            marks += places.len();
        }
    }
    assert!(met >= 5_000, "{met}");
}

#[test]
fn a_mark_that_a_template_would_fill_is_refused_in_each_text_that_a_mail_shows() {
    for (name, made) in KINDS {
        let fields = copied(name);
        let places = places_of(&fields);
        let calm = compose(&*made(filled(&fields, &places, mark))).expect("a mail");
        let calm = Arrived::of(&calm, "Willow");
        for (n, place) in places.iter().enumerate().filter(|(n, _)| calm.shows(&mark(*n))) {
            let typed = MERGE_MARKS[n % MERGE_MARKS.len()];
            let refused = compose(&*made(filled(&fields, std::slice::from_ref(place), |_| typed.to_string())));
            assert!(matches!(refused, Err(ComposeError::MergeMark { .. })), "{name}, {place}, {typed}: {refused:?}");
        }
    }
}

/// What a page says, in the order in which it was drawn; nothing where `pdftotext` is not here (in CI it has to be).
fn in_order(pdf: &[u8]) -> Option<String> {
    let run = Command::new("pdftotext").args(["-raw", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut run) = run else {
        assert!(std::env::var_os("CI").is_none(), "poppler-utils must be installed in CI");
        return None;
    };
    run.stdin.take().expect("stdin").write_all(pdf).expect("written");
    let out = run.wait_with_output().expect("read");
    Some(squeezed(&String::from_utf8_lossy(&out.stdout)))
}

/// Whether a text of the mail stands on its page as well.
fn is_drawn(name: &str, place: &str) -> bool {
    match name {
        "owner" => !["/practice/therapist", "/todo/place", "/correction/why"].contains(&place),
        "initial_report" if place.starts_with("/report/goals/") => place.ends_with("/text"),
        _ => place != "/ask/reply",
    }
}

#[tokio::test]
async fn markup_of_the_typesetter_is_drawn_on_each_page_as_text_and_never_obeyed() {
    let is_first_line = |place: &str| place.ends_with("/bottom_line") || place == "/greeting";
    for (k, (name, made)) in KINDS.into_iter().filter(|(name, _)| !WITHOUT_PAGE.contains(name)).enumerate() {
        let fields = copied(name);
        let places = places_of(&fields);
        let piece = |at: usize, n: usize| payload(&TYPESET, at, &mark(n), &places[n], 36);
        // Two in the first line of each page: every piece stands in one.
        let typed = |n: usize| match is_first_line(&places[n]) {
            true => format!("{} {}", piece(2 * k, n), piece(2 * k + 1, n)),
            false => piece(n + k, n),
        };
        let mail = made(filled(&fields, &places, typed));
        let drawn = print_page(&*mail).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(drawn.pdf.starts_with(b"%PDF-"), "{name}");
        let Some(page) = in_order(&drawn.pdf) else { continue };
        for (n, place) in places.iter().enumerate().filter(|(_, place)| is_drawn(name, place)) {
            assert!(page.contains(&mark(n)), "{name}, {place}: {} is not on the page", typed(n));
            if is_first_line(place) {
                assert!(page.contains(&squeezed(&typed(n))), "{name}, {place}: {} is not drawn as it was typed: {page}", typed(n));
            }
        }
    }
}

/// What people paste without seeing it, and what stands for no letter at all.
const UNSEEN: [char; 9] = ['\u{0}', '\u{1b}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{feff}', '\u{fffe}', '\u{ffff}', '\u{1f600}'];

fn holding(odd: char) -> Box<dyn Mail> {
    let mut fields = example("thank_you");
    fields["promise"] = json!(format!("Before{odd}after."));
    made::<ThankYou>(fields)
}

#[test]
fn a_mark_that_nobody_sees_breaks_no_template_the_mail_is_composed_or_refused_in_words() {
    for odd in UNSEEN {
        let composed = compose(&*holding(odd));
        assert!(!matches!(composed, Err(ComposeError::Template(_))), "{odd:?}: {composed:?}");
    }
}

#[tokio::test]
async fn a_mark_that_nobody_sees_breaks_no_page_it_is_drawn_or_refused_in_words() {
    for odd in UNSEEN {
        match print_page(&*holding(odd)).await {
            Ok(drawn) => assert!(drawn.pdf.starts_with(b"%PDF-"), "{odd:?}"),
            Err(AppError::Conflict { message, .. }) => assert!(message.contains("no font of ours"), "{odd:?}: {message}"),
            Err(other) => panic!("{odd:?}: {other}"),
        }
    }
}
