package dev.millrace.engine.internal.state;

/**
 * Keeps a function that makes a new value of an old one from writing to the state it was read from: the place that the new one
 * goes to might have moved. Used by the thread that steps the task.
 */
final class UpdateGuard {
    private final String name;
    private boolean isUpdating;

    UpdateGuard(String name) {
        this.name = name;
    }

    void begin() {
        check();
        isUpdating = true;
    }

    void end() {
        isUpdating = false;
    }

    boolean isUpdating() {
        return isUpdating;
    }

    /** Before each write. */
    void check() {
        if (isUpdating) {
            throw refusal();
        }
    }

    private IllegalStateException refusal() {
        return new IllegalStateException("state was written by the function that updates it: state=" + name
                + "; let the function return the value");
    }
}
