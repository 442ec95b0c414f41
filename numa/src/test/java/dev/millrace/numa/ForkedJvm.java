package dev.millrace.numa;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs a main class of the tests in a JVM of its own, with the class path of this one. */
final class ForkedJvm {
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

    /**
     * What a JVM left behind.
     *
     * @param output both streams
     */
    record Result(int exitCode, String output) {}

    private ForkedJvm() {}

    /** The folder of the JVM that runs this test. */
    static Path home() {
        return Path.of(System.getProperty("java.home"));
    }

    /** A JVM of some version or newer: this one, or one that is installed beside it. */
    static Optional<Path> homeOfVersion(int version) throws IOException {
        if (Runtime.version().feature() >= version) {
            return Optional.of(home());
        }
        try (Stream<Path> neighbours = Files.list(home().toRealPath().getParent())) {
            return neighbours
                    .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .filter(home -> versionOf(home) >= version)
                    .findFirst();
        }
    }

    private static int versionOf(Path home) {
        try {
            Matcher matcher = VERSION.matcher(Files.readString(home.resolve("release"), StandardCharsets.UTF_8));
            return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    static Result run(Path home, List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve("java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }
}
