package dev.millrace.state.file;

import java.io.IOException;
import java.nio.file.Path;

/** The lock of a file is taken. */
public final class FileInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String holder;

    public FileInUseException(Path file, String holder) {
        super("file is locked: file=" + file + ", holder=" + holder);
        this.holder = holder;
    }

    /** What the holder of the lock said about itself; empty if it is not known. */
    public String holder() {
        return holder;
    }
}
