package dev.millrace.examples;

import java.io.IOException;

/** A command cannot be run as it was given; the message says why and what would be right. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private RefusedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** There is no place for state that nobody gave a place. */
    static RefusedException noTemporaryDirectory(IOException cause) {
        return new RefusedException(
                "temporary directory cannot be used: reason=" + cause + "; name a directory for the state with --state",
                cause);
    }
}
