package dev.millrace.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What Linux says about the process and the machine. Elsewhere nothing is known. */
final class ProcFiles {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
    private static final Path STAT = Path.of("/proc/stat");

    /** Jiffies are hundredths of a second on every Linux that Java runs on. */
    private static final long NANOS_PER_JIFFY = 10_000_000L;

    private static final int FIRST_TIME = 1;
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int LAST_TIME = 8;

    private ProcFiles() {}

    /** Forgets the highest resident size so far. */
    static void resetPeakResident() {
        try {
            Files.writeString(CLEAR_REFS, "5");
        } catch (IOException e) {
            // The peak is that of the whole process then, which is also what the reader of a single run expects.
            return;
        }
    }

    /** The highest resident size. */
    static OptionalLong peakResidentBytes() {
        return status("VmHWM:");
    }

    /** The resident size now. */
    static OptionalLong residentBytes() {
        return status("VmRSS:");
    }

    private static OptionalLong status(String name) {
        return lines(STATUS).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst();
    }

    /** Time that all processors together were busy since the machine started. */
    static OptionalLong busyNanosOfMachine() {
        return lines(STAT).stream()
                .filter(line -> line.startsWith("cpu "))
                .mapToLong(ProcFiles::busyNanos)
                .findFirst();
    }

    private static long busyNanos(String line) {
        String[] fields = line.trim().split(" +", -1);
        long jiffies = 0;
        for (int i = FIRST_TIME; i <= Math.min(LAST_TIME, fields.length - 1); i++) {
            if (i != IDLE && i != IO_WAIT) {
                jiffies += Long.parseLong(fields[i]);
            }
        }
        return jiffies * NANOS_PER_JIFFY;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
