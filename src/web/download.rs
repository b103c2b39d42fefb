//! Files that we made or kept, as a browser takes them. The gate adds what every answer carries.

use poem::Response;
use poem::http::header;

/// Whether a browser shows a file or keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Here,
    Kept,
}

/// What a PDF may do: draw itself, and nothing else. A sandbox would keep browsers from showing it at all.
pub const PDF_POLICY: &str =
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'";

/// Bytes to keep. The name is made plain; it may tell of a payer, never of a patient.
pub fn file(name: &str, content: Vec<u8>) -> Response {
    given(name, "application/octet-stream", Shown::Kept).body(content)
}

pub fn pdf(name: &str, content: Vec<u8>, shown: Shown) -> Response {
    given(name, "application/pdf", shown).header(header::CONTENT_SECURITY_POLICY, PDF_POLICY).body(content)
}

fn given(name: &str, media_type: &str, shown: Shown) -> poem::ResponseBuilder {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    let manner = if shown == Shown::Here { "inline" } else { "attachment" };
    Response::builder().content_type(media_type).header(header::CONTENT_DISPOSITION, format!("{manner}; filename=\"{plain}\""))
}
