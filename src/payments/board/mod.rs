//! Which claims do not move: work lists with their dollars, and for each claim what is the matter in plain words.

pub mod matter;
pub mod pages;
pub mod store;

use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::claims::claim::ClaimState;
use crate::error::Result;
use crate::held;
use crate::patients::view::PatientRef;
use crate::types::{Check, Text};
use chrono::{Days, NaiveDate};
use matter::{Act, Matter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// A claim that is unpaid so long after its visit is late.
pub const LATE_AFTER_DAYS: u64 = 45;
/// Rows of one list on a page.
const ROWS: i64 = 50;
/// Rows of each group where several stand on one page.
const ROWS_OF_A_GROUP: i64 = 25;

crate::words! {
    /// A work list, as a tab.
    pub enum Tab {
        NeedsYou = "needs_you", "Needs you";
        NotReady = "not_ready", "Not ready";
        Ready = "ready", "Ready";
        Sent = "sent", "Sent";
        Rejected = "rejected", "Rejected";
        Denied = "denied", "Denied";
        Late = "late", "Over 45 days";
        Underpaid = "underpaid", "Underpaid";
        Patients = "patients", "Patients owe";
        Done = "done", "Done";
    }
}

crate::words! {
    /// Claims that have the same matter. A tab shows one or several.
    pub enum Group {
        Ready = "ready", "Ready to send";
        Complete = "complete", "Complete, waiting for your yes";
        Rejected = "rejected", "Rejected";
        Denied = "denied", "Denied";
        NotReady = "not_ready", "Something is missing";
        Sent = "sent", "Sent, no answer";
        Late = "late", "Over 45 days";
        Underpaid = "underpaid", "Underpaid";
        Patients = "patients", "Patients owe";
        Done = "done", "Done";
    }
}

impl Tab {
    fn groups(self) -> &'static [Group] {
        match self {
            Self::NeedsYou => &[Group::Ready, Group::Complete, Group::Rejected, Group::Denied, Group::NotReady],
            Self::NotReady => &[Group::Complete, Group::NotReady],
            Self::Ready => &[Group::Ready],
            Self::Sent => &[Group::Sent],
            Self::Rejected => &[Group::Rejected],
            Self::Denied => &[Group::Denied],
            Self::Late => &[Group::Late],
            Self::Underpaid => &[Group::Underpaid],
            Self::Patients => &[Group::Patients],
            Self::Done => &[Group::Done],
        }
    }
}

impl Group {
    /// What the group means, said once.
    fn means(self) -> &'static str {
        match self {
            Self::Ready => "Checked: orders, units, dates and numbers are all there",
            Self::Complete => "Nothing is missing. Make them ready when you have looked at them",
            Self::Rejected => "The payer never looked at these. Fix and send again; the filing clock keeps running",
            Self::Denied => "The payer looked and said no. You can appeal until the date shown",
            Self::NotReady => "They cannot leave before it is filled in",
            Self::Sent => "With the clearinghouse or the payer, oldest first",
            Self::Late => "The visit is more than 45 days ago and no decision is here. Also counted under Sent",
            Self::Underpaid => "Decided, and something is left that the patient does not owe. Appeal it or write it off",
            Self::Patients => "What the payers left to patients who may be billed",
            Self::Done => "Paid, closed, written off or voided, newest visit first",
        }
    }
}

/// What the board can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BoardAsk {
    /// The work list; `needs_you` where nothing is said.
    pub list: Text,
    /// 1 is the first part of a long list.
    pub page: Text,
}

/// The board. Dollars are null for roles that see only how claims stand.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Board {
    pub list: Tab,
    pub tabs: Vec<TabView>,
    pub groups: Vec<GroupView>,
    /// Charged and not yet in: the outstanding of What pays, for claims.
    pub open_cents: Option<i64>,
    /// In drafts that never left: no charge yet.
    pub unbilled_cents: Option<i64>,
    /// What came in beyond a charge and is to be given back.
    pub credit_cents: Option<i64>,
    /// Claims that wait for us.
    pub waiting: i64,
    pub page: i64,
    pub has_more: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TabView {
    pub list: Tab,
    pub label: &'static str,
    /// Null for the finished ones, which nobody counts.
    pub claims: Option<i64>,
    pub cents: Option<i64>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GroupView {
    pub group: Group,
    pub label: &'static str,
    pub means: &'static str,
    pub claims: i64,
    pub cents: Option<i64>,
    pub rows: Vec<BoardRow>,
}

/// One claim on a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BoardRow {
    pub id: Uuid,
    pub number: String,
    pub state: ClaimState,
    pub patient: PatientRef,
    pub service_on: NaiveDate,
    pub source: Option<String>,
    pub payer: String,
    /// The dollars that the list is about.
    pub cents: Option<i64>,
    /// Days since the visit.
    pub age: i64,
    pub matter: Matter,
    pub act: Option<Act>,
}

