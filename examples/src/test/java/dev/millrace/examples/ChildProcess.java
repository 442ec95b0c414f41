package dev.millrace.examples;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The demo in a JVM of its own, started as a user starts it: no flags. */
final class ChildProcess {
    private ChildProcess() {}

    /** Starts the demo; its output goes to a file. */
    static Process start(Path log, Object... arguments) throws IOException {
        return builder(List.of(), arguments).redirectOutput(log.toFile()).start();
    }

    /** Starts the demo and waits until it says that it runs. */
    static Process startAndAwaitRunning(Path temporaryDirectory, Object... arguments) throws IOException {
        Process process = builder(List.of("-Djava.io.tmpdir=" + temporaryDirectory), arguments)
                .start();
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        if (line == null || !line.startsWith("running: ")) {
            process.destroyForcibly();
            throw new AssertionError("demo does not run: " + line);
        }
        return process;
    }

    private static ProcessBuilder builder(List<String> jvmOptions, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(String.join(File.separator, System.getProperty("java.home"), "bin", "java"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("--home", Invocation.HOME.toString(), "demo"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command).redirectErrorStream(true);
    }
}
