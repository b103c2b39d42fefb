//! The HTML door of imports.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
