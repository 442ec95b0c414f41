package dev.millrace.engine.operator;

import org.jspecify.annotations.Nullable;

/** The input cannot be read, or is not what it should be. The message says where, what was found and what would be right. */
public final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadInputException(String message) {
        this(message, null);
    }

    public BadInputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
