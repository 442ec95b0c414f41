package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/** Has a structure run by two threads in every order that a bounded search comes to. */
final class Interleavings {
    private static final int SCENARIOS = 10;
    private static final int ORDERS_OF_A_SCENARIO = 300;
    private static final int THREADS = 2;
    private static final int STEPS_OF_A_THREAD = 3;

    private Interleavings() {}

    /** Throws, and prints the order of steps, if the threads see what no order of whole calls explains. */
    static void check(Class<?> structure, Class<?> specification) {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(ORDERS_OF_A_SCENARIO)
                .threads(THREADS)
                .actorsPerThread(STEPS_OF_A_THREAD)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(specification)
                .check(structure);
    }

    /** The check has eyes: a structure that is broken on purpose must be found out. */
    static void findsFault(Class<?> broken, Class<?> specification) {
        assertThrows(LincheckAssertionError.class, () -> check(broken, specification));
    }
}
