package dev.millrace.bench.memory;

import dev.millrace.bench.peer.PeerKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs one measurement that is not JMH's, in a JVM of its own, and reads its answer. */
public final class Probe {
    /** What is measured. */
    public enum Subject {
        HAND_OVER,
        FOOTPRINT
    }

    private static final String ANSWER = "answer=";

    private Probe() {}

    /** The program of the other JVM: {@code SUBJECT PEER SIZE_BYTES IS_QUICK}. */
    public static void main(String[] args) throws Exception {
        PeerKind kind = PeerKind.valueOf(args[1]);
        int sizeBytes = Integer.parseInt(args[2]);
        boolean isQuick = Boolean.parseBoolean(args[3]);
        double answer =
                switch (Subject.valueOf(args[0])) {
                    case HAND_OVER -> BlockHandOver.nanosPerBlock(kind, sizeBytes, isQuick);
                    case FOOTPRINT -> FootprintPerBlock.extraBytesPerBlock(kind, sizeBytes, isQuick);
                };
        System.out.println(ANSWER + answer);
    }

    /** Starts the JVM and returns what it measured, or NaN if it failed; why is printed. */
    public static double ask(Subject subject, PeerKind kind, int sizeBytes, boolean isQuick)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(PeerFlags.forThisJava());
        if (subject == Subject.FOOTPRINT) {
            command.addAll(List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
        command.addAll(List.of(subject.name(), kind.name(), "" + sizeBytes, "" + isQuick));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        int at = output.lastIndexOf(ANSWER);
        if (code != 0 || at < 0) {
            System.err.println("millrace: a measurement failed: subject=" + subject + ", peer=" + kind + ", sizeBytes="
                    + sizeBytes + ", code=" + code + System.lineSeparator() + output);
            return Double.NaN;
        }
        return Double.parseDouble(output.substring(at + ANSWER.length()).strip());
    }
}
