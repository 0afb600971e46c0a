//! What peers reach on the same data, as constants with their source: they are not run here.
//!
//! Measured for this project with nomenklatura 4.17.4, rigour 2.6.1 and RapidFuzz 3.14.6 on two shared cores of an
//! Intel Xeon, thresholds at the peer's default unless said otherwise.

/// F1 of nomenklatura logic-v2 at 0.70 over all 826 cases of its own name_bench, of which `name_bench_dev` is half.
pub const CASES_LOGIC_V2_F1: f64 = 0.796;

/// The same by group of cases, where it was measured.
pub const CASES_LOGIC_V2_F1_BY_GROUP: &[(&str, f64)] =
    &[("synth_people", 0.622), ("synth_companies", 0.863), ("nk_checks", 0.896)];

/// Nanoseconds that logic-v2 takes for one pair of names of name_bench.
pub const CASES_LOGIC_V2_NANOSECONDS: f64 = 416_000.0;

/// Other scorers on name_bench (all 826): precision, recall and F1 at the default threshold, best F1.
pub const CASES: &[(&str, f64, f64, f64, f64)] = &[
    ("nomenklatura logic-v2 @.70 (all 826)", 0.760, 0.835, 0.796, 0.803),
    ("nomenklatura logic-v1 @.70 (all 826)", 0.758, 0.744, 0.751, 0.771),
    ("nomenklatura regression-v1 (all 826)", 0.877, 0.369, 0.520, 0.644),
    ("RapidFuzz WRatio (all 826)", 0.565, 0.951, 0.709, 0.769),
];

/// Labelled entity pairs (the same 1,000): precision, recall, F1.
pub const PAIRS: &[(&str, f64, f64, f64)] = &[
    ("logic-v2 @.70, all fields", 0.954, 0.993, 0.973),
    ("logic-v2 @.70, names only", 0.938, 0.992, 0.964),
    ("logic-v1 @.70, all fields", 0.950, 0.991, 0.970),
    ("regression-v1 @.70, all fields", 0.969, 0.972, 0.970),
    ("RapidFuzz token_sort @.85, names only", 0.950, 0.986, 0.968),
    ("RapidFuzz WRatio @.85, names only", 0.865, 0.999, 0.927),
];

/// Screening of 683 treated UN names and 1,000 strangers against the persons of UN and OFAC: recall, share of
/// strangers alerted, milliseconds per query.
pub const SCREENING: &[(&str, f64, f64, f64)] = &[
    ("logic-v2 @.70, tf-idf top 50", 0.987, 0.007, 32.4),
    ("logic-v2 @.85, tf-idf top 50", 0.971, 0.002, 32.4),
    ("logic-v1 @.70, tf-idf top 50", 0.987, 0.008, 10.3),
    ("RapidFuzz token_sort @.80", 0.994, 0.007, 0.4),
    ("RapidFuzz token_sort @.85", 0.991, 0.002, 0.4),
    ("RapidFuzz WRatio @.85", 0.9985, 0.358, 26.6),
];

/// Aliases left out one at a time over OFAC 2021-07 (11,870): the right entry first; found at the threshold; other
/// entries per query at the threshold.
pub const ALIASES: &[(&str, Option<f64>, f64, f64)] = &[
    ("RapidFuzz token_sort @.80", Some(0.672), 0.581, 0.55),
    ("RapidFuzz token_sort @.85", Some(0.672), 0.489, 0.28),
    ("RapidFuzz token_sort @.90", Some(0.672), 0.379, 0.19),
];
