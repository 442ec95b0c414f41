package dev.millrace.engine;

/**
 * A job ended because a part of it failed. What was committed stays; running the pipeline again with the same state
 * directory goes on from there. The cause says what happened.
 */
public final class JobFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JobFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
