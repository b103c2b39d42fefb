//! Tributary: a CRM for the referral network of small practices that bill insurance.
//! `ARCHITECTURE.md` has the map; a slice is a folder, `mod.rs` in it holds its use cases.

pub mod app;
pub mod audit;
pub mod auth;
pub mod care {
    pub mod measure;
    pub mod note;
    pub mod visit;
}
pub mod chain;
pub mod cli;
pub mod claims {
    pub mod claim;
    pub mod compose;
    pub mod units;
}
pub mod config;
pub mod db;
pub mod documents;
pub mod entity;
pub mod error;
pub mod imports {
    pub mod state;
}
pub mod jobs;
pub mod mail;
pub mod network;
pub mod outreach {
    pub mod rule;
}
pub mod patients {
    pub mod coverage;
    pub mod patient;
}
pub mod payers {
    pub mod payer;
    pub mod rule_sheet;
}
pub mod payments {
    pub mod eob;
    pub mod money;
}
pub mod practice;
pub mod referrals {
    pub mod counting;
    pub mod prescription;
    pub mod referral;
}
pub mod reports {
    pub mod report;
}
pub mod today;
pub mod types;
pub mod web;
pub mod work;
