//! A message read back from its bytes: what its mail program would show. Pure.

use mail_parser::{Address, MessageParser, MimeHeaders};
use schemars::JsonSchema;
use serde::Serialize;

/// What a mail program shows of a message.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Read {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub files: Vec<FileRead>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FileRead {
    pub name: String,
    pub size: i64,
}

/// Reads a message; what cannot be read is left empty.
pub fn read(mime: &[u8]) -> Read {
    let Some(message) = MessageParser::default().parse(mime) else { return Read::default() };
    let file = |part: &mail_parser::MessagePart<'_>| FileRead {
        name: part.attachment_name().unwrap_or("a file").to_string(),
        size: i64::try_from(part.contents().len()).unwrap_or(0),
    };
    Read {
        from: people(message.from()),
        to: people(message.to()),
        subject: message.subject().unwrap_or_default().to_string(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).map(|h| h.into_owned()),
        files: message.attachments().map(file).collect(),
    }
}

/// The page that goes with a report, where one does.
pub fn attached_pdf(mime: &[u8]) -> Option<Vec<u8>> {
    let message = MessageParser::default().parse(mime)?;
    let is_pdf = |part: &&mail_parser::MessagePart<'_>| part.contents().starts_with(b"%PDF-");
    message.attachments().find(is_pdf).map(|part| part.contents().to_vec())
}

fn people(of: Option<&Address<'_>>) -> String {
    let one = |a: &mail_parser::Addr<'_>| match (a.name(), a.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(address)) => address.to_string(),
        (name, None) => name.unwrap_or_default().to_string(),
    };
    of.iter().flat_map(|a| a.iter()).map(one).collect::<Vec<_>>().join(", ")
}
