//! Signs a message with the key of our domain [RFC 6376, 8463], for a relay that does not do it. Both parts are made relaxed, so that a
//! relay which folds a line anew breaks nothing.

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use sha2::{Digest, Sha256};
use std::fmt;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

/// What the signature stands for. The sender stands there twice: nobody may add a second one.
const SIGNED: [&str; 11] = [
    "from",
    "reply-to",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    // One click counts only where it is signed [RFC 8058, 4].
    "list-unsubscribe",
    "list-unsubscribe-post",
    "from",
];

pub struct Signer {
    pub selector: String,
    key: Key,
}

enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// Reads the private key from PEM: RSA of 2,048 bits or more, or Ed25519.
    pub fn new(selector: &str, pem: &[u8]) -> Result<Self> {
        let fits = |l: &str| !l.is_empty() && l.len() <= 63 && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        ensure!(selector.split('.').all(fits), "\"{selector}\" is no selector, like t1 or 2026-05");
        let key = match PrivateKeyDer::from_pem_slice(pem).map_err(|e| anyhow::anyhow!("no private key in PEM: {e}"))? {
            PrivateKeyDer::Pkcs1(der) => Key::Rsa(RsaKeyPair::from_der(der.secret_pkcs1_der()).map_err(unfit)?),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                    Ok(key) => Key::Ed25519(key),
                    Err(_) => Key::Rsa(RsaKeyPair::from_pkcs8(der).map_err(unfit)?),
                }
            }
            _ => bail!("a key of a kind that signs no mail. Use RSA or Ed25519"),
        };
        Ok(Self { selector: selector.into(), key })
    }

    /// The half that stands in DNS: the `p=` of the record.
    pub fn public(&self) -> String {
        match &self.key {
            Key::Ed25519(key) => BASE64.encode(key.public_key().as_ref()),
            Key::Rsa(key) => BASE64.encode(subject_public_key_info(key.public_key().as_ref())),
        }
    }

    /// The whole record for DNS.
    pub fn record(&self) -> String {
        format!("v=DKIM1; k={}; p={}", if matches!(self.key, Key::Rsa(_)) { "rsa" } else { "ed25519" }, self.public())
    }

    /// The message with the signature before it. A message that has one already stays as it is: the same bytes on every attempt.
    pub fn sign(&self, mime: &[u8], domain: &str, at: DateTime<Utc>) -> Result<Vec<u8>> {
        const NAME: &[u8] = b"DKIM-Signature:";
        let (head, body) = split(mime);
        if head.split(|b| *b == b'\n').any(|line| line.starts_with(NAME)) {
            return Ok(mime.to_vec());
        }
        let fields = fields_of(head);
        let way = if matches!(self.key, Key::Rsa(_)) { "rsa-sha256" } else { "ed25519-sha256" };
        let present: Vec<&str> = signed(&fields);
        let body_hash = BASE64.encode(Sha256::digest(relaxed_body(body)));
        let unsigned = format!(
            "v=1; a={way}; c=relaxed/relaxed; d={domain}; s={};\r\n t={}; h={};\r\n bh={body_hash};\r\n b=",
            self.selector,
            at.timestamp(),
            present.join(":")
        );
        let mut covered = Vec::new();
        let mut taken: Vec<usize> = Vec::new();
        for name in &present {
            // From the last one up; one that is not there stands for nobody may add it.
            let found = fields.iter().enumerate().rev().find(|(n, (field, _))| field == name && !taken.contains(n));
            if let Some((n, (field, value))) = found {
                taken.push(n);
                covered.extend_from_slice(format!("{field}:{value}\r\n").as_bytes());
            }
        }
        covered.extend_from_slice(format!("dkim-signature:{}", relaxed(&unsigned)).as_bytes());
        let signature = self.signature(&covered)?;
        Ok([b"DKIM-Signature: ", unsigned.as_bytes(), folded(&BASE64.encode(signature)).as_bytes(), b"\r\n", mime].concat())
    }

    fn signature(&self, covered: &[u8]) -> Result<Vec<u8>> {
        match &self.key {
            // Ed25519 signs the fingerprint, RSA makes its own [RFC 8463, 3].
            Key::Ed25519(key) => Ok(key.sign(&Sha256::digest(covered)).as_ref().to_vec()),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), covered, &mut signature).ok().context("the DKIM key does not sign")?;
                Ok(signature)
            }
        }
    }
}

