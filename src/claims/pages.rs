//! The HTML door of claims.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
