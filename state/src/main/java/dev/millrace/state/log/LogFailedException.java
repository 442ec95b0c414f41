package dev.millrace.state.log;

import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A write to the epoch log failed. After a failed write or force nobody knows what is on the device, so the log takes nothing more and
 * every later call throws this same exception. Open the log again to go on from the last commit.
 */
public final class LogFailedException extends StateFileException {
    private static final long serialVersionUID = 1L;

    LogFailedException(String tried, Path file, long lastCommittedEpoch, IOException cause) {
        super(
                "epoch log cannot be written: tried=" + tried + ", file=" + file + ", lastCommittedEpoch="
                        + lastCommittedEpoch + ", cause=" + cause
                        + "; see to the disk and start again: everything up to the last committed epoch is kept",
                cause);
    }
}
