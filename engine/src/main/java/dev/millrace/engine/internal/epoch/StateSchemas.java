package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.fit.JobFacts;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.serde.SchemaDescriptor;
import dev.millrace.state.DurableState;
import dev.millrace.state.StateSchema;
import java.util.HashMap;
import java.util.Map;

/** How the states of a job look in this life of it: what each commit says of them. */
final class StateSchemas {
    private StateSchemas() {}

    static Map<String, StateSchema> of(DurableState state, JobGraph graph, JobFacts facts) {
        Map<String, StateSchema> schemas = new HashMap<>();
        for (StateFormat format : graph.formats()) {
            schemas.put(
                    format.stateName(),
                    state.placed(new StateSchema(
                            format.stateId(),
                            format.keyLayout().describe(),
                            format.valueLayout().describe(),
                            format.keyLayout().layoutHash(),
                            format.valueLayout().layoutHash(),
                            SchemaDescriptor.of(format.keyLayout()).toBytes(),
                            SchemaDescriptor.of(format.valueLayout()).toBytes(),
                            facts.forms().getOrDefault(format.stateName(), ""),
                            "")));
        }
        return schemas;
    }
}
