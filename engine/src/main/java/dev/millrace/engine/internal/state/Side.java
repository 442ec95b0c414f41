package dev.millrace.engine.internal.state;

import dev.millrace.engine.stream.KeyedCoProcess;
import dev.millrace.engine.stream.Output;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * One half of a join's logic, with its state and output filled in.
 *
 * @param event {@code (Object event) -> void}
 * @param late {@code (Object event, long timestamp) -> void}
 */
record Side(MethodHandle event, MethodHandle late) {
    private static final MethodType TYPE = MethodType.methodType(void.class, Object.class, Output.class);

    static Side left(KeyedCoProcess<?, ?, ?, ?> process, Output<Object> out, MethodHandle late) {
        return new Side(bind("onLeft", process, out), late);
    }

    static Side right(KeyedCoProcess<?, ?, ?, ?> process, Output<Object> out, MethodHandle late) {
        return new Side(bind("onRight", process, out), late);
    }

    private static MethodHandle bind(String method, KeyedCoProcess<?, ?, ?, ?> process, Output<Object> out) {
        try {
            MethodHandle event = MethodHandles.publicLookup().findVirtual(KeyedCoProcess.class, method, TYPE);
            return MethodHandles.insertArguments(event.bindTo(process), 1, out);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no such method: method=" + method, e);
        }
    }
}
