package dev.millrace.engine;

/** Sizes as people write them; the same as {@link dev.millrace.allocator.MemorySize}. */
public final class MemorySize {
    private MemorySize() {}

    /**
     * Reads a size: a whole number and a unit out of {@code B}, {@code KiB}, {@code MiB}, {@code GiB}; without one, bytes.
     *
     * @throws IllegalArgumentException if it is no size
     */
    public static long parse(String text) {
        return dev.millrace.allocator.MemorySize.parse(text);
    }

    /** Writes a size in the largest unit of which there is at least one, with one digit behind the point. */
    public static String format(long bytes) {
        return dev.millrace.allocator.MemorySize.format(bytes);
    }
}
