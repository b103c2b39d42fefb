//! What the trade is made of: its words, states and tables, and the formats that claims and remittances travel in. Pure: no database is
//! asked here and no clock is read. A crate of its own (`model`), so that nothing in it can know what is built on it, and so that it
//! is built beside the rest and optimized where the rest is not. Each file stands in its slice's folder and is known there by the same name.

pub mod entity;
pub mod types;
pub mod x12;

pub mod auth {
    pub mod role;
}
pub mod care {
    pub mod body;
    pub mod carried;
    pub mod instruments;
    pub mod measure;
    pub mod note;
    pub mod texts {
        pub mod text;
    }
    pub mod visit;
}
pub mod claims {
    pub mod ack_state;
    pub mod batch {
        pub mod state;
    }
    pub mod claim;
    pub mod versions {
        pub mod additional;
    }
}
pub mod documents {
    pub mod exchange {
        pub mod file;
    }
}
pub mod imports {
    pub mod state;
}
pub mod mail {
    pub mod outbox_state;
}
pub mod network {
    pub mod activity;
    pub mod provider;
}
pub mod outreach {
    pub mod rule;
}
pub mod patients {
    pub mod coverage;
    pub mod patient;
}
pub mod payers {
    pub mod asks;
    pub mod payer;
}
pub mod payments {
    pub mod era_state;
    pub mod letter_kind;
    pub mod money;
}
pub mod practice {
    #[expect(clippy::module_inception, reason = "the practice's own record, named as the trade names it")]
    pub mod practice;
}
pub mod referrals {
    pub mod prescription;
    pub mod referral;
}
pub mod reports {
    pub mod links {
        pub mod link;
    }
    pub mod misdirected {
        pub mod answers;
    }
    pub mod report;
    pub mod sign_backs {
        pub mod answer;
    }
}
