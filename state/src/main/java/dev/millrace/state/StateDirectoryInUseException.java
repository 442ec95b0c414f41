package dev.millrace.state;

import dev.millrace.state.file.StateFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Somebody else works with the state directory: another process, or another job of this one. */
public final class StateDirectoryInUseException extends StateFileException {
    private static final long serialVersionUID = 1L;

    StateDirectoryInUseException(Path directory, String holder, @Nullable Throwable cause) {
        super(
                "state directory is in use: directory=" + directory + ", holder="
                        + (holder.isEmpty() ? "unknown" : holder) + "; stop the holder or choose another directory",
                cause);
    }
}
