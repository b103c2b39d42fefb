//! Every 837P that we can write is read by a validator that somebody else wrote: `x12valid` of pyx12, which
//! TRIBUTARY_TEST_PYX12 names.

use tributary::x12;

#[path = "x12_fixtures/pyx12.rs"]
mod pyx12;
#[path = "x12_fixtures/validator.rs"]
mod validator;
#[path = "x12_fixtures/mod.rs"]
mod x12_fixtures;
