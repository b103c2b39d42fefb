//! The body of a form, read once: fields and files, with a limit on what we are willing to hold.

use crate::documents::upload::MOST_BYTES;
use crate::error::{AppError, Result};
use poem::web::Multipart;
use poem::{FromRequest, Request, RequestBody};
use tokio::io::AsyncReadExt;

/// A form with files may be a little larger than its file.
const MOST_BODY: usize = MOST_BYTES + 1024 * 1024;

/// What a browser sent.
#[derive(Clone, Default)]
pub struct Posted {
    pub fields: Vec<(String, String)>,
    pub files: Vec<PostedFile>,
}

#[derive(Clone)]
pub struct PostedFile {
    pub field: String,
    pub name: String,
    pub content: Vec<u8>,
}

impl Posted {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The first file that holds something.
    pub fn file(&self, field: &str) -> Option<&PostedFile> {
        self.files.iter().find(|f| f.field == field && !f.content.is_empty())
    }

    /// Reads the body of `req`, which is empty afterwards.
    pub async fn read(req: &mut Request) -> Result<Self> {
        refuse_declared(req)?;
        let kind = req.content_type().unwrap_or_default().to_ascii_lowercase();
        let mut body = RequestBody::new(req.take_body());
        if kind.starts_with("multipart/form-data") {
            return multipart(req, &mut body).await;
        }
        let bytes = limited(&mut body).await?;
        let fields = form_urlencoded::parse(&bytes).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        Ok(Self { fields, files: Vec::new() })
    }
}

fn too_large() -> AppError {
    AppError::TooLarge(MOST_BYTES / 1024 / 1024)
}

/// What says itself that it is too long need not be read at all.
pub fn refuse_declared(req: &Request) -> Result<()> {
    let declared = req.header("content-length").and_then(|l| l.parse::<usize>().ok());
    if declared.is_some_and(|n| n > MOST_BODY) { Err(too_large()) } else { Ok(()) }
}

/// The whole body, counted while it is read: a length that lies does not help.
pub async fn limited(body: &mut RequestBody) -> Result<Vec<u8>> {
    let body = body.take().map_err(|_| AppError::BadRequest("the body was read twice".into()))?;
    let mut bytes = Vec::new();
    let mut reader = body.into_async_read().take(MOST_BODY as u64 + 1);
    reader.read_to_end(&mut bytes).await.map_err(|_| AppError::BadRequest("the request broke off. Send it again".into()))?;
    if bytes.len() > MOST_BODY { Err(too_large()) } else { Ok(bytes) }
}

async fn multipart(req: &Request, body: &mut RequestBody) -> Result<Posted> {
    let broken = || AppError::BadRequest("the form could not be read. Load the page again and send it once more".into());
    let mut parts = Multipart::from_request(req, body).await.map_err(|_| broken())?;
    let mut posted = Posted::default();
    let mut total = 0;
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        let field = part.name().unwrap_or_default().to_string();
        let file = part.file_name().map(String::from);
        let mut content = Vec::new();
        let room = (MOST_BODY - total) as u64 + 1;
        part.into_async_read().take(room).read_to_end(&mut content).await.map_err(|_| broken())?;
        total += content.len();
        if total > MOST_BODY {
            return Err(too_large());
        }
        match file {
            Some(name) => posted.files.push(PostedFile { field, name, content }),
            None => posted.fields.push((field, String::from_utf8_lossy(&content).into_owned())),
        }
    }
    Ok(posted)
}