fn unfit(error: ring::error::KeyRejected) -> anyhow::Error {
    anyhow::anyhow!("the key is refused ({error}). Use RSA of 2,048 bits or more, or Ed25519")
}

/// DNS holds the key with what kind it is; ring gives it bare.
fn subject_public_key_info(bare: &[u8]) -> Vec<u8> {
    const RSA: [u8; 15] = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let bits = der(0x03, &[&[0], bare].concat());
    der(0x30, &[&RSA[..], &bits].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let size = match length {
        0..=127 => vec![u8::try_from(length).unwrap_or(0)],
        128..=255 => vec![0x81, u8::try_from(length).unwrap_or(0)],
        _ => [&[0x82][..], &u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()].concat(),
    };
    [&[tag][..], &size, content].concat()
}

/// Head and body of a message.
fn split(mime: &[u8]) -> (&[u8], &[u8]) {
    match mime.windows(4).position(|w| w == b"\r\n\r\n") {
        Some(at) => (&mime[..at + 2], &mime[at + 4..]),
        None => (mime, b""),
    }
}

/// Each field of a head, relaxed: its name in lower case, its value on one line.
fn fields_of(head: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(head);
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.split("\r\n").filter(|l| !l.is_empty()) {
        match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => value.push_str(line),
            (false, _, Some((name, value))) => fields.push((name.trim().to_ascii_lowercase(), value.into())),
            _ => {}
        }
    }
    fields.into_iter().map(|(name, value)| (name, relaxed(&value))).collect()
}

/// The names that are signed: those that are there, and the sender once more.
fn signed(fields: &[(String, String)]) -> Vec<&'static str> {
    let is_there = |name: &&str| fields.iter().any(|(field, _)| field == name);
    SIGNED.into_iter().filter(is_there).collect()
}

