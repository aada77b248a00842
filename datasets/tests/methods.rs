//! The built-in methods are whole, and a site adds its own as a file.

use std::fs;

use lifetracks_datasets::{CredentialRule, Definitions, ExitRule, MethodRule, SchoolRule};

#[test]
fn every_method_has_a_source_and_treats_every_code() {
    let definitions = Definitions::builtin();
    assert!(definitions.problems().is_empty(), "{:?}", definitions.problems());
    let names: Vec<&str> = definitions.methods().iter().map(|method| method.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "afgr",
            "cpi",
            "early-warning",
            "fed-essa",
            "fed-essa-alt-literal",
            "ms-mde-2018",
            "ms-mde-apportioned",
            "msis-2006",
            "nces-event",
            "nces-event-strict",
            "nga-2005",
            "nm-shared"
        ]
    );
    for method in definitions.methods() {
        assert!(!method.source.is_empty() && !method.description.is_empty(), "{}", method.name);
        let Some(rules) = method.rule.codes() else { continue };
        for set in ["msis_exit", "ceds_exit"] {
            for code in &definitions.code_set(set).unwrap().codes {
                assert!(rules.exits.contains_key(&code.code), "{} {set} {}", method.name, code.code);
            }
        }
        for code in &definitions.code_set("diploma_type").unwrap().codes {
            assert!(rules.credentials.contains_key(&code.code), "{} {}", method.name, code.code);
        }
    }
}

#[test]
fn a_method_takes_over_what_it_does_not_say() {
    let definitions = Definitions::builtin();
    let rule = |name: &str| match &definitions.method(name).unwrap().rule {
        MethodRule::Cohort(rule) => rule.clone(),
        _ => unreachable!("{name} is a cohort method"),
    };
    let federal = rule("fed-essa");
    assert_eq!(federal.school, SchoolRule::LastUnlessBrief);
    assert_eq!(federal.codes.exits["T7"], ("equivalency_program".to_owned(), ExitRule::DropsOut));
    assert_eq!(federal.window.years, (4, 10));
    let state = rule("ms-mde-2018");
    assert_eq!(state.school, SchoolRule::Longest);
    assert_eq!(state.codes.credentials["00812"].1, CredentialRule::Leaves);
    assert_eq!(state.codes.exits, federal.codes.exits);
    assert!(definitions.method("ms-mde-2018").unwrap().is_default);
    assert!(!definitions.method("ms-mde-apportioned").unwrap().is_default);
    assert_eq!(rule("msis-2006").codes.exits["T7"].1, ExitRule::Leaves);
    assert!(definitions.method("msis-2006").unwrap().is_in_force(2006));
    assert!(!definitions.method("msis-2006").unwrap().is_in_force(2011));
}

#[test]
fn a_site_adds_a_method_and_a_bad_one_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("methods");
    fs::create_dir(&file).unwrap();
    let file = file.join("ours.toml");
    let with = |text: &str| {
        fs::write(&file, text).unwrap();
        Definitions::builtin().with_folder(folder.path())
    };
    let head = "name = \"ours\"\nextends = \"fed-essa\"\ntitle = \"Ours\"\nowner = \"Us\"\n";
    let good = with(&format!("{head}[exit]\nequivalency_program = \"leaves\"\n")).unwrap();
    assert_eq!(good.methods().len(), Definitions::builtin().methods().len() + 1);
    for (text, expected) in [
        (
            "[exit]\nequivalence = \"leaves\"\n",
            "treats the class \"equivalence\", which the map \"exit_class\" lacks",
        ),
        ("[exit]\ndeath = \"vanishes\"\n", "unknown variant `vanishes`"),
        (
            "[exit]\nclasses = \"nd_exit\"\n",
            "names the map \"nd_exit\", which is not there; add maps/nd_exit.csv",
        ),
        ("[window]\ncloses = \"31 July\"\n", "is no day of a year"),
        ("[school]\nrule = \"apportioned\"\n", "list them in days"),
        ("[entry]\nfirst_grade = \"08\"\n", "none of the grades"),
        ("frist_year = 2011\n", "unknown field `frist_year`"),
    ] {
        let error = with(&format!("{head}{text}")).unwrap_err().to_string();
        assert!(error.contains("ours.toml") && error.contains(expected), "{text}: {error}");
    }
    let error = with("name = \"ours\"\nextends = \"fed-esa\"\n").unwrap_err().to_string();
    assert!(error.contains("did you mean \"fed-essa\"?"), "{error}");
    let error = with("name = \"ours\"\nextends = \"ours\"\n").unwrap_err().to_string();
    assert!(error.contains("extends"), "{error}");
}
