package dev.millrace.state.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * There is no room on the device for what was to be written. Nothing was changed: the same call may be made again when there is room.
 */
public final class StorageFullException extends StateFileException {
    private static final long serialVersionUID = 1L;

    public StorageFullException(String tried, Path file, IOException cause) {
        super(
                "no space left: tried=" + tried + ", file=" + file + ", cause=" + cause.getMessage()
                        + "; make room on the device, or give the user a larger quota",
                cause);
    }

    /** Whether a file operation failed because the device, or the user's share of it, is full. */
    public static boolean isCause(IOException problem) {
        String message = String.valueOf(problem.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }
}
