//! The HTML door of referrals, orders and their slips.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