/// Who looks, and what of it they may see.
pub struct Sight {
    pub reach: Reach,
    pub money: bool,
    pub write: bool,
}

impl Sight {
    fn of(by: &Actor) -> Result<Self> {
        let rights = by.rights(Thing::Claims);
        let reach = rights.to_see("claim")?;
        Ok(Self { reach, money: rights.read != Reach::None, write: rights.write != Reach::None })
    }
}

/// Shows one work list and the size of all.
pub async fn show(app: &App, by: &Actor, ask: &BoardAsk) -> Result<Board> {
    let sight = Sight::of(by)?;
    let mut check = Check::new(app.today());
    let tab = check.choice("list", &ask.list).unwrap_or(Tab::NeedsYou);
    let page = check.whole("page", &ask.page, 1..=10_000).unwrap_or(1);
    check.done(())?;
    let late_before = late_before(app);
    let sizes = sizes(app, by, &sight).await?;
    let totals = app.held(held::of_person("totals of claims", by), store::totals(&app.db, by, sight.reach)).await?;
    let groups = tab.groups();
    let rows_each = if groups.len() > 1 { ROWS_OF_A_GROUP } else { ROWS };
    let from = if groups.len() > 1 { 0 } else { (page - 1) * rows_each };
    let placed = match tab {
        Tab::Done => store::done(&app.db, by, sight.reach, from, rows_each).await?,
        _ => store::placed(&app.db, by, sight.reach, late_before, groups, from, rows_each).await?,
    };
    let has_more = groups.len() == 1 && i64::try_from(placed.len()).unwrap_or(0) > rows_each;
    let mut rows = matter::rows(app, &sight, &placed).await?;
    let money = |cents: i64| sight.money.then_some(cents);
    let group = |group: &Group| {
        let mut own: Vec<BoardRow> = Vec::new();
        for placed in placed.iter().filter(|p| p.group == *group).take(usize::try_from(rows_each).unwrap_or(50)) {
            own.extend(rows.remove(&(placed.group, placed.id)));
        }
        let size = sizes.iter().find(|s| s.group == *group);
        GroupView {
            group: *group,
            label: group.label(),
            means: group.means(),
            claims: size.map_or(i64::try_from(own.len()).unwrap_or(0), |s| s.claims),
            cents: money(size.map_or(0, |s| s.cents)),
            rows: own,
        }
    };
    let groups: Vec<GroupView> = groups.iter().map(group).filter(|g| !g.rows.is_empty()).collect();
    Ok(Board {
        list: tab,
        tabs: Tab::ALL.iter().map(|t| tab_view(*t, &sizes, sight.money)).collect(),
        groups,
        open_cents: money(totals.open_cents),
        unbilled_cents: money(sizes.iter().map(|s| s.unbilled_cents).sum()),
        credit_cents: money(totals.credit_cents),
        waiting: count_of(Tab::NeedsYou, &sizes),
        page,
        has_more,
    })
}

/// How many claims wait for us: the mark beside the navigation.
pub async fn waiting(app: &App, by: &Actor) -> Result<i64> {
    Ok(count_of(Tab::NeedsYou, &sizes(app, by, &Sight::of(by)?).await?))
}

/// How large each group is; gathered once for the board and for the mark.
async fn sizes(app: &App, by: &Actor, sight: &Sight) -> Result<Arc<Vec<store::Size>>> {
    app.held(held::of_person("sizes of claims", by), store::sizes(&app.db, by, sight.reach, late_before(app))).await
}

fn late_before(app: &App) -> NaiveDate {
    app.today() - Days::new(LATE_AFTER_DAYS)
}

fn count_of(tab: Tab, sizes: &[store::Size]) -> i64 {
    sizes.iter().filter(|s| tab.groups().contains(&s.group)).map(|s| s.claims).sum()
}

fn tab_view(tab: Tab, sizes: &[store::Size], sees_money: bool) -> TabView {
    let cents: i64 = sizes.iter().filter(|s| tab.groups().contains(&s.group)).map(|s| s.cents).sum();
    let counted = tab != Tab::Done;
    TabView {
        list: tab,
        label: tab.label(),
        claims: counted.then(|| count_of(tab, sizes)),
        cents: (counted && sees_money).then_some(cents),
    }
}