fn relaxed(value: &str) -> String {
    value.split([' ', '\t', '\r', '\n']).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut empty = 0;
    let body = body.strip_suffix(b"\r\n").unwrap_or(body);
    for line in body.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut reduced: Vec<u8> = Vec::with_capacity(line.len());
        for byte in line {
            let byte = if *byte == b'\t' { b' ' } else { *byte };
            if byte != b' ' || reduced.last() != Some(&b' ') {
                reduced.push(byte);
            }
        }
        if reduced.last() == Some(&b' ') {
            reduced.pop();
        }
        if reduced.is_empty() {
            empty += 1;
            continue;
        }
        (0..std::mem::take(&mut empty)).for_each(|_| out.extend_from_slice(b"\r\n"));
        out.extend_from_slice(&reduced);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Lines that no server has to fold.
fn folded(signature: &str) -> String {
    let pieces: Vec<&str> = signature.as_bytes().chunks(72).filter_map(|c| std::str::from_utf8(c).ok()).collect();
    pieces.join("\r\n  ")
}

/// Keys are not for logs.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.selector)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample key of RFC 8463.
    const ED25519: &str =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    const MESSAGE: &str = "From: Willow  Street <owner@willow.example>\r\nTo: p.raman@northgate.example\r\nSubject: Progress report\r\n [ref 7F3K]\r\n\
        Date: Mon, 23 Nov 2026 17:05:00 +0000\r\nMessage-ID: <7.1@willow.example>\r\nMIME-Version: 1.0\r\n\r\nTwo  words \t\r\n\r\n.\r\n\r\n\r\n";

    fn at() -> DateTime<Utc> {
        "2026-11-23T17:05:00Z".parse().expect("an instant")
    }

    #[test]
    fn a_body_is_relaxed_as_the_standard_says() {
        assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b""), b"");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
        assert_eq!(relaxed_body(b"a\r\n\r\nb"), b"a\r\n\r\nb\r\n");
    }

    #[test]
    fn the_signature_is_the_one_that_dkimpy_verifies_and_is_the_same_each_time() {
        let signer = Signer::new("t1", ED25519.as_bytes()).expect("a key");
        let signed = signer.sign(MESSAGE.as_bytes(), "willow.example", at()).expect("signed");
        let text = String::from_utf8(signed.clone()).expect("text");
        let head = text.strip_suffix(MESSAGE).expect("the message itself is untouched");
        assert_eq!(head, GOLDEN);
        assert_eq!(signer.sign(&signed, "willow.example", at()).expect("asked again"), signed, "one signature");
    }

    /// Verified with dkimpy 1.1.8 against the record of this key.
    const GOLDEN: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=willow.example; s=t1;\r\n t=1795453500; \
        h=from:to:subject:date:message-id:mime-version:from;\r\n bh=yrMYmwZeUQeFg0lleOIvgrf3b9Mhj3QgEURtMNvysKI=;\r\n\x20\
        b=DXca4X8lhlF4iCwlgXB4F7uj1eqQuO6QvEd/amxFd0wOWSRDEGWbiWF6PcO7BMIHSMngqPkl\r\n  1bOn17g+QwvNBg==\r\n";

    /// A key made for this test alone: `openssl genrsa -traditional 2048`, without its head and foot.
    const RSA: &str = "MIIEpAIBAAKCAQEA094/TBDRe7s1PK+0oc2G70sRTVcYwaruRO1LwI5EULdrBSfCzEYEoiBj/UB4DSd02YMF7L4lK1NoAJq9flN+vhdeGqdr9VgbIKC50/Tubaau2nuo\
         bcTX4tG9tshaIq/BdEWS8/8KubcIAv1byJKGNWUS8df1IMPsQYahSky08VMxA0d2ikfiDTmST9yk/v1IFtKDUmkeBVnwbkcOw2EWgbMf4vg1ZFa/Djs4pzpYYsSCbD2Z\
         tiQTrPjbVHeyJp3Hs4zwqlzCPHyHktMVQVvWn5I1s4M0BPulo2GjyxVdjPEzfxB3QBuZSGJlOyE/OSi9LEHqDKpcn4gGbyAYYZzOwwIDAQABAoIBADNJ1PbcB2o1ipCz\
         VD3rHCQnfvvC/to7P8ztyO3HQuBrVnv8ARskRBDfWHVBOw6sI4xYPIHwEd1oJoAm9YJ0QfVQgNZg+zB8cKy4W+PkoidnN2Lqln5kLYLaFVv/KlrFQ0abZRSuA/GrTkQz\
         AxoN5nFck3Z6OfwBkdrW9YqgARl+AlA0NcxVzlfUapO+FCRt+m+l5D+OEvHw1cAYPcS7Sorm/nf2OsIT1dR6iYFZakbVBvBes51YCSofaJ/O1TTtmYEJjFCGBwRg5dop\
         BdPpnN4sUcK4ldvPQAcSAomZiFwFJRIqNLI+GhRtRI3t3XqBCbvdoFHqV5csjszK5N6KHlkCgYEA7ptb8FcDsyO/u11JUseS79D5X4bp4saiK/WwXab8AHyVOyccYzmV\
         S9yz6MnOmL3moKpFI7y9UfIAxjeNSHnvD7jIZViyxL3Yb7Nc+DmXgGY8ZpEZIUC6LJobywGiBRXqmWh1N7x22hz7J4ESicVRF+q8TNEdxkj3nOCopLMtf2cCgYEA40/q\
         yCwTdQ/NnKlGRd02X1i0wSW9xF6nouSSZt5yfaCIEDixWup5zpVjpr5ok2ksmQJwtSmjUts3Sra302LlH28sT2NgQWOZIhHrz4eKwBziVwQrbGWEx4BK3xo6HH59GrRd\
         dwww3iy4iQwSG2DsJpa3CUWCuEvhLJanDxkHyEUCgYEAqLFSGOOMDBTUMyVK96l9qus1w2Hg7aG9ehLjs/Kg678oyn9mRIirkszgrU4wMDDiYui+pPuFZfAQuBMCYiFC\
         8PyVQYGqMgp+gMpwilY9VFvzjBg9ihL3DR2PVME8yRermvYNGXC3HpGqx00rzBeis6QTqMOXp15jIZh74qWDHzUCgYBqRDwwZFqcSU0IRiJyGt6GaIPoH+q9WLrp7g17\
         RdckX938J2TSafeT2kcB9tYQxARza66hItwVqiIJLa52hi8zKNgALSccqqE2SkaBeI4nDdnKcEqUnEkcsx9NeYddNszppRRkyTA3TZTfjOMSJZeA2siq7vITknWsUKm8\
         5yi6OQKBgQCDJxqQk2d+2A6PeTDxLg4h91k1YUuL3TrBQNq+9jIXIYHmgqaw/G3ZxzlGEE98j0oaQzSSyaxwe2IZIPztYSmAT9v0Czu4cyB3eMmDvM6FwkTZAqJD6n+L\
         JhlYZEAoykyUJ7lG9yAnfx6TgLUnHpKsWVQ4+pBCfpYCeNJDWCjf8Q==";

    /// `openssl rsa -pubout` of it.
    const RSA_PUBLIC: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA094/TBDRe7s1PK+0oc2G70sRTVcYwaruRO1LwI5EULdrBSfCzEYEoiBj/UB4DSd02YMF7L4lK1NoAJq9flN+\
         vhdeGqdr9VgbIKC50/Tubaau2nuobcTX4tG9tshaIq/BdEWS8/8KubcIAv1byJKGNWUS8df1IMPsQYahSky08VMxA0d2ikfiDTmST9yk/v1IFtKDUmkeBVnwbkcOw2EW\
         gbMf4vg1ZFa/Djs4pzpYYsSCbD2ZtiQTrPjbVHeyJp3Hs4zwqlzCPHyHktMVQVvWn5I1s4M0BPulo2GjyxVdjPEzfxB3QBuZSGJlOyE/OSi9LEHqDKpcn4gGbyAYYZzO\
         wwIDAQAB";

    /// Verified with dkimpy 1.1.8 against the record of this key.
    const RSA_SIGNATURE: &str = "LYXQn43afxm8TuRHgLtQK4Z0f9vWhpcv/rxR1FntBAY0wuBYBe8SVeusH0+1kiawAg/lUl1uKTFeD7CNLrQbnD6MKkXMWR+CTEVNhaNccUD7UoNXBiUDDGhtEnfmlT77\
         SeTDg+0fU7BVlHnXVyA0aRq3fbiJ1Uulqum0MOCJciojoKMILnqZCjpexltNskDsytW39vXjd5IO7ODnbCd8P2uSLo84nSljs5VXb4TLCNlwdQ5FoNo+G9Gb+TGngrfc\
         AH3lW7n3H/z4v0AhvCvB8NpAXfHQI8fUIaWExRYHhAPtUOL6ZXGCR/psMkhUVbGiWv6SPx7TuI52bt7MpuCqKw==";

    #[test]
    fn an_rsa_signature_is_the_one_that_dkimpy_verifies_and_the_record_is_what_openssl_says() {
        let pem = format!("-----BEGIN {0}-----\n{RSA}\n-----END {0}-----\n", "RSA PRIVATE KEY");
        let signer = Signer::new("t1", pem.as_bytes()).expect("a key");
        assert_eq!(signer.record(), format!("v=DKIM1; k=rsa; p={RSA_PUBLIC}"));
        let signed = signer.sign(MESSAGE.as_bytes(), "willow.example", at()).expect("signed");
        let text = String::from_utf8(signed).expect("text");
        let head = text.strip_suffix(MESSAGE).expect("the message itself is untouched");
        assert!(
            head.starts_with("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=willow.example; s=t1;\r\n t=1795453500; "),
            "{head}"
        );
        let (_, signature) = head.split_once("\r\n b=").expect("a signature");
        assert_eq!(signature.split_whitespace().collect::<String>(), RSA_SIGNATURE);
        assert!(head.split("\r\n").all(|line| line.len() <= 78), "no server has to fold it: {head}");
    }

    #[test]
    fn a_key_that_is_none_is_refused_with_words() {
        for pem in ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            assert!(Signer::new("t1", pem.as_bytes()).is_err(), "{pem}");
        }
        assert!(Signer::new("t1;x", ED25519.as_bytes()).is_err());
    }
}
