package dev.millrace.engine.stream;

/** State, or an output, was used outside the call that it was given to: after it, or by another thread. */
public final class StateAccessException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public StateAccessException(String message) {
        super(message);
    }
}
