//! How timed minutes become billed units.

crate::words! {
    /// The rule a payer (or, for cash, the practice) counts by [domain 3.2].
    pub enum UnitsRule {
        /// All timed minutes of the day together, then shared out [CMS Claims Processing Manual ch. 5 sec. 20.2].
        Cms8Minute = "cms_8_minute", "8-minute rule, all timed minutes of the day together";
        /// Each code alone, from its midpoint on [CPT].
        CptMidpoint = "cpt_midpoint", "Midpoint rule, each code alone";
        /// One unit a code, whatever the minutes.
        None = "none", "One unit a code";
    }
}
