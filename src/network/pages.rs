//! The HTML door of the network: providers, offices, what we did to keep in touch.

use poem::Route;

pub fn routes(site: Route) -> Route {
    site
}
