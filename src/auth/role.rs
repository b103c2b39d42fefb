//! Who may do what: the matrix of the domain brief (2.16) in one place. What it does not grant is refused.

crate::words! {
    /// A role. One person may hold several; their rights add up.
    pub enum Role {
        Owner = "owner", "Owner";
        Therapist = "therapist", "Therapist";
        FrontDesk = "front_desk", "Front desk";
        Biller = "biller", "Biller";
        Marketer = "marketer", "Marketer";
        ReadOnly = "read_only", "Read only";
    }
}

/// What rights are about: a row of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// Providers, organizations, activities.
    Network,
    /// Patients, coverage, and the bare visits: who, when, with whom.
    Patients,
    /// Note text and measures.
    Notes,
    /// Prescriptions and referrals.
    Referrals,
    /// Reports to doctors.
    Reports,
    /// Claims, payments, denials.
    Claims,
    WhatPays,
    PayerRules,
    Imports,
    /// Users, settings, audit.
    Settings,
}

impl Thing {
    pub const ALL: &'static [Self] = &[
        Self::Network,
        Self::Patients,
        Self::Notes,
        Self::Referrals,
        Self::Reports,
        Self::Claims,
        Self::WhatPays,
        Self::PayerRules,
        Self::Imports,
        Self::Settings,
    ];
}

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// For them there is no such thing.
    NoSuch(&'static str),
    /// They may look at it and not change it.
    LookOnly,
}

/// How far a right reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    #[default]
    None,
    /// The therapist's own patients: a visit or an open episode with them, or entered by them.
    Own,
    All,
}

/// The rights of somebody to one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    pub read: Reach,
    pub write: Reach,
    /// Sees that it exists and how it stands, not what is in it: counts, a claim's status, a report's header.
    pub outline: bool,
}

impl Rights {
    const NONE: Self = Self { read: Reach::None, write: Reach::None, outline: false };
    const READ: Self = Self { read: Reach::All, write: Reach::None, outline: true };
    const WRITE: Self = Self { read: Reach::All, write: Reach::All, outline: true };
    const READ_OWN: Self = Self { read: Reach::Own, write: Reach::None, outline: false };
    const WRITE_OWN: Self = Self { read: Reach::Own, write: Reach::Own, outline: false };
    const OUTLINE: Self = Self { read: Reach::None, write: Reach::None, outline: true };

    fn plus(self, other: Self) -> Self {
        Self { read: self.read.max(other.read), write: self.write.max(other.write), outline: self.outline || other.outline }
    }

    /// The rights of a set of roles, added up.
    pub fn of(roles: &[Role], thing: Thing) -> Self {
        roles.iter().fold(Self::NONE, |sum, role| sum.plus(granted(*role, thing)))
    }

    /// How far one may look; no right at all means that the thing does not exist for them.
    pub fn to_read(self, what: &'static str) -> Result<Reach, Refusal> {
        if self.read == Reach::None { Err(Refusal::NoSuch(what)) } else { Ok(self.read) }
    }

    /// How far one sees that it exists and how it stands, whether one may read what is in it or not.
    pub fn to_see(self, what: &'static str) -> Result<Reach, Refusal> {
        if self.outline { Ok(Reach::All) } else { self.to_read(what) }
    }

    /// How far one may change; who may look and not change is told so.
    pub fn to_write(self, what: &'static str) -> Result<Reach, Refusal> {
        match (self.write, self.read, self.outline) {
            (Reach::None, Reach::None, false) => Err(Refusal::NoSuch(what)),
            (Reach::None, ..) => Err(Refusal::LookOnly),
            (reach, ..) => Ok(reach),
        }
    }
}

/// One cell of the matrix.
fn granted(role: Role, thing: Thing) -> Rights {
    use Role::*;
    use Thing::*;
    match (thing, role) {
        (_, Owner) => Rights::WRITE,
        (Network, Therapist | FrontDesk | Marketer) => Rights::WRITE,
        (Network, Biller | ReadOnly) => Rights::READ,
        (Patients, Therapist) => Rights::WRITE_OWN,
        (Patients, FrontDesk | Biller) => Rights::WRITE,
        (Patients, ReadOnly) => Rights::READ,
        (Notes, Therapist) => Rights::WRITE_OWN,
        (Referrals, Therapist | FrontDesk) => Rights::WRITE,
        (Referrals, Biller | ReadOnly) => Rights::READ,
        (Referrals, Marketer) => Rights::NONE, // counts stand on the provider's page
        (Reports, Therapist) => Rights::WRITE_OWN,
        (Reports, FrontDesk | Biller) => Rights::OUTLINE, // releasing a signed report is `Actor::may_release`
        (Claims, Biller) => Rights::WRITE,
        (Claims, Therapist) => Rights::READ_OWN,
        (Claims, FrontDesk) => Rights::OUTLINE,
        (Claims, ReadOnly) => Rights::READ,
        (Claims, Marketer) => Rights::NONE, // totals stand in What pays
        (WhatPays, Biller | Marketer | ReadOnly) => Rights::READ,
        (PayerRules, Biller) => Rights::WRITE,
        (PayerRules, Therapist | FrontDesk | ReadOnly) => Rights::READ,
        (Imports, Marketer) => Rights::WRITE, // providers are all that is imported; the front desk only where a tick grants it: `Actor::rights`
        _ => Rights::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_matrix_does_not_grant_is_not_found() {
        let rights = Rights::of(&[Role::Marketer], Thing::Patients);
        assert!(matches!(rights.to_read("patient"), Err(Refusal::NoSuch("patient"))));
        assert!(matches!(Rights::of(&[], Thing::Network).to_read("provider"), Err(Refusal::NoSuch(_))));
    }

    #[test]
    fn what_one_may_see_and_not_change_is_forbidden() {
        let rights = Rights::of(&[Role::Biller], Thing::Network);
        assert!(rights.to_read("provider").is_ok());
        assert!(matches!(rights.to_write("provider"), Err(Refusal::LookOnly)));
    }

    #[test]
    fn the_rights_of_several_roles_add_up() {
        let rights = Rights::of(&[Role::Therapist, Role::FrontDesk], Thing::Patients);
        assert_eq!((rights.read, rights.write), (Reach::All, Reach::All));
    }
}
