//! Tributary: a CRM for the referral network of small practices that bill insurance.
//! `ARCHITECTURE.md` has the map; a slice is a folder, `mod.rs` in it holds its use cases.

pub mod app;
pub mod audit;
pub mod auth;
pub mod care;
pub mod chain;
pub mod claims;
pub mod cli;
pub mod config;
pub mod db;
pub mod demo;
pub mod documents;
pub mod due_work;
pub mod error;
pub mod exchange;
pub mod held;
pub mod imports;
pub mod inbox;
pub mod jobs;
pub mod mail;
pub mod memory;
pub mod network;
pub mod outreach;
pub mod packed;
pub mod patients;
pub mod payers;
pub mod payments;
pub mod pdf;
pub mod practice;
pub mod referrals;
pub mod reports;
pub mod today;
pub mod touched;
pub mod tx;
pub mod web;
pub mod work;

pub use model::{entity, types, words, x12};
