package dev.millrace.examples;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A command cannot be run as it was given; the message says why and what would be right. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private RefusedException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * A directory cannot be used.
     *
     * @param what it is for
     */
    static RefusedException directory(String what, Path directory, IOException cause) {
        return new RefusedException(
                what + " directory cannot be written: path=" + directory + ", reason=" + reason(cause)
                        + "; name another one or make this one writable",
                cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof FileAlreadyExistsException) {
            return "there is a file of that name";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileSystemException ofFile && ofFile.getReason() != null) {
            return ofFile.getReason();
        }
        return String.valueOf(cause.getMessage());
    }
}
