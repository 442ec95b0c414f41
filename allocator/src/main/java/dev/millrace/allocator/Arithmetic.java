package dev.millrace.allocator;

import java.util.StringJoiner;

/** A sum that can say what it is made of. Used by one thread. */
final class Arithmetic {
    private final StringJoiner terms = new StringJoiner(" + ");
    private long sumBytes;

    /** Adds a summand; one of zero is not mentioned. */
    Arithmetic add(String name, long bytes) {
        if (bytes != 0) {
            terms.add(name + "=" + bytes);
            sumBytes += bytes;
        }
        return this;
    }

    long sum() {
        return sumBytes;
    }

    @Override
    public String toString() {
        return terms + " = " + sumBytes;
    }
}
