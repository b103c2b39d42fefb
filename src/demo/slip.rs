//! The faxed slip of a referral: one page, put together by hand, so that there is something to look at beside the form.

use super::cast::{DOCTORS, OFFICES};
use super::plan::{Course, Source, complaint};
use std::fmt::Write;

/// The slip as it came out of the machine, where it came by fax from a doctor.
pub fn scan(course: &Course) -> Option<Vec<u8>> {
    let Source::Doctor(doctor) = course.source else { return None };
    (course.channel == "fax").then(|| pdf(&words(course, doctor)))
}

fn words(course: &Course, doctor: usize) -> Vec<String> {
    let about = &DOCTORS[doctor];
    let office = &OFFICES[about.office];
    let what = complaint(course);
    let mut lines = vec![
        office.name.to_string(),
        format!("{}, Seattle, WA {}", office.street, office.zip),
        format!("Phone {}   Fax {}", super::cast::phone(206, office.line), super::cast::phone(206, office.line + 1)),
        String::new(),
        format!("REFERRAL FOR MASSAGE THERAPY                {}", course.received.0.format("%m/%d/%Y")),
        String::new(),
        format!("Patient: {} {}   born {}", course.person.first, course.person.last, course.person.born_on.format("%m/%d/%Y")),
        format!("Complaint: {}", what.name),
    ];
    if let Some(order) = course.orders.first() {
        let codes = if course.injured_on.is_some() { what.injured } else { what.plain };
        lines.push(format!("Diagnosis: {}", if order.has_diagnosis { codes.join(", ") } else { String::new() }));
        lines.push(format!("Order: 97140, 97112, up to {} a week for {} weeks, {} visits", order.a_week, order.weeks, order.visits));
        lines.push(what.reason.to_string());
        lines.push(String::new());
        let signed =
            order.signed_on.map(|d| format!("signed electronically {}", d.format("%m/%d/%Y"))).unwrap_or_else(|| "____________".into());
        lines.push(format!("{} {}, {}   {signed}", about.first, about.last, about.credential));
        lines.push(format!("NPI {}", about.npi()));
    }
    lines
}

/// The smallest page that every viewer opens [ISO 32000-1, 7.5].
fn pdf(lines: &[String]) -> Vec<u8> {
    let mut page = String::from("BT /F1 12 Tf 16 TL 60 720 Td\n");
    for line in lines {
        let _ = writeln!(page, "({}) '", escaped(line));
    }
    page.push_str("ET");
    let parts = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_string(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_string(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_string(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>".to_string(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        places.push(file.len());
        let _ = write!(file, "{} 0 obj\n{part}\nendobj\n", n + 1);
    }
    let table = file.len();
    let _ = write!(file, "xref\n0 {}\n0000000000 65535 f \n", parts.len() + 1);
    for place in places {
        let _ = writeln!(file, "{place:010} 00000 n ");
    }
    let _ = write!(file, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", parts.len() + 1);
    file.into_bytes()
}

/// A text of a page: its own marks are escaped, what is no ASCII is written as its Windows-1252 byte.
fn escaped(line: &str) -> String {
    let mut text = String::new();
    for c in line.chars() {
        match c {
            '(' | ')' | '\\' => text.extend(['\\', c]),
            c if c.is_ascii() => text.push(c),
            c if u32::from(c) < 256 => {
                let _ = write!(text, "\\{:03o}", u32::from(c));
            }
            _ => text.push('?'),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_slip_stands_where_its_table_says() {
        let file = String::from_utf8(pdf(&["Tomás (Reyes)".into()])).expect("ascii");
        assert!(file.contains("(Tom\\341s \\(Reyes\\)) '"));
        let table = file.split("xref\n").nth(1).expect("a table");
        for (n, entry) in table.lines().skip(2).take(5).enumerate() {
            let place: usize = entry[..10].parse().expect("a place");
            assert!(file[place..].starts_with(&format!("{} 0 obj", n + 1)));
        }
        let start: usize = file.lines().rev().nth(1).expect("a place").parse().expect("a number");
        assert!(file[start..].starts_with("xref"));
    }
}
