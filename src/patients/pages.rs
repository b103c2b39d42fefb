//! The HTML door of patients and who pays for them.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
