//! Plans whose operators of ours went through their messages give the same rows and look the same.

use std::sync::{Arc, Mutex};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_proto_converter, physical_plan_to_bytes_with_proto_converter,
};
use datafusion_proto::physical_plan::{
    DeduplicatingProtoConverter, DefaultPhysicalProtoConverter, PhysicalProtoConverterExtension,
};
use lifetracks_udfs::{Pack, PlanCodec, Unpack, decode, encode};

use crate::people::people;
use crate::session::session;

/// A carrier that packs the number of what it keeps.
#[derive(Default)]
struct Shelf {
    plans: Mutex<Vec<Arc<dyn ExecutionPlan>>>,
    expressions: Mutex<Vec<Arc<dyn PhysicalExpr>>>,
}

fn put<T: Clone>(shelf: &Mutex<Vec<T>>, thing: &T) -> Vec<u8> {
    let mut shelf = shelf.lock().unwrap();
    shelf.push(thing.clone());
    (shelf.len() - 1).to_be_bytes().to_vec()
}

fn get<T: Clone>(shelf: &Mutex<Vec<T>>, packed: &[u8]) -> Result<T> {
    let place = packed.try_into().map_or(usize::MAX, usize::from_be_bytes);
    shelf
        .lock()
        .unwrap()
        .get(place)
        .cloned()
        .ok_or_else(|| exec_datafusion_err!("there is nothing of this number"))
}

impl Pack for Shelf {
    fn pack_plan(&self, plan: &Arc<dyn ExecutionPlan>) -> Result<Vec<u8>> {
        Ok(put(&self.plans, plan))
    }

    fn pack_expression(&self, expression: &Arc<dyn PhysicalExpr>) -> Result<Vec<u8>> {
        Ok(put(&self.expressions, expression))
    }
}

impl Unpack for Shelf {
    fn unpack_plan(&self, packed: &[u8]) -> Result<Arc<dyn ExecutionPlan>> {
        get(&self.plans, packed)
    }

    fn unpack_expression(&self, packed: &[u8], _: &Schema) -> Result<Arc<dyn PhysicalExpr>> {
        get(&self.expressions, packed)
    }
}

async fn planned(context: &SessionContext, sql: &str) -> Arc<dyn ExecutionPlan> {
    let plan = context.state().create_logical_plan(sql).await.unwrap();
    context.state().create_physical_plan(&context.state().optimize(&plan).unwrap()).await.unwrap()
}

/// The plan with every operator of ours made again of its message, and their messages.
fn travelled(plan: &Arc<dyn ExecutionPlan>, messages: &mut Vec<Vec<u8>>) -> Arc<dyn ExecutionPlan> {
    let inputs: Vec<_> = plan.children().into_iter().map(|input| travelled(input, messages)).collect();
    let shelf = Shelf::default();
    if let Some(message) = encode(plan.as_ref(), &shelf).unwrap() {
        let made = decode(&message, &inputs, &shelf).unwrap();
        messages.push(message);
        return made;
    }
    let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(plan).replace_children(inputs, options).unwrap()
}

async fn rows(context: &SessionContext, plan: Arc<dyn ExecutionPlan>) -> Vec<RecordBatch> {
    collect(plan, context.task_ctx()).await.unwrap()
}

fn shown(batches: &[RecordBatch]) -> String {
    pretty_format_batches(batches).unwrap().to_string()
}

const QUERIES: [(&str, &str); 10] = [
    ("Panel", "SELECT * FROM followed ORDER BY person_id, rel"),
    ("Panel", "SELECT rel, wages, tenure, district FROM followed ORDER BY person_id, rel"),
    ("Panel", "SELECT * FROM enrolled ORDER BY person_id, rel"),
    ("Jobs", "SELECT * FROM job ORDER BY person_id, quarter_index, employer_account"),
    ("Jobs", "SELECT quarter_index, naics, count(*) FROM own_job GROUP BY 1, 2 ORDER BY 1, 2"),
    ("GradCohort", "SELECT * FROM graduate ORDER BY person_id, method, school_id, cohort_year"),
    (
        "DropoutStatus",
        "SELECT * FROM dropout ORDER BY person_id, method, school_year, school_id, grade, in_den",
    ),
    ("Asof", "SELECT * FROM at_index ORDER BY person_id, index_date"),
    ("Asof", "SELECT grade, index_date, person_id FROM before_index ORDER BY person_id, index_date"),
    (
        "SegmentWindow",
        "SELECT person_id, school_year, lag(school_id) OVER p AS before, lead(exit_date) OVER p AS after, \
         row_number() OVER p AS number, sum(school_year) OVER p AS running, count(*) FILTER (WHERE exit_documented) OVER p AS documented, \
         spell_id(entry_date, exit_date, 20) OVER (PARTITION BY person_id ORDER BY entry_date) AS spell, \
         first_value(grade) OVER (PARTITION BY person_id ORDER BY school_year DESC) AS latest \
         FROM enrollment WINDOW p AS (PARTITION BY person_id ORDER BY entry_date) ORDER BY person_id, school_year",
    ),
];

