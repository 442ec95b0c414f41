package dev.millrace.numa;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Tries what needs native code. A missing library, a folder that forbids execution, a library of another version and a
 * JVM that forbids native access all show themselves as errors of linking or of JNA; each is an answer here.
 */
final class NativeAttempt {
    private static final int MAX_CAUSES = 16;

    private NativeAttempt() {}

    /**
     * The result of an attempt, or what follows from what stood in the way.
     *
     * @throws VirtualMachineError if the JVM itself is in trouble
     */
    static <T> T orElse(Supplier<T> attempt, Function<String, T> obstacle) {
        try {
            return attempt.get();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Error | RuntimeException e) {
            return obstacle.apply("native calls are out of reach: " + rootOf(e));
        }
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        for (int depth = 0; depth < MAX_CAUSES && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        return root;
    }
}
