//! A conversation with a relay: one line, one answer. lettre writes the commands and reads the answers; the line between them is
//! ours, for what lettre's connection keeps to itself decides here: what the server said before it was asked (an answer put in
//! before the encryption began, a 250 before the message was there), and what it said before the good-bye that follows an error.

use super::super::verdict::Broke;
use lettre::transport::smtp::response::Response;
use std::fmt::Display;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// Postfix's own limits of an answer.
const LONGEST_LINE: usize = 1_000;
const LONGEST_ANSWER: usize = 100_000;
/// So much of a message is written within one time limit.
const BLOCK: usize = 64 * 1024;

/// What it is spoken over: a socket, or TLS over one.
pub trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Line for S {}

pub struct Talk<S> {
    stream: S,
    /// What was heard and not taken as an answer yet.
    heard: Vec<u8>,
}

impl<S: Line> Talk<S> {
    pub fn over(stream: S) -> Self {
        Self { stream, heard: Vec::new() }
    }

    /// The line itself, where nothing was said that nobody asked for: to put TLS over it.
    pub fn into_line(mut self) -> Result<S, Broke> {
        match self.unasked() {
            false => Ok(self.stream),
            true => Err(Broke::Insecure("the mail server spoke in clear where the encryption should have begun".into())),
        }
    }

    /// Says a command and hears the one answer to it; `codes` are the only ones that are meant.
    pub async fn ask(&mut self, command: impl Display, codes: &[u16], limit: Duration) -> Result<Response, Broke> {
        let answer = one_of(self.say(command, limit).await?, codes)?;
        self.in_turn()?;
        Ok(answer)
    }

    /// Says a command and hears a good answer.
    pub async fn say(&mut self, command: impl Display, limit: Duration) -> Result<Response, Broke> {
        self.in_turn()?;
        let line = command.to_string();
        within(limit, async {
            self.write(line.as_bytes()).await?;
            self.read_answer().await
        })
        .await
    }

    /// Hears the greeting.
    pub async fn greeting(&mut self, limit: Duration) -> Result<Response, Broke> {
        let greeting = one_of(within(limit, self.read_answer()).await?, &[220])?;
        self.in_turn()?;
        Ok(greeting)
    }

    /// The message, and the final dot only where the server has not answered before.
    pub async fn message(&mut self, mime: &[u8], limit: Duration, after_dot: Duration) -> Result<Response, Broke> {
        for block in dotted(mime).chunks(BLOCK) {
            within(limit, self.write(block)).await?;
        }
        self.in_turn()?;
        within(limit, self.write(b".\r\n")).await?;
        within(after_dot, self.read_answer()).await
    }

    /// A server that answers what nobody asked is out of step: no answer of its means what it says any more.
    pub fn in_turn(&mut self) -> Result<(), Broke> {
        match self.unasked() {
            false => Ok(()),
            true => Err(Broke::Silence("the mail server answered before it was asked".into())),
        }
    }

