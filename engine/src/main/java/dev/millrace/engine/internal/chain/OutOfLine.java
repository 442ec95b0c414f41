package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A method of numbers only that the JIT calls and never inlines. Stateless; any thread that may call the method.
 *
 * <p>A lookup of state is some hundred machine instructions. Inlined into a handle of state, and that into the function of a user, it
 * makes them larger than {@code InlineSmallCode}: then C2, if it compiled them first, refuses to inline them where they are
 * called ("already compiled into a big method"), and each record that crosses that call is built on the heap. Which one it compiles
 * first is chance. Numbers may cross a call: so the line is drawn here, where nothing else does, and what touches records
 * stays small.
 *
 * <p>C2 inlines a method handle only if it is a constant. This one is loaded from a field that is not final, though nobody changes
 * it, of a class whose fields the JIT does not trust. A call costs some 3 ns; what is behind it is compiled with its receiver
 * as a constant, because the JDK makes a form of its own for a handle that is called often and is no constant.
 */
public final class OutOfLine {
    @SuppressWarnings("FieldMayBeFinal") // see above
    private MethodHandle target;

    private OutOfLine(MethodHandle target) {
        this.target = target;
    }

    /**
     * A method of an object that returns a {@code long}.
     *
     * @param lookup that of the object's class
     */
    public static OutOfLine of(MethodHandles.Lookup lookup, Object receiver, String method, Class<?>... arguments) {
        return new OutOfLine(EventPath.bind(lookup, receiver, method, MethodType.methodType(long.class, arguments)));
    }

    /** Calls a method without arguments. */
    public long call() {
        try {
            return (long) target.invokeExact();
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    /** Calls a method that takes an {@code int}. */
    public long call(int number) {
        try {
            return (long) target.invokeExact(number);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }
}
