//! A lake in an object store: nothing in loading and asking depends on a local disk.

use std::sync::Arc;

use lifetracks_engine::{Engine, LoadRequest, Options};
use object_store::ObjectStore;
use object_store::memory::InMemory;

use crate::support::table;

#[test]
fn a_lake_in_a_store_is_loaded_and_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wage.csv");
    std::fs::write(
        &file,
        "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,1,1,2022,4,4000.25\n900000002,1,1,2022,4,1500.00\n",
    )
    .unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let url: url::Url = "memory:///state/lake/".parse().unwrap();
    let options =
        Options { vault: Some(folder.path().join("vault")), threads: Some(2), ..Options::default() };
    let open = || Engine::create_in_store(&options, &store, &url).unwrap();
    let engine = open();
    let request =
        LoadRequest { files: vec![file], layout: "ms_mdes_wage".to_owned(), ..LoadRequest::default() };
    assert_eq!(engine.load(&request).unwrap().lake_version, 1);
    let sum = table(&engine, "select sum(wages) as total from ui_wage").unwrap();
    assert!(sum.contains("5500.25"), "{sum}");
    drop(engine);
    let again = table(&open(), "select count(*) as n from ui_wage version as of 1").unwrap();
    assert!(again.contains("| 2 |"), "{again}");
}
