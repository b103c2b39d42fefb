//! A page into a PDF. All measures are whole numbers, 900 to the inch: a cell of the grid is 90 by 150, a hundredth of an inch is 9.
//! Down the page counts up; a PDF counts the other way, and that is seen here alone.

use super::Printer;
use super::sheet::Text;
use pdf_writer::types::LineCapStyle;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

pub const INCH: i16 = 900;
const HUNDREDTH: i16 = 9;
pub const CELL_WIDTH: i16 = 90;
pub const CELL_HEIGHT: i16 = 150;
const HEIGHT: i16 = 9900;
/// 24 points, and 20: where the grid begins, as systems in the field have it.
const LEFT: i16 = 300;
const TOP: i16 = 250;

/// The left edge of a column.
pub const fn column_x(column: i16) -> i16 {
    LEFT + CELL_WIDTH * (column - 1)
}

/// The line on which the letters of a row stand.
pub const fn row_y(row: i16) -> i16 {
    TOP + CELL_HEIGHT * row
}

/// Three of the typefaces that every reader and printer has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Font {
    Courier,
    Plain,
    Bold,
}

impl Font {
    fn name(self) -> Name<'static> {
        Name(match self {
            Font::Courier => b"C",
            Font::Plain => b"P",
            Font::Bold => b"B",
        })
    }

    fn base(self) -> Name<'static> {
        Name(match self {
            Font::Courier => b"Courier",
            Font::Plain => b"Helvetica",
            Font::Bold => b"Helvetica-Bold",
        })
    }
}

/// How dark something is.
#[derive(Clone, Copy)]
pub enum Ink {
    Black,
    Label,
    Rule,
    Mark,
    Shade,
}

/// One sheet that is being drawn.
pub struct Page {
    content: Content,
    right: i16,
    down: i16,
}

impl Page {
    pub fn new(printer: Printer) -> Self {
        let within = |offset: i16| offset.clamp(-Printer::FARTHEST, Printer::FARTHEST) * HUNDREDTH;
        let mut content = Content::new();
        // A unit is 0.08 points.
        content.transform([0.08, 0.0, 0.0, 0.08, 0.0, 0.0]);
        Self { content, right: within(printer.x_offset), down: within(printer.y_offset) }
    }

    /// The words of a form, in black Courier on the grid.
    pub fn type_all(&mut self, texts: &[Text]) {
        self.ink(Ink::Black);
        self.content.begin_text().set_font(Font::Courier.name(), CELL_HEIGHT.into());
        for text in texts {
            let (x, y) = (self.x(column_x(text.column)), self.y(row_y(text.row)));
            self.content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x.into(), y.into()]).show(Str(text.words.as_bytes()));
        }
        self.content.end_text();
    }

    pub fn write(&mut self, font: Font, size: i16, ink: Ink, (x, y): (i16, i16), words: &str) {
        self.ink(ink);
        let (x, y) = (self.x(x), self.y(y));
        let place = [1.0, 0.0, 0.0, 1.0, x.into(), y.into()];
        self.content.begin_text().set_font(font.name(), size.into()).set_text_matrix(place).show(Str(words.as_bytes())).end_text();
    }

    /// From corner to corner, under everything that follows.
    pub fn watermark(&mut self, words: &str) {
        self.ink(Ink::Mark);
        let (x, y) = (self.x(1650), self.y(8350));
        let place = [0.611, 0.791, -0.791, 0.611, x.into(), y.into()];
        self.content.begin_text().set_font(Font::Bold.name(), 790.0).set_text_matrix(place).show(Str(words.as_bytes())).end_text();
    }

    pub fn rule(&mut self, ink: Ink, width: i16, from: (i16, i16), to: (i16, i16)) {
        self.ink(ink);
        let (x1, y1, x2, y2) = (self.x(from.0), self.y(from.1), self.x(to.0), self.y(to.1));
        self.content.set_line_width(width.into()).set_line_cap(LineCapStyle::ButtCap);
        self.content.move_to(x1.into(), y1.into()).line_to(x2.into(), y2.into()).stroke();
    }

    /// A frame from its upper left to its lower right corner.
    pub fn frame(&mut self, ink: Ink, width: i16, from: (i16, i16), to: (i16, i16)) {
        self.ink(ink);
        self.content.set_line_width(width.into());
        self.rect(from, to);
        self.content.stroke();
    }

    pub fn fill(&mut self, ink: Ink, from: (i16, i16), to: (i16, i16)) {
        self.ink(ink);
        self.rect(from, to);
        self.content.fill_nonzero();
    }

    fn rect(&mut self, from: (i16, i16), to: (i16, i16)) {
        let (x, y) = (self.x(from.0), self.y(to.1));
        self.content.rect(x.into(), y.into(), (to.0 - from.0).into(), (to.1 - from.1).into());
    }

    fn ink(&mut self, ink: Ink) {
        let gray = match ink {
            Ink::Black => 0.0,
            Ink::Label => 0.4,
            Ink::Rule => 0.75,
            Ink::Mark => 0.92,
            Ink::Shade => 0.965,
        };
        self.content.set_fill_gray(gray).set_stroke_gray(gray);
    }

    fn x(&self, x: i16) -> i16 {
        x + self.right
    }

    fn y(&self, y: i16) -> i16 {
        HEIGHT - y - self.down
    }
}

/// The file. It knows no day and no chance, and its title says nothing of a patient.
pub fn document(title: &str, pages: Vec<Page>, fonts: &[Font]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    let fonts: Vec<(Font, Ref)> = fonts.iter().map(|font| (*font, next.bump())).collect();
    let pages: Vec<(Page, Ref, Ref)> = pages.into_iter().map(|page| (page, next.bump(), next.bump())).collect();

    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr("en-US"));
    // Fitting the page to the paper would move every letter off its place.
    root.viewer_preferences().display_doc_title(true).pair(Name(b"PrintScaling"), Name(b"None"));
    root.finish();
    pdf.document_info(info).title(TextStr(title));
    pdf.pages(tree).kids(pages.iter().map(|(_, page, _)| *page)).count(i32::try_from(pages.len()).unwrap_or(i32::MAX));
    for (font, id) in &fonts {
        pdf.type1_font(*id).base_font(font.base()).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (page, id, content) in pages {
        let mut leaf = pdf.page(id);
        leaf.parent(tree).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(content);
        let mut resources = leaf.resources();
        let mut dict = resources.fonts();
        for (font, font_id) in &fonts {
            dict.pair(font.name(), *font_id);
        }
        dict.finish();
        resources.finish();
        leaf.finish();
        pdf.stream(content, &page.content.finish());
    }
    pdf.finish()
}
