package dev.millrace.engine.stream;

/** A system that was asked has not answered in time. */
public final class RequestTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RequestTimeoutException(String message) {
        super(message);
    }
}
