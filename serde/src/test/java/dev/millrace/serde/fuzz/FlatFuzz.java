package dev.millrace.serde.fuzz;

import org.jspecify.annotations.Nullable;

/** The door for Jazzer to {@link FlatTarget}: its methods are found by their names. */
public final class FlatFuzz {
    private static @Nullable FlatTarget target;

    private FlatFuzz() {}

    /** Before the first input. */
    public static void fuzzerInitialize() {
        target = new FlatTarget();
    }

    /** Each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (target != null) {
            target.run(input);
        }
    }

    /** After the last input: nothing may be live. */
    public static void fuzzerTearDown() {
        if (target != null) {
            target.close();
        }
    }
}
