//! The HTML door of payments.

use super::board;
use poem::Route;

pub fn routes(site: Route) -> Route {
    board::pages::routes(site)
}
