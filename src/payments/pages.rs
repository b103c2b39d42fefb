//! The HTML door of payments.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
