//! What people come with: the doctor's diagnosis, the area, what is measured, and the words of the notes.

/// One complaint as it is seen over and over.
pub struct Complaint {
    /// Title of the episode.
    pub name: &'static str,
    pub area: &'static str,
    /// Codes after an accident,
    pub injured: &'static [&'static str],
    /// and without one.
    pub plain: &'static [&'static str],
    /// The disability index that fits: `ndi`, `odi` or none.
    pub index: &'static str,
    /// Motions measured, in degrees: label, at the start, of a healthy person.
    pub motions: &'static [(&'static str, i64, i64)],
    pub goals: [&'static str; 3],
    /// What the patient says in a good week and in a bad one.
    pub better: &'static [&'static str],
    pub worse: &'static [&'static str],
    pub found: &'static [&'static str],
    pub home: &'static str,
    pub reason: &'static str,
}

pub const NECK: usize = 0;
pub const LOW_BACK: usize = 1;
pub const SHOULDER: usize = 2;

pub const COMPLAINTS: &[Complaint] = &[
    Complaint {
        name: "Neck and upper back",
        area: "neck, upper back",
        injured: &["S13.4XXA", "M54.2"],
        plain: &["M54.2", "M62.838"],
        index: "ndi",
        motions: &[("Neck rotation, left", 42, 72), ("Neck rotation, right", 60, 72)],
        goals: ["Drive 30 minutes", "Desk work 2 hours", "Sleep through the night"],
        better: &[
            "Turns the head more easily when backing up the car.",
            "Woke up once instead of three times.",
            "Two days without a headache.",
        ],
        worse: &[
            "A long week at the desk, stiff by noon.",
            "Headache on four days, starts at the base of the skull.",
            "Slept badly after a long drive.",
        ],
        found: &[
            "Upper trapezius and levator tight, more on the left.",
            "Tender at C5 and C6, less than last time.",
            "Suboccipitals guarded on both sides.",
        ],
        home: "Chin tucks and doorway stretch, twice a day.",
        reason: "Evaluate and treat, soft tissue work to the neck.",
    },
    Complaint {
        name: "Low back",
        area: "low back, hips",
        injured: &["S33.5XXA", "M54.50"],
        plain: &["M54.50", "M62.830"],
        index: "odi",
        motions: &[("Forward bend", 45, 85), ("Side bend, left", 15, 28)],
        goals: ["Sit 1 hour", "Lift a grocery bag", "Walk 40 minutes"],
        better: &["Put on socks without sitting down.", "Walked around the lake on Sunday.", "Sat through a film."],
        worse: &[
            "Lifted boxes on Saturday, sharp for two days.",
            "Stiff for an hour every morning.",
            "Could not finish the shift on Thursday.",
        ],
        found: &[
            "Quadratus lumborum guarded on the right.",
            "Lumbar paraspinals tight, no radiation.",
            "Hip rotation limited on the left.",
        ],
        home: "Pelvic tilts and a ten minute walk, twice a day.",
        reason: "Manual therapy to the lumbar region, please measure function.",
    },
    Complaint {
        name: "Shoulder, right",
        area: "right shoulder",
        injured: &["S46.011A", "M25.511"],
        plain: &["M25.511", "M79.18"],
        index: "",
        motions: &[("Shoulder flexion, right", 110, 165), ("Shoulder abduction, right", 90, 160)],
        goals: ["Reach the top shelf", "Sleep on the right side", "Carry a bag"],
        better: &["Reached the second shelf without help.", "Combs the hair again.", "Slept four hours on the right side."],
        worse: &["Woke up lying on it, sore until noon.", "Reaching back for the seat belt hurts.", "Swam too soon, sore for two days."],
        found: &["Painful arc from 80 to 110 degrees.", "Infraspinatus and pectoralis minor tight.", "Scapula moves late on the right."],
        home: "Pendulum and wall slides, three times a day.",
        reason: "Soft tissue work to the rotator cuff, no overhead load yet.",
    },
    Complaint {
        name: "Tension headache",
        area: "neck, head, jaw",
        injured: &["G44.209", "S16.1XXA"],
        plain: &["G44.209", "M54.2"],
        index: "ndi",
        motions: &[("Neck rotation, left", 55, 72), ("Neck rotation, right", 55, 72)],
        goals: ["Fewer than 2 headache days a week", "Work a full day", "Read 1 hour"],
        better: &["One headache this week, gone in an hour.", "No tablets since Monday.", "Read a whole chapter."],
        worse: &["Four headache days, two of them the whole day.", "Light hurts in the evening.", "Jaw sore on waking."],
        found: &["Suboccipitals and temporalis tender.", "Upper trapezius refers to the temple.", "Masseter tight on both sides."],
        home: "Heat on the neck for ten minutes, jaw at rest.",
        reason: "Manual therapy for cervicogenic headache.",
    },
    Complaint {
        name: "Mid back and ribs",
        area: "mid back",
        injured: &["S23.3XXA", "M54.6"],
        plain: &["M54.6", "M79.18"],
        index: "",
        motions: &[("Trunk rotation, left", 30, 50), ("Trunk rotation, right", 35, 50)],
        goals: ["Breathe in without pain", "Type 1 hour", "Turn in bed"],
        better: &["Deep breaths no longer catch.", "Typed all morning.", "Turned in bed without waking."],
        worse: &["A cough set it back.", "Sharp between the shoulder blades at the desk.", "Could not lie flat."],
        found: &["Rhomboids and T4 to T7 tender.", "Ribs move less on the left.", "Erector spinae guarded."],
        home: "Foam roll, two minutes, morning and evening.",
        reason: "Soft tissue work, thoracic region.",
    },
    Complaint {
        name: "Hip, left",
        area: "left hip, gluteal",
        injured: &["S33.5XXA", "M79.18"],
        plain: &["M79.18", "M79.7"],
        index: "odi",
        motions: &[("Hip flexion, left", 85, 120), ("Hip rotation, left", 15, 35)],
        goals: ["Climb two flights", "Walk 30 minutes", "Sit in a car 1 hour"],
        better: &["Two flights without a stop.", "Walked to work twice.", "Sat through the drive to Tacoma."],
        worse: &["Limped on Tuesday after a long shift.", "Stairs hurt going down.", "Sore in the night when turning."],
        found: &["Gluteus medius and piriformis tight on the left.", "Hip flexors short.", "Tender over the trochanter."],
        home: "Figure four stretch, twice a day.",
        reason: "Soft tissue work to the hip and gluteal region.",
    },
];
