//! The HTML door of the settings: our profile, therapists, fees.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