#[tokio::test]
async fn every_operator_comes_back_as_it_was() {
    let context = people().await;
    let elsewhere = session(SessionConfig::new()).unwrap();
    for (name, sql) in QUERIES {
        let plan = planned(&context, sql).await;
        let mut messages = Vec::new();
        let made = travelled(&plan, &mut messages);
        let written = |message: &Vec<u8>| String::from_utf8(message.clone()).unwrap();
        assert!(
            messages.iter().map(written).any(|message| message.contains(&format!("\"{name}\""))),
            "{name}: {sql}"
        );
        assert_eq!(look(&made), look(&plan), "{sql}");
        assert_eq!(made.schema(), plan.schema(), "{sql}");
        let expected = rows(&context, plan).await;
        assert!(expected.iter().any(|batch| batch.num_rows() > 0), "{sql}");
        assert_eq!(shown(&rows(&elsewhere, made).await), shown(&expected), "{sql}");
    }
}

fn look(plan: &Arc<dyn ExecutionPlan>) -> String {
    displayable(plan.as_ref()).indent(true).to_string()
}

fn written(plan: &Arc<dyn ExecutionPlan>, converter: &dyn PhysicalProtoConverterExtension) -> Vec<u8> {
    physical_plan_to_bytes_with_proto_converter(Arc::clone(plan), &PlanCodec, converter).unwrap().to_vec()
}

fn read(
    bytes: &[u8],
    context: &TaskContext,
    converter: &dyn PhysicalProtoConverterExtension,
) -> Result<Arc<dyn ExecutionPlan>> {
    physical_plan_from_bytes_with_proto_converter(bytes, context, &PlanCodec, converter)
}

#[tokio::test]
async fn whole_plans_come_back_from_their_bytes() {
    let context = people().await;
    let elsewhere = session(SessionConfig::new()).unwrap();
    for (name, sql) in QUERIES {
        let plan = planned(&context, sql).await;
        let expected = shown(&rows(&context, Arc::clone(&plan)).await);
        let converters: [&dyn PhysicalProtoConverterExtension; 2] =
            [&DefaultPhysicalProtoConverter {}, &DeduplicatingProtoConverter {}];
        for converter in converters {
            let bytes = written(&planned(&context, sql).await, converter);
            let made = read(&bytes, &elsewhere.task_ctx(), converter).unwrap();
            assert!(look(&made).contains(name), "{sql}\n{}", look(&made));
            assert_eq!(look(&made), look(&plan), "{sql}");
            assert_eq!(made.schema(), plan.schema(), "{sql}");
            assert_eq!(shown(&rows(&elsewhere, made).await), expected, "{sql}");
        }
    }
}

#[tokio::test]
async fn bytes_that_were_cut_off_or_altered_do_not_panic() {
    let context = people().await;
    let converter = DeduplicatingProtoConverter {};
    for (_, sql) in QUERIES {
        let good = written(&planned(&context, sql).await, &converter);
        // Tables of memory are most of the bytes; the plan around them and its ends matter here.
        for end in (0..good.len()).step_by(good.len() / 200 + 1) {
            assert!(read(&good[..end], &context.task_ctx(), &converter).is_err(), "{sql} {end}");
        }
        for place in (0..good.len()).step_by(good.len() / 200 + 1) {
            let mut other = good.clone();
            other[place] ^= 0x15;
            // Some are still plans; none may panic.
            drop(read(&other, &context.task_ctx(), &converter));
        }
    }
}

#[tokio::test]
async fn a_function_that_is_not_known_there_is_named() {
    let context = people().await;
    let converter = DeduplicatingProtoConverter {};
    let sql = "SELECT spell_id(entry_date, exit_date, 20) OVER (PARTITION BY person_id ORDER BY entry_date) FROM enrollment";
    let bytes = written(&planned(&context, sql).await, &converter);
    let error = read(&bytes, &TaskContext::default(), &converter).unwrap_err().to_string();
    assert!(error.contains("a plan calls spell_id(), which this machine does not know"), "{error}");
}

#[tokio::test]
async fn an_operator_that_does_not_travel_is_named() {
    let context = people().await;
    let sql = "COPY (SELECT 1) TO 'nowhere.arrow' STORED AS ARROW";
    let plan = planned(&context, sql).await;
    let converter = DeduplicatingProtoConverter {};
    let bytes = physical_plan_to_bytes_with_proto_converter(plan, &PlanCodec, &converter);
    let error = bytes.unwrap_err().to_string();
    assert!(error.contains("does not travel to another machine"), "{error}");
}

