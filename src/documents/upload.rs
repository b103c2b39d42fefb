//! A file as it came in: its type is read from its bytes, its name is only shown, never used as a path.

use crate::error::{AppError, Result};
use sha2::{Digest, Sha256};

/// No upload is larger than this.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;

#[derive(Clone)]
pub struct Upload {
    pub file_name: String,
    pub media_type: &'static str,
    pub content: Vec<u8>,
    pub sha256: Vec<u8>,
}

impl Upload {
    pub fn new(file_name: &str, content: Vec<u8>) -> Result<Self> {
        if content.len() > MOST_BYTES {
            return Err(AppError::TooLarge(MOST_BYTES / 1024 / 1024));
        }
        if content.is_empty() {
            return Err(AppError::field("file", "This file is empty. Choose another one"));
        }
        Ok(Self { file_name: plain_name(file_name), media_type: media_type(&content), sha256: Sha256::digest(&content).to_vec(), content })
    }
}

impl Upload {
    /// A scan or photograph as it comes by fax, mail or phone; anything else is refused, whatever its name says.
    pub fn must_be_scan(&self) -> Result<()> {
        if SCANS.contains(&self.media_type) {
            return Ok(());
        }
        Err(AppError::field("file", "This is no PDF and no picture, whatever its name says. Scan or photograph the slip again"))
    }
}

/// What a slip may be.
const SCANS: &[&str] = &["application/pdf", "image/png", "image/jpeg", "image/tiff"];

/// What a browser shows by itself; the rest is a download.
pub fn is_shown(media_type: &str) -> bool {
    matches!(media_type, "application/pdf" | "image/png" | "image/jpeg")
}

/// The last part of the name, without marks that a path or a header could trip over.
pub fn plain_name(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = last.chars().filter(|c| !c.is_control() && !"\"<>|:*?".contains(*c)).take(120).collect();
    let safe = safe.trim().trim_start_matches('.').trim();
    if safe.is_empty() { "file".into() } else { safe.to_string() }
}

/// By the first bytes. What is not known is a download of bytes, never a page.
fn media_type(content: &[u8]) -> &'static str {
    match content {
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'I', b'I', 0x2a, 0, ..] | [b'M', b'M', 0, 0x2a, ..] => "image/tiff",
        _ if std::str::from_utf8(content).is_ok_and(|t| !t.contains('\0')) => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_path_in_it_keeps_only_its_last_part() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("..\\..\\boot.ini"), "boot.ini");
        assert_eq!(plain_name("slip\r\nX: y.pdf"), "slipX y.pdf");
        assert_eq!((plain_name(".."), plain_name("")), ("file".into(), "file".into()));
    }

    #[test]
    fn a_page_that_poses_as_a_picture_is_plain_text() {
        let upload = Upload::new("slip.png", b"<html><script>".to_vec()).expect("kept");
        assert_eq!(upload.media_type, "text/plain; charset=utf-8");
    }
}
