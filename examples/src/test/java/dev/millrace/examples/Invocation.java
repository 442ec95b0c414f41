package dev.millrace.examples;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line that was run in this process.
 *
 * @param out the lines on standard output
 * @param err the lines on standard error
 */
record Invocation(int exitCode, List<String> out, List<String> err) {
    /** The project, as seen from the directory that tests run in. */
    static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    /** The file that is shipped. */
    static final Path FLIGHTS = HOME.resolve("examples/data/flights-2001-01.csv.gz");

    static Invocation of(Object... arguments) {
        List<String> all = new ArrayList<>(List.of("--home", HOME.toString()));
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(all.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Invocation(
                exitCode,
                out.toString().lines().toList(),
                err.toString().lines().toList());
    }

    /** The line of standard output that begins with this. */
    String line(String beginning) {
        return out.stream()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line begins with " + beginning + ": " + this));
    }
}
