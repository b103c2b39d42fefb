//! What one attempt to send came to, by where it broke [email-delivery.md 3.3]. Pure.

use std::time::Duration;

crate::words! {
    /// How far an attempt got. Everything before `body` is sure not to have arrived.
    pub enum Step {
        Recheck = "recheck", "Checking it once more";
        Connect = "connect", "Reaching the mail server";
        Greeting = "greeting", "Its greeting";
        Hello = "hello", "Introducing ourselves";
        Tls = "tls", "Encryption";
        Login = "login", "Signing in";
        Sender = "sender", "Our address";
        Recipient = "recipient", "The recipient";
        Data = "data", "Asking to send";
        Mark = "mark", "The mark before the body";
        Body = "body", "The message itself";
        Done = "done", "Taken in";
    }
}

/// Why a step did not go well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broke {
    /// No answer, a broken connection, a time limit, an answer that cannot be read.
    Silence(String),
    /// An answer that was read in full.
    Reply(u16, String),
    /// No encryption, or not with the one we meant to reach.
    Insecure(String),
    /// The lease passed or somebody else has the mail: not a byte of the body left.
    Fenced,
    /// A file or a mark of ours could not be written: surely not delivered.
    NotWritten(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Sent,
    /// Later again.
    Retry,
    /// Never again; where the mailbox does not exist nothing more goes to the address.
    Refused {
        no_such_mailbox: bool,
    },
    /// The relay refuses us as a whole: the mail waits, and so do all others.
    Stop,
    /// It may have arrived. Never again by itself.
    Unknown,
    /// Not ours any more; nothing to note.
    Fenced,
}

pub fn verdict(step: Step, broke: &Broke) -> Verdict {
    match (step, broke) {
        (_, Broke::Fenced) => Verdict::Fenced,
        (_, Broke::NotWritten(_)) => Verdict::Retry,
        (_, Broke::Insecure(_)) => Verdict::Stop,
        (Step::Body, Broke::Silence(_)) => Verdict::Unknown,
        (_, Broke::Silence(_)) => Verdict::Retry,
        (_, Broke::Reply(400..=499, _)) => Verdict::Retry,
        (Step::Greeting | Step::Hello | Step::Tls | Step::Login | Step::Sender, Broke::Reply(500..=599, _)) => Verdict::Stop,
        (_, Broke::Reply(500..=599, text)) => Verdict::Refused { no_such_mailbox: step == Step::Recipient && enhanced(text, "5.1.") },
        (Step::Body, Broke::Reply(200..=299, _)) => Verdict::Sent,
        // Neither yes nor no: after the body nobody knows, before it nothing left.
        (Step::Body, Broke::Reply(..)) => Verdict::Unknown,
        (_, Broke::Reply(..)) => Verdict::Retry,
    }
}

/// Whether the answer carries an enhanced status code of a class [RFC 3463].
fn enhanced(text: &str, class: &str) -> bool {
    text.split([' ', '\n']).any(|word| word.starts_with(class))
}

/// Errors before a mail's own part of the conversation say something about the relay, not about the mail.
pub fn is_about_the_stream(step: Step) -> bool {
    matches!(step, Step::Connect | Step::Greeting | Step::Hello | Step::Tls | Step::Login)
}

/// The wait before the next attempt: full jitter over the step of the ladder; the last step repeats. `lot` is a random
/// number of thousandths.
pub fn backoff(attempts: i64, ladder: &[Duration], lot: u32) -> Duration {
    let at = usize::try_from(attempts.max(1) - 1).unwrap_or(0);
    let step = ladder.get(at).or(ladder.last()).copied().unwrap_or_default();
    step * std::cmp::min(lot, 1_000) / 1_000
}

/// What a server said, without addresses and marks, short enough for a page.
pub fn scrubbed(text: &str) -> String {
    let word = |w: &str| if w.contains('@') { "(address)".to_string() } else { w.chars().filter(|c| !c.is_control()).collect() };
    let words: Vec<String> = text.split_whitespace().map(word).collect();
    words.join(" ").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16, text: &str) -> Broke {
        Broke::Reply(code, text.into())
    }

    #[test]
    fn the_table_of_verdicts_holds_for_every_step() {
        use Step::{Body, Connect, Data, Greeting, Hello, Login, Recipient, Sender, Tls};
        let silence = Broke::Silence("dropped".into());
        for step in [Connect, Greeting, Hello, Tls, Login, Sender, Recipient, Data] {
            assert_eq!(verdict(step, &silence), Verdict::Retry, "{step}");
            assert_eq!(verdict(step, &reply(421, "busy")), Verdict::Retry, "{step}");
        }
        for step in [Greeting, Hello, Tls, Login, Sender] {
            assert_eq!(verdict(step, &reply(535, "no")), Verdict::Stop, "{step}");
        }
        assert_eq!(verdict(Tls, &Broke::Insecure("expired".into())), Verdict::Stop);
        assert_eq!(verdict(Recipient, &reply(550, "5.1.1 no such user")), Verdict::Refused { no_such_mailbox: true });
        assert_eq!(verdict(Recipient, &reply(554, "5.7.1 policy")), Verdict::Refused { no_such_mailbox: false });
        assert_eq!(verdict(Recipient, &reply(550, "go away")), Verdict::Refused { no_such_mailbox: false });
        assert_eq!(verdict(Body, &reply(250, "queued")), Verdict::Sent);
        assert_eq!(verdict(Body, &reply(451, "later")), Verdict::Retry);
        assert_eq!(verdict(Body, &reply(554, "5.1.1 spam")), Verdict::Refused { no_such_mailbox: false });
        assert_eq!(verdict(Body, &silence), Verdict::Unknown);
        assert_eq!(verdict(Body, &reply(354, "?")), Verdict::Unknown);
        assert_eq!(verdict(Data, &reply(250, "early")), Verdict::Retry);
    }

    #[test]
    fn waits_grow_by_the_ladder_and_the_last_step_repeats() {
        let ladder = [Duration::from_secs(60), Duration::from_secs(300)];
        let waits: Vec<u64> = (1..=4).map(|n| backoff(n, &ladder, 1_000).as_secs()).collect();
        assert_eq!(waits, [60, 300, 300, 300]);
        assert_eq!(backoff(1, &ladder, 500).as_secs(), 30);
        assert_eq!(backoff(1, &ladder, 0).as_secs(), 0);
    }

    #[test]
    fn what_a_server_said_is_kept_without_addresses() {
        assert_eq!(scrubbed("5.1.1 <p.raman@x.example>: no\r\nsuch user"), "5.1.1 (address) no such user");
    }
}
