package dev.millrace.engine.internal.miss;

/** State that is not in memory could not be read. */
public final class StateReadException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    StateReadException(String state, int keyGroup, long epoch, int keyCount, Throwable cause) {
        super(
                "state could not be read: state=" + state + ", keyGroup=" + keyGroup + ", epoch=" + epoch + ", keys="
                        + keyCount + ": " + cause.getMessage(),
                cause);
    }
}
