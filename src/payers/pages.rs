//! The HTML door of payers and their rule sheets.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
