package dev.millrace.bench.index;

import dev.millrace.bench.memory.PeerFlags;
import dev.millrace.bench.run.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs one part of the comparison in a JVM of its own; what it prints goes where this JVM prints. */
public final class IndexProbe {
    /** What is measured. */
    public enum Part {
        OPERATIONS,
        GROWTH,
        SEAL
    }

    private static final long HEAP_BYTES_PER_ENTRY = 400;
    private static final long LEAST_HEAP_BYTES = 1L << 30;

    private IndexProbe() {}

    /** The program of the other JVM: {@code PART KIND ENTRIES VALUE_BYTES HUGE_PAGES WITH_STORES ROUNDS}. */
    public static void main(String[] args) throws Exception {
        IndexCase of = new IndexCase(
                Long.parseLong(args[2]),
                Integer.parseInt(args[3]),
                Boolean.parseBoolean(args[4]),
                Boolean.parseBoolean(args[5]));
        switch (Part.valueOf(args[0])) {
            case OPERATIONS -> new MapComparison(of, Integer.parseInt(args[6]), System.err).print(System.out);
            case GROWTH -> MapGrowth.print(MapKind.valueOf(args[1]), of, System.out);
            case SEAL -> new SealStall(of, System.out).print();
        }
    }

    /** Measures everything at one size. */
    public static void run(IndexCase of, int rounds) throws IOException, InterruptedException {
        start(Part.OPERATIONS, MapKind.MILLRACE, of, rounds);
        System.out.println(MapGrowth.head(of));
        for (MapKind kind : MapKind.values()) {
            boolean grows = kind != MapKind.RANDOM_LINES && kind != MapKind.MILLRACE_SCALAR;
            if (grows && kind.takes(of.valueBytes()) && (of.withStores() || !kind.isSlow())) {
                start(Part.GROWTH, kind, of, rounds);
            }
        }
        System.out.println();
        start(Part.SEAL, MapKind.MILLRACE, of, rounds);
    }

    /** For maps on the heap, and of a machine at most half: the index has as much beside it. */
    private static long heapBytes(IndexCase of) {
        long neededBytes = of.entries() * (HEAP_BYTES_PER_ENTRY + 4L * of.valueBytes());
        return Math.max(LEAST_HEAP_BYTES, Math.min(neededBytes, Machine.physicalBytes() / 2));
    }

    private static void start(Part part, MapKind kind, IndexCase of, int rounds)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(PeerFlags.forThisJava());
        command.add("-Xmx" + heapBytes(of));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), IndexProbe.class.getName()));
        command.addAll(List.of(
                part.name(),
                kind.name(),
                "" + of.entries(),
                "" + of.valueBytes(),
                "" + of.hugePages(),
                "" + of.withStores(),
                "" + rounds));
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            System.err.println("millrace: a measurement failed: part=" + part + ", map=" + kind + ", case=" + of
                    + ", code=" + code);
        }
    }
}
