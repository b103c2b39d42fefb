//! The HTML door of reports: the approve queue, the composer, what went out.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
