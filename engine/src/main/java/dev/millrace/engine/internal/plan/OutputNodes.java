package dev.millrace.engine.internal.plan;

import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.stream.Egress;
import java.util.Objects;
import java.util.function.Consumer;

/** Operators that end a stream. */
public sealed interface OutputNodes extends Node {
    /** Ends a stream in a function of the program. */
    record CallbackNode(Node upstream, String name, Consumer<Object> consumer) implements OutputNodes {
        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "for each, at least once";
        }
    }

    /** Ends a stream where the program takes results from. */
    record EgressNode(Node upstream, String name, Egress<?> egress, Class<?> type, boolean isOnlyCommitted)
            implements OutputNodes {
        public EgressNode {
            Objects.requireNonNull(egress, "egress");
        }

        @Override
        public String describe() {
            return isOnlyCommitted ? "egress of committed epochs" : "egress, at least once";
        }
    }

    record SinkNode(Node upstream, String name, Sink<?> sink) implements OutputNodes {
        @Override
        public Class<?> type() {
            return sink.type();
        }

        @Override
        public String describe() {
            return "sink";
        }
    }
}
