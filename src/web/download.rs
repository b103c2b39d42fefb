//! A kept file as a download.

use poem::Response;
use poem::http::StatusCode;

/// A file as a download. Its own name may tell of a payer, never of a patient, and is made plain.
pub fn as_file((name, content): (String, Vec<u8>)) -> Response {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    Response::builder()
        .status(StatusCode::OK)
        .content_type("application/octet-stream")
        .header("content-disposition", format!("attachment; filename=\"{plain}\""))
        .body(content)
}
