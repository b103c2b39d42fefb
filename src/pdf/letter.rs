//! A letter as PDF: the text of a template and its data in, the bytes of the file out. Typeset by typst, tagged for screen
//! readers (PDF/UA-1), without a date of creation: the same letter gives the same bytes.
//!
//! Data goes in as JSON, never as markup: what a person typed stays text. The template sees nothing but what is given here.

use hayro_syntax::Pdf;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{LazyLock, Mutex};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// What a letter is made of.
pub struct Letter<'a> {
    /// Tells letters apart in the file's identifier: the same for the same letter, and nothing about a person.
    pub ident: &'a str,
    /// The template; it begins with `#import "/base.typ": *` and `#let d = json("/data.json")`.
    pub template: &'a str,
    /// What all letters share.
    pub base: &'a str,
    pub data: &'a serde_json::Value,
    /// Appended page by page where the template says `#scans()`.
    pub scans: &'a [Scan],
}

/// A file that is appended: a PDF, or a picture.
#[derive(Clone)]
pub struct Scan {
    /// What stands above its pages, and what a screen reader says.
    pub title: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// A letter, drawn.
#[derive(Debug)]
pub struct Drawn {
    pub pdf: Vec<u8>,
    pub pages: usize,
    /// What the typesetter complained about: a fault of the template.
    pub warnings: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// Some characters that no font of ours has.
    #[error("no font of ours can print {}", .0.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", "))]
    NoFont(Vec<char>),
    /// A scan that cannot be read; which one, from 0.
    #[error("scan {0} cannot be read as {1}")]
    Unreadable(usize, String),
    /// The template itself is wrong.
    #[error("the template is wrong: {0}")]
    Template(String),
}

/// Kinds of files that can be appended.
pub fn can_append(media_type: &str) -> bool {
    ending(media_type).is_some()
}

fn ending(media_type: &str) -> Option<&'static str> {
    match media_type {
        "application/pdf" => Some("pdf"),
        "image/png" => Some("png"),
        "image/jpeg" => Some("jpg"),
        _ => None,
    }
}

/// Draws a letter. CPU work of 10 to 200 ms: not for the thread that answers requests.
pub fn draw(letter: &Letter<'_>) -> Result<Drawn, LetterError> {
    // One letter at a time: of what the typesetter keeps, that stays which this letter used, so that memory stays small, and the next
    // one finds what all letters share.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(|e| e.into_inner());
    let drawn = Desk::with(letter).and_then(|desk| desk.draw(letter));
    typst::comemo::evict(1);
    drawn
}

/// Lets go of what the typesetter keeps for the next letter.
pub fn rest() {
    typst::comemo::evict(0);
}

