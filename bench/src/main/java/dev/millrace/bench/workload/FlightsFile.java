package dev.millrace.bench.workload;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file of flights that comes with the program. */
final class FlightsFile {
    private static final String SHIPPED = "examples/data/flights-2001-01.csv.gz";

    private FlightsFile() {}

    /** Looks for it in the directories above the program. */
    static Path find() {
        Path program;
        try {
            program = Path.of(FlightsFile.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the program does not know where it is", e);
        }
        for (Path at = program.getParent(); at != null; at = at.getParent()) {
            Path file = at.resolve(SHIPPED);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new IllegalArgumentException("the file of flights is not there: file=" + SHIPPED + ", lookedAbove="
                + program + "; run the program where it was built");
    }
}
