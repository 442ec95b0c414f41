package dev.millrace.state;

import dev.millrace.state.file.StateFileException;
import java.nio.file.Path;

/** The state directory holds something else than was asked for. Nothing was changed in it. */
public final class StateDirectoryMismatchException extends StateFileException {
    private static final long serialVersionUID = 1L;

    StateDirectoryMismatchException(Path directory, String what, String found, String expected, String fix) {
        super("state directory does not fit: directory=" + directory + ", what=" + what + ", found=" + found
                + ", expected=" + expected + "; " + fix);
    }
}