    /// Whether something was said that nobody asked for. Looks, and does not wait.
    fn unasked(&mut self) -> bool {
        let mut waker = std::task::Context::from_waker(std::task::Waker::noop());
        let mut byte = [0];
        let mut buffer = tokio::io::ReadBuf::new(&mut byte);
        let read = std::pin::Pin::new(&mut self.stream).poll_read(&mut waker, &mut buffer);
        if matches!(read, std::task::Poll::Ready(Ok(()))) {
            // Nothing at all is the end of the line; the next write or read says so.
            self.heard.extend_from_slice(buffer.filled());
        }
        !self.heard.is_empty()
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Broke> {
        self.stream.write_all(bytes).await.map_err(|e| lost(&e))?;
        self.stream.flush().await.map_err(|e| lost(&e))
    }

    async fn read_answer(&mut self) -> Result<Response, Broke> {
        loop {
            if let Some(end) = end_of_answer(&self.heard)? {
                let text: Vec<u8> = self.heard.drain(..end).collect();
                let answer = String::from_utf8_lossy(&text).parse::<Response>().map_err(|_| garbage())?;
                return if answer.is_positive() { Ok(answer) } else { Err(said(&answer)) };
            }
            if self.stream.read_buf(&mut self.heard).await.map_err(|e| lost(&e))? == 0 {
                return Err(Broke::Silence("the connection ended".into()));
            }
        }
    }
}

/// An answer that says yes to something else is none of ours.
pub fn one_of(answer: Response, codes: &[u16]) -> Result<Response, Broke> {
    if codes.iter().any(|code| answer.has_code(*code)) { Ok(answer) } else { Err(said(&answer)) }
}

/// lettre has no time limit for a step [promises 0.2].
pub async fn within<T>(limit: Duration, talk: impl Future<Output = Result<T, Broke>>) -> Result<T, Broke> {
    timeout(limit, talk).await.unwrap_or_else(|_| Err(Broke::Silence("no answer in time".into())))
}

pub fn said(answer: &Response) -> Broke {
    Broke::Reply(u16::from(answer.code()), answer.message().collect::<Vec<_>>().join(" "))
}

fn lost(error: &std::io::Error) -> Broke {
    Broke::Silence(error.to_string())
}

fn garbage() -> Broke {
    Broke::Silence("an answer that cannot be read".into())
}

/// Where the first answer in what was heard ends, if it is whole: `250-more`, `250 last`.
fn end_of_answer(heard: &[u8]) -> Result<Option<usize>, Broke> {
    let mut at = 0;
    while let Some(length) = heard[at..].iter().position(|b| *b == b'\n') {
        let line = &heard[at..=at + length];
        if line.len() > LONGEST_LINE || line.len() < 5 || !line[..3].iter().all(u8::is_ascii_digit) {
            return Err(garbage());
        }
        at += line.len();
        match line[3] {
            b'-' => {}
            b' ' | b'\r' => return Ok(Some(at)),
            _ => return Err(garbage()),
        }
    }
    if heard.len() - at > LONGEST_LINE || heard.len() > LONGEST_ANSWER {
        return Err(garbage());
    }
    Ok(None)
}

/// A message as it travels: each line ends alike, and one that begins with a dot begins with two.
fn dotted(mime: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mime.len() + 16);
    let mut rest = mime;
    while !rest.is_empty() {
        let end = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |at| at + 1);
        let (line, more) = rest.split_at(end);
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = more;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_with_its_last_line() {
        assert_eq!(end_of_answer(b"250-a\r\n250 b\r\n250 early\r\n"), Ok(Some(14)));
        assert_eq!(end_of_answer(b"250-a\r\n250"), Ok(None));
        assert_eq!(end_of_answer(b"250\r\n"), Ok(Some(5)));
        for nonsense in [&b"!@#$ 25O ok\r\n"[..], b"25\r\n", b"250ok\r\n", b"\r\n", &[b'2'; 2_000]] {
            assert!(end_of_answer(nonsense).is_err(), "{nonsense:?}");
        }
    }

    #[test]
    fn a_message_travels_with_its_dots_and_whole_lines() {
        assert_eq!(dotted(b"a\r\n.\r\n..b\r\nc"), b"a\r\n..\r\n...b\r\nc\r\n");
        assert_eq!(dotted(b"a\nb\r\n"), b"a\r\nb\r\n");
        assert_eq!(dotted(b""), b"");
    }

    #[tokio::test]
    async fn what_nobody_asked_for_is_noticed_before_the_next_line() {
        let (ours, mut theirs) = tokio::io::duplex(1_024);
        let mut talk = Talk::over(ours);
        let limit = Duration::from_secs(1);
        theirs.write_all(b"220 hello\r\n").await.expect("said");
        talk.greeting(limit).await.expect("a greeting");
        talk.in_turn().expect("nothing more");
        theirs.write_all(b"250 early\r\n").await.expect("said");
        assert!(matches!(talk.say("MAIL\r\n", limit).await, Err(Broke::Silence(_))));
        assert!(matches!(talk.into_line(), Err(Broke::Insecure(_))));
    }
}
