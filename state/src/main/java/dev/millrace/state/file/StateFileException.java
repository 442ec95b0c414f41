package dev.millrace.state.file;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A fault of the files that hold state: what was tried, on what. Its message is one line that can be shown to a user. */
public class StateFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateFileException(String message) {
        super(message);
    }

    public StateFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The fault of one operation on one file. */
    public static StateFileException of(String tried, Path file, IOException cause) {
        return new StateFileException(tried + " failed: file=" + file + ", cause=" + cause, cause);
    }
}
