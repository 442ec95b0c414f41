package dev.millrace.serde.internal;

/** Passes on what a method handle threw. */
public final class Unchecked {
    private Unchecked() {}

    /**
     * Throws its argument.
     *
     * @return never; lets the caller write {@code throw rethrow(t)}
     */
    public static RuntimeException rethrow(Throwable thrown) {
        if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        // Accessors and canonical constructors cannot declare checked exceptions.
        throw new IllegalStateException("checked exception from a record", thrown);
    }
}
