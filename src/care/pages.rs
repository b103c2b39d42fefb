//! The HTML door of visits and notes.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
