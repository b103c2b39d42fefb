//! Papers as PDF: bytes made from facts, the same bytes for the same facts.
//! Pure: no clock, no chance, nothing of the rest of the program, and no text of a patient in a title.

pub mod cms1500;
pub mod letter;
