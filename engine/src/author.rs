//! Who uses the engine, as far as the operating system says: a label in what is kept, not a proof.

/// The user's name: the one that is given, or the system's, or "unknown".
pub(crate) fn author(given: Option<&str>) -> String {
    let system = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let name = given.map(str::to_owned).or_else(system);
    name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "unknown".to_owned())
}
