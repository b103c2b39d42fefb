//! A letter as a browser gets it: shown in place, under a name that tells of no person.

use poem::Response;
use poem::http::header;

/// What a PDF may do: draw itself, and nothing else.
const POLICY: &str =
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'";

pub fn as_pdf(name: &str, content: Vec<u8>) -> Response {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    Response::builder()
        .content_type("application/pdf")
        .header(header::CONTENT_DISPOSITION, format!("inline; filename=\"{plain}\""))
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CACHE_CONTROL, "no-store")
        .body(content)
}
