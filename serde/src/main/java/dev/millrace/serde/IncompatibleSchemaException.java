package dev.millrace.serde;

import java.util.List;

/**
 * Values were stored with a type that today's type cannot read. The message shows each difference, with what was stored and
 * what is wanted; nothing was read.
 */
public final class IncompatibleSchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Made by whoever compares: what is in question, and the differences as {@link SchemaEvolution#refusals} gives them. */
    public IncompatibleSchemaException(String what, List<String> differences) {
        super("stored values do not fit the type: " + what + "; differences:\n  " + String.join("\n  ", differences));
    }
}
