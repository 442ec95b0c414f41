package dev.millrace.state.log;

import dev.millrace.state.file.StateFileException;
import java.nio.file.Path;

/** The epoch log is damaged before its last commit, so something that was promised cannot be read. Nothing was changed. */
public final class CorruptLogException extends StateFileException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long offsetBytes;

    public CorruptLogException(String what, Path file, long offsetBytes) {
        super("epoch log is damaged: " + what + ", file=" + file + ", offsetBytes=" + offsetBytes
                + "; restore the state directory from a copy, or start again with an empty one");
        this.file = file;
        this.offsetBytes = offsetBytes;
    }

    /** The damaged segment. */
    public Path file() {
        return file;
    }

    /** Where in the segment the first thing is that cannot be right. */
    public long offsetBytes() {
        return offsetBytes;
    }
}
