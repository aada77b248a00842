//! Plans as bytes: what `datafusion-proto` asks of operators that it does not know.

use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{
    PhysicalExtensionCodec, PhysicalPlanDecodeContext, PhysicalProtoConverterExtension,
};
use datafusion_proto::protobuf::{PhysicalExprNode, PhysicalPlanNode};
use prost::Message;

use super::message::{Pack, Unpack, decode, encode};

/// Writes the operators of `LifeTracks` into a plan's bytes, and makes them again on the machine that reads them.
///
/// The functions of a plan travel by name: the session that reads it has them by [`register`](crate::register), with the
/// same definitions. What scans of files keep besides their files, such as checks of their hashes, does not travel.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlanCodec;

impl PhysicalExtensionCodec for PlanCodec {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(message) = encode(node.as_ref(), &Packer { codec: self, converter })? else {
            return exec_err!("the operator {} does not travel to another machine", node.name());
        };
        buf.extend(message);
        Ok(())
    }

    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        ctx: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let context = PhysicalPlanDecodeContext::new(ctx, self);
        decode(buf, inputs, &Unpacker { context, converter })
    }

    fn try_decode_udf(&self, name: &str, _: &[u8]) -> Result<Arc<ScalarUDF>> {
        unknown_function(name)
    }

    fn try_decode_higher_order_function(&self, name: &str, _: &[u8]) -> Result<Arc<HigherOrderUDF>> {
        unknown_function(name)
    }

    fn try_decode_udaf(&self, name: &str, _: &[u8]) -> Result<Arc<AggregateUDF>> {
        unknown_function(name)
    }

    fn try_decode_udwf(&self, name: &str, _: &[u8]) -> Result<Arc<WindowUDF>> {
        unknown_function(name)
    }
}

fn unknown_function<T>(name: &str) -> Result<T> {
    exec_err!(
        "a plan calls {name}(), which this machine does not know. Run one version of lifetracks on all machines"
    )
}

/// Packs as the plan around it is packed.
struct Packer<'a> {
    codec: &'a PlanCodec,
    converter: &'a dyn PhysicalProtoConverterExtension,
}

impl Pack for Packer<'_> {
    fn pack_plan(&self, plan: &Arc<dyn ExecutionPlan>) -> Result<Vec<u8>> {
        Ok(self.converter.execution_plan_to_proto(plan, self.codec)?.encode_to_vec())
    }

    fn pack_expression(&self, expression: &Arc<dyn PhysicalExpr>) -> Result<Vec<u8>> {
        Ok(self.converter.physical_expr_to_proto(expression, self.codec)?.encode_to_vec())
    }
}

/// Unpacks as the plan around it is unpacked.
struct Unpacker<'a> {
    context: PhysicalPlanDecodeContext<'a>,
    converter: &'a dyn PhysicalProtoConverterExtension,
}

impl Unpack for Unpacker<'_> {
    fn unpack_plan(&self, packed: &[u8]) -> Result<Arc<dyn ExecutionPlan>> {
        self.converter.proto_to_execution_plan(&message::<PhysicalPlanNode>(packed)?, &self.context)
    }

    fn unpack_expression(&self, packed: &[u8], schema: &Schema) -> Result<Arc<dyn PhysicalExpr>> {
        self.converter.proto_to_physical_expr(&message::<PhysicalExprNode>(packed)?, schema, &self.context)
    }
}

fn message<M: Message + Default>(packed: &[u8]) -> Result<M> {
    M::decode(packed).map_err(|error| {
        exec_datafusion_err!(
            "what stands within an operator cannot be read ({error}); it was cut off, or written by another version of lifetracks"
        )
    })
}
