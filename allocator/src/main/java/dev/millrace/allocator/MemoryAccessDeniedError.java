package dev.millrace.allocator;

/**
 * The JVM lets Millrace touch no memory outside of the Java heap: native access is forbidden to it, and so is
 * {@code sun.misc.Unsafe}.
 *
 * <p>Thrown when memory is touched for the first time, which is when the first allocator is opened. It takes both
 * {@code --illegal-native-access=deny} and {@code --sun-misc-unsafe-memory-access=deny} (or JVMs for which these are the
 * defaults), and no {@code --enable-native-access}; or a jar without its part for Java 22 and newer.
 */
public final class MemoryAccessDeniedError extends Error {
    private static final long serialVersionUID = 1L;

    MemoryAccessDeniedError(Throwable cause) {
        super(
                "memory outside of the heap may not be touched: java="
                        + Runtime.version().feature() + ", cause=" + cause
                        + "; start java with --enable-native-access=ALL-UNNAMED (Java 22 and newer, and a jar of Millrace"
                        + " built with one), or with --sun-misc-unsafe-memory-access=allow (Java 23 and newer)",
                cause);
    }
}
