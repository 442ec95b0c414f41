package dev.millrace.state;

import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The state directory cannot be created, read or written. */
public final class StateDirectoryUnusableException extends StateFileException {
    private static final long serialVersionUID = 1L;

    public StateDirectoryUnusableException(Path directory, String why, @Nullable IOException cause) {
        super(
                "state directory cannot be used: directory=" + directory + ", why=" + why
                        + "; choose a directory that this user may create and write",
                cause);
    }
}
