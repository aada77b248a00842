//! Reference data that comes with the program: real and public, unlike the twin. Nothing loads it unasked but the demo.

/// Layout, file name and text of each file.
pub const REFERENCE_FILES: [(&str, &str, &str); 2] = [
    ("bls_cpi", "bls_cpi_u.txt", include_str!("../data/bls_cpi_u.txt")),
    ("us_min_wage", "us_min_wage.csv", include_str!("../data/us_min_wage.csv")),
];
