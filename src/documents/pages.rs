//! The HTML door of documents: a scan as it came in, shown beside what is typed from it.

use super::upload::is_shown;
use crate::documents::{self, Opened};
use crate::error::Result;
use crate::web::ctx::Ctx;
use crate::web::download::PDF_POLICY;
use crate::web::handler::get;
use poem::http::header;
use poem::web::Path;
use poem::{Response, Route};

pub fn routes(site: Route) -> Route {
    site.at("/documents/:id", get(show))
}

/// What came from outside may draw itself and nothing else: no script, no style, no way to anywhere.
const PICTURE: &str = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'; sandbox";

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result<Response> {
    Ok(as_file(documents::open(&ctx.app, &ctx.by, &id).await?))
}

/// The bytes under the type that was read from them, and under no other.
pub fn as_file(document: Opened) -> Response {
    let manner = if is_shown(&document.media_type) { "inline" } else { "attachment" };
    let policy = if document.media_type == "application/pdf" { PDF_POLICY } else { PICTURE };
    Response::builder()
        .content_type(&document.media_type)
        .header(header::CONTENT_DISPOSITION, format!("{manner}; filename*=UTF-8''{}", encoded(&document.file_name)))
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(document.content)
}

/// A file's name for a header [RFC 8187].
fn encoded(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    name.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_header_is_only_letters_digits_and_percent_signs() {
        assert_eq!(encoded("slip \"1\".pdf"), "slip%20%221%22.pdf");
        assert_eq!(encoded("año\r\nX"), "a%C3%B1o%0D%0AX");
    }
}