/// What all letters stand on, built with the first one.
struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let faces = [notosans::REGULAR_TTF, notosans::BOLD_TTF, notosans::ITALIC_TTF, dejavu::sans::regular()];
    let fonts: Vec<Font> = faces.into_iter().flat_map(|face| Font::iter(Bytes::new(face))).collect();
    Shared { library: LazyHash::new(Library::default()), book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

/// The files that one letter sees, and no others.
struct Desk {
    main: Source,
    base: Source,
    files: Vec<(FileId, Bytes)>,
}

fn at(path: &str) -> Result<FileId, LetterError> {
    let path = VirtualPath::new(Path::new(path).to_string_lossy()).map_err(|e| LetterError::Template(e.to_string()))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl Desk {
    fn with(letter: &Letter<'_>) -> Result<Self, LetterError> {
        let missing = unprintable(letter.data).chain(letter.scans.iter().flat_map(|s| without_font(&s.title))).collect::<BTreeSet<_>>();
        if !missing.is_empty() {
            return Err(LetterError::NoFont(missing.into_iter().collect()));
        }
        let mut files = vec![(at("/data.json")?, json(letter.data)?)];
        let mut list = Vec::new();
        for (n, scan) in letter.scans.iter().enumerate() {
            let path = format!("/scan-{n}.{}", ending(&scan.media_type).ok_or_else(|| unreadable(n, scan))?);
            let pages = pages_of(scan).ok_or_else(|| unreadable(n, scan))?;
            list.push(serde_json::json!({ "path": path, "title": scan.title, "pages": pages }));
            files.push((at(&path)?, Bytes::new(scan.content.clone())));
        }
        files.push((at("/scans.json")?, json(&serde_json::Value::Array(list))?));
        let source = |path: &str, text: &str| at(path).map(|id| Source::new(id, text.into()));
        Ok(Self { main: source("/letter.typ", letter.template)?, base: source("/base.typ", letter.base)?, files })
    }

    fn draw(&self, letter: &Letter<'_>) -> Result<Drawn, LetterError> {
        let set = typst::compile::<PagedDocument>(self);
        let document = set.output.map_err(|errors| self.blamed(letter, &errors))?;
        // The rules of PDF/UA allow no PDF inside a PDF: such a letter is tagged, and not certified.
        let holds_pdf = letter.scans.iter().any(|s| s.media_type == "application/pdf");
        let options = PdfOptions {
            ident: Smart::Custom(letter.ident.into()),
            standards: if holds_pdf { PdfStandards::default() } else { ua_1()? },
            ..Default::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| self.blamed(letter, &errors))?;
        Ok(Drawn { pdf, pages: document.pages().len(), warnings: set.warnings.iter().map(told).collect() })
    }

    /// Whose fault an error is: a scan that cannot be decoded is named in it.
    fn blamed(&self, letter: &Letter<'_>, errors: &[SourceDiagnostic]) -> LetterError {
        let words = errors.iter().map(told).collect::<Vec<_>>().join("; ");
        let decoding = errors.iter().any(|e| e.message.contains("decode") || e.message.contains("PDF") && !e.message.contains("PDF/UA"));
        let scan = decoding.then(|| letter.scans.iter().enumerate().find(|(n, scan)| self.is_broken(*n, scan))).flatten();
        scan.map_or(LetterError::Template(words), |(n, scan)| unreadable(n, scan))
    }

    /// Draws one scan alone to see whether it can be.
    fn is_broken(&self, n: usize, scan: &Scan) -> bool {
        let Some((id, bytes)) = self.files.get(n + 1) else { return false };
        let path = format!("/scan-{n}.{}", ending(&scan.media_type).unwrap_or("pdf"));
        let Ok(main) = at("/letter.typ").map(|id| Source::new(id, format!("#image(\"{path}\", alt: \"a scan\")"))) else { return false };
        let desk = Self { main, base: self.base.clone(), files: vec![(*id, bytes.clone())] };
        match typst::compile::<PagedDocument>(&desk).output {
            Ok(document) => typst_pdf::pdf(&document, &PdfOptions::default()).is_err(),
            Err(_) => true,
        }
    }
}

fn ua_1() -> Result<PdfStandards, LetterError> {
    PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|e| LetterError::Template(e.message().to_string()))
}

fn unreadable(n: usize, scan: &Scan) -> LetterError {
    LetterError::Unreadable(n, scan.media_type.clone())
}

fn told(said: &SourceDiagnostic) -> String {
    let hints = said.hints.iter().map(|h| format!(" ({})", h.v));
    hints.fold(said.message.to_string(), |all, hint| all + &hint)
}

fn json(value: &serde_json::Value) -> Result<Bytes, LetterError> {
    serde_json::to_vec(value).map(Bytes::new).map_err(|e| LetterError::Template(e.to_string()))
}

fn pages_of(scan: &Scan) -> Option<usize> {
    match scan.media_type.as_str() {
        "application/pdf" => Pdf::new(scan.content.clone()).ok().map(|pdf| pdf.pages().len()).filter(|pages| *pages > 0),
        _ => Some(1),
    }
}

/// The characters of all texts in the data that no font has.
fn unprintable(data: &serde_json::Value) -> Box<dyn Iterator<Item = char> + '_> {
    match data {
        serde_json::Value::String(text) => Box::new(without_font(text)),
        serde_json::Value::Array(items) => Box::new(items.iter().flat_map(unprintable)),
        serde_json::Value::Object(fields) => Box::new(fields.values().flat_map(unprintable)),
        _ => Box::new(std::iter::empty()),
    }
}

fn without_font(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !matches!(c, '\n' | '\t' | '\r') && !SHARED.fonts.iter().any(|f| f.info().coverage.contains(u32::from(*c))))
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &SHARED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHARED.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.main, &self.base].into_iter().find(|s| s.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.iter().find(|(known, _)| *known == id).map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHARED.fonts.get(index).cloned()
    }

    /// A letter's day is in its data.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
