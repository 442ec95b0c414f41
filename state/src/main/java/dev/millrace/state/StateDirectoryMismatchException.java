package dev.millrace.state;

import dev.millrace.state.file.StateFileException;
import java.nio.file.Path;
import java.util.List;

/** The state directory holds something else than was asked for. Nothing was changed in it. */
public final class StateDirectoryMismatchException extends StateFileException {
    private static final long serialVersionUID = 1L;

    StateDirectoryMismatchException(Path directory, String what, String found, String expected, String fix) {
        super("state directory does not fit: directory=" + directory + ", what=" + what + ", found=" + found
                + ", expected=" + expected + "; " + fix);
    }

    /**
     * The directory is of this job as it was, and the job was changed in ways that its state does not survive.
     *
     * @param differences one line each, with what to do about it
     */
    public StateDirectoryMismatchException(Path directory, List<String> differences) {
        super("state directory does not fit the job: directory=" + directory + "; differences:\n  "
                + String.join("\n  ", differences));
    }
}
