package dev.millrace.state.store;

import dev.millrace.state.file.StateFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of a store is not what was written. Nothing was changed. */
public final class CorruptImageException extends StateFileException {
    private static final long serialVersionUID = 1L;

    CorruptImageException(String what, Path file, @Nullable Throwable cause) {
        super(
                "store is damaged: " + what + ", file=" + file
                        + "; restore the state directory from a copy, or start again with an empty one",
                cause);
    }
}
