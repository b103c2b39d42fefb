//! The HTML door of the network.

use poem::Route;

pub fn routes() -> Route {
    Route::new()
}
