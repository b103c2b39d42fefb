//! The one question that mail asks of DNS: which texts stand under a name [RFC 1035]. One datagram to the machine's own resolver,
//! or a connection where the answer is long; a resolver of our own would be more than the question.

use anyhow::{Context, Result, bail, ensure};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

const TEXT: u16 = 16;
const LIMIT: Duration = Duration::from_secs(3);
const TRIES: usize = 2;

/// Whom to ask.
#[derive(Clone, Copy, Debug)]
pub struct Resolver(SocketAddr);

impl Resolver {
    /// The setting, else the first server that this machine itself asks.
    pub fn of(setting: Option<SocketAddr>) -> Result<Self> {
        if let Some(address) = setting {
            return Ok(Self(address));
        }
        let text = std::fs::read_to_string("/etc/resolv.conf").context("this machine names no DNS server (TRIBUTARY_DNS may)")?;
        let named = text.lines().filter_map(|l| l.trim().strip_prefix("nameserver")?.trim().parse::<IpAddr>().ok()).next();
        Ok(Self(SocketAddr::new(named.context("this machine names no DNS server (TRIBUTARY_DNS may)")?, 53)))
    }

    /// The texts under a name; none where there is no such name.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>> {
        let mut last = None;
        for _ in 0..TRIES {
            match timeout(LIMIT, self.ask(name)).await {
                Ok(Ok(found)) => return Ok(found),
                Ok(Err(error)) => last = Some(error),
                Err(_) => last = Some(anyhow::anyhow!("no answer in time")),
            }
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("no answer")).context(format!("asking DNS for {name}")))
    }

    async fn ask(&self, name: &str) -> Result<Vec<String>> {
        let id: u16 = rand::random();
        let question = question(id, name)?;
        let socket = UdpSocket::bind(if self.0.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }).await?;
        socket.connect(self.0).await?;
        socket.send(&question).await?;
        let mut answer = vec![0; 4_096];
        let length = socket.recv(&mut answer).await?;
        answer.truncate(length);
        match read(&answer, id)? {
            Answer::Texts(found) => Ok(found),
            Answer::TooLong => self.ask_at_length(id, &question).await,
        }
    }

    async fn ask_at_length(&self, id: u16, question: &[u8]) -> Result<Vec<String>> {
        let mut stream = TcpStream::connect(self.0).await?;
        stream.write_all(&[&u16::try_from(question.len())?.to_be_bytes(), question].concat()).await?;
        let length = usize::from(stream.read_u16().await?);
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer).await?;
        match read(&answer, id)? {
            Answer::Texts(found) => Ok(found),
            Answer::TooLong => bail!("the answer is cut off"),
        }
    }
}

enum Answer {
    Texts(Vec<String>),
    TooLong,
}

fn question(id: u16, name: &str) -> Result<Vec<u8>> {
    let mut out = Vec::from(id.to_be_bytes());
    // Recursion desired; one question, and one record that says how long an answer may be.
    out.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    for label in name.trim_end_matches('.').split('.') {
        ensure!((1..=63).contains(&label.len()) && label.is_ascii(), "\"{name}\" is no name of DNS");
        out.push(u8::try_from(label.len())?);
        out.extend(label.as_bytes());
    }
    ensure!(out.len() <= 12 + 254, "\"{name}\" is no name of DNS");
    out.extend([0, 0, TEXT as u8, 0, 1]);
    out.extend([0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0]);
    Ok(out)
}

fn read(answer: &[u8], id: u16) -> Result<Answer> {
    let at = |n: usize| answer.get(n).copied().context("a short answer");
    let pair = |n: usize| Ok::<_, anyhow::Error>(u16::from_be_bytes([at(n)?, at(n + 1)?]));
    ensure!(pair(0)? == id && at(2)? & 0x80 != 0, "an answer to something else");
    if at(2)? & 0x02 != 0 {
        return Ok(Answer::TooLong);
    }
    match at(3)? & 0x0f {
        0 => {}
        3 => return Ok(Answer::Texts(Vec::new())),
        code => bail!("the DNS server refuses ({code})"),
    }
    let (questions, records) = (pair(4)?, pair(6)?);
    let mut place = 12;
    for _ in 0..questions {
        place = after_name(answer, place)? + 4;
    }
    let mut found = Vec::new();
    for _ in 0..records {
        place = after_name(answer, place)?;
        let (kind, length) = (pair(place)?, usize::from(pair(place + 8)?));
        let data = answer.get(place + 10..place + 10 + length).context("a short record")?;
        if kind == TEXT {
            found.push(text(data)?);
        }
        place += 10 + length;
    }
    Ok(Answer::Texts(found))
}

/// Names are only stepped over: of all that is answered we asked for it.
fn after_name(answer: &[u8], mut place: usize) -> Result<usize> {
    loop {
        match answer.get(place).copied().context("a short name")? {
            0 => return Ok(place + 1),
            byte if byte & 0xc0 == 0xc0 => return Ok(place + 2),
            length => place += 1 + usize::from(length),
        }
    }
}

/// A text is written in pieces that belong together.
fn text(mut data: &[u8]) -> Result<String> {
    let mut whole = Vec::new();
    while let Some((length, rest)) = data.split_first() {
        let length = usize::from(*length);
        ensure!(length <= rest.len(), "a short text");
        whole.extend_from_slice(&rest[..length]);
        data = &rest[length..];
    }
    Ok(String::from_utf8_lossy(&whole).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer with one text in two pieces, its name a pointer to the question.
    fn answered() -> Vec<u8> {
        let mut out = question(7, "a.example").expect("a question");
        out.truncate(out.len() - 11);
        out[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
        out.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 8, 4, b'v', b'=', b's', b'p', 2, b'f', b'1']);
        out
    }

    #[test]
    fn a_text_is_read_whole_and_a_broken_answer_is_an_error() {
        let answer = answered();
        assert!(matches!(read(&answer, 7), Ok(Answer::Texts(found)) if found == ["v=spf1"]));
        assert!(read(&answer, 8).is_err(), "an answer to something else");
        for end in 0..answer.len() {
            assert!(read(&answer[..end], 7).is_err(), "{end}");
        }
    }

    #[test]
    fn no_name_is_asked_that_is_none() {
        for name in ["", "a..example", &"a".repeat(64), &"aa.".repeat(100)] {
            assert!(question(1, name).is_err(), "{name}");
        }
    }
}
