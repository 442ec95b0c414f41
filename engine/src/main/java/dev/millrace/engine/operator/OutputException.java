package dev.millrace.engine.operator;

import org.jspecify.annotations.Nullable;

/** An output cannot be written. What was committed is in the epoch log and is written when the job runs again. */
public final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
