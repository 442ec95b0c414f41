package dev.millrace.engine.internal.state;

import dev.millrace.engine.stream.KeyedCoProcess;
import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.TimerFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * The user's logic with its state and output filled in.
 *
 * @param event {@code (Object event) -> void}
 * @param timer {@code (Object key, Timer timer) -> void}
 */
record Calls(MethodHandle event, MethodHandle timer) {
    private static final MethodType EVENT = MethodType.methodType(void.class, Object.class);
    private static final MethodType TIMER = MethodType.methodType(void.class, Object.class, Timer.class);

    /** Of functions; the one for timers is null if there are none. */
    static Calls of(
            StatefulFunction<Object, Object, Object> function,
            @Nullable TimerFunction<Object, Object, Object> onTimer,
            Object state,
            Output<Object> out) {
        MethodHandle event = find(StatefulFunction.class, "on", EVENT.appendParameterTypes(Object.class, Output.class));
        MethodHandle timer = MethodHandles.empty(TIMER);
        if (onTimer != null) {
            timer = find(TimerFunction.class, "on", TIMER.appendParameterTypes(Object.class, Output.class));
            timer = MethodHandles.insertArguments(timer.bindTo(onTimer), 2, state, out);
        }
        return new Calls(MethodHandles.insertArguments(event.bindTo(function), 1, state, out), timer);
    }

    /** Of an object that has the logic. */
    static Calls of(KeyedProcess<?, ?, ?> process, Output<Object> out) {
        MethodHandle event = find(KeyedProcess.class, "on", EVENT.appendParameterTypes(Output.class));
        MethodHandle timer = find(KeyedProcess.class, "onTimer", TIMER.appendParameterTypes(Output.class));
        return new Calls(
                MethodHandles.insertArguments(event.bindTo(process), 1, out),
                MethodHandles.insertArguments(timer.bindTo(process), 2, out));
    }

    /** Of a join, which is shown events elsewhere. */
    static Calls ofTimers(KeyedCoProcess<?, ?, ?, ?> process, Output<Object> out) {
        MethodHandle timer = find(KeyedCoProcess.class, "onTimer", TIMER.appendParameterTypes(Output.class));
        return new Calls(MethodHandles.empty(EVENT), MethodHandles.insertArguments(timer.bindTo(process), 2, out));
    }

    private static MethodHandle find(Class<?> type, String name, MethodType methodType) {
        try {
            return MethodHandles.publicLookup().findVirtual(type, name, methodType);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no such method: type=" + type.getName() + ", method=" + name, e);
        }
    }
}