/// The message of the first operator of ours in a plan, and its inputs.
async fn message(context: &SessionContext, sql: &str) -> (String, Vec<Arc<dyn ExecutionPlan>>, Shelf) {
    let mut plan = planned(context, sql).await;
    let shelf = Shelf::default();
    loop {
        if let Some(message) = encode(plan.as_ref(), &shelf).unwrap() {
            let inputs = plan.children().into_iter().cloned().collect();
            return (String::from_utf8(message).unwrap(), inputs, shelf);
        }
        let input = Arc::clone(plan.children()[0]);
        plan = input;
    }
}

#[tokio::test]
async fn the_format_of_messages_is_the_one_that_was_written_down() {
    let context = people().await;
    let (message, ..) = message(&context, "SELECT person_id, wages FROM own_job").await;
    // Whoever changes this changes the number of the format too.
    let expected = r#"{"format":1,"operator":"PersonMerge","body":{"inputs":2,"program":{"name":"Jobs","parameters":{"has_cohort":true,"has_industry":true,"loaded":{"periods":{"tail_days":31,"unit":{"name":"quarter","offset":0,"starts":[[1,1],[4,1],[7,1],[10,1]]}}}}},"projection":[0,4],"references":["0000000000000000","0000000000000001"]}}"#;
    assert_eq!(message, expected);
}

#[tokio::test]
async fn a_wrong_message_is_refused_with_a_sentence() {
    let context = people().await;
    let (good, inputs, shelf) = message(&context, "SELECT person_id, wages FROM own_job").await;
    let refused = |message: &str| decode(message.as_bytes(), &inputs, &shelf).unwrap_err().to_string();
    let wrong = [
        (
            good.replace("\"format\":1", "\"format\":2"),
            "has the format 2, and this version of lifetracks reads 1",
        ),
        (good.replace("\"format\":1,", ""), "does not say its format"),
        (
            good.replace("PersonMerge", "HouseMerge"),
            "no operator HouseMerge that travels; those that do are PersonMerge, Asof",
        ),
        (
            good.replace("\"Jobs\"", "\"Houses\""),
            "the program Houses does not travel; those that do are DropoutStatus",
        ),
        (good.replace("has_cohort", "has_house"), "cannot be read (unknown field `has_house`"),
        (good.replace("\"inputs\":2", "\"inputs\":3"), "Jobs reads 3 inputs, and 2 came with it"),
        (good.replace("[0,4]", "[0,99]"), "Jobs has 14 columns, and column 99"),
        (good.replace("0000000000000001", "00000000000000ff"), "there is nothing of this number"),
        (good.replace("0000000000000001", "0"), "what is packed was cut off"),
        (good.replace("[4,1]", "[4,31]"), "04-31"),
        (good.replace("[[1,1],[4,1],[7,1],[10,1]]", "[]"), "do not divide a year"),
        (good.replace("\"quarter\"", "\"moon\""), "moon is no unit of time"),
        (good[..good.len() - 9].to_owned(), "it was cut off"),
        ("[]".to_owned(), "does not say its format"),
        (String::new(), "it was cut off"),
    ];
    for (message, sentence) in wrong {
        let error = refused(&message);
        assert!(error.contains(sentence), "{sentence}: {error}");
    }
    assert!(decode(good.as_bytes(), &inputs, &shelf).is_ok());
}

#[tokio::test]
async fn no_part_of_a_message_makes_it_panic() {
    let context = people().await;
    for (_, sql) in QUERIES {
        let (good, inputs, shelf) = message(&context, sql).await;
        for end in (0..good.len()).step_by(7) {
            assert!(decode(&good.as_bytes()[..end], &inputs, &shelf).is_err(), "{sql} {end}");
        }
        for (place, _) in good.char_indices().filter(|(_, digit)| digit.is_ascii_digit()) {
            let mut other = good.clone();
            other.replace_range(place..=place, "9");
            // Some are still messages; none may panic.
            drop(decode(other.as_bytes(), &inputs, &shelf));
        }
    }
}

#[tokio::test]
async fn inputs_of_another_operator_are_refused() {
    let context = people().await;
    let other: Arc<dyn ExecutionPlan> = Arc::new(EmptyExec::new(Arc::new(Schema::empty())));
    for (_, sql) in QUERIES {
        let (good, inputs, shelf) = message(&context, sql).await;
        assert!(decode(good.as_bytes(), &[], &shelf).is_err(), "{sql}");
        let others = vec![Arc::clone(&other); inputs.len()];
        assert!(decode(good.as_bytes(), &others, &shelf).is_err(), "{sql}");
    }
}

#[tokio::test]
async fn an_operator_of_the_engine_is_left_to_it() {
    let context = people().await;
    let plan = planned(&context, "SELECT number FROM large ORDER BY number").await;
    assert!(encode(plan.as_ref(), &Shelf::default()).unwrap().is_none());
}
