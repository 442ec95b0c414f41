package dev.millrace.bench.memory;

import dev.millrace.bench.peer.Peer;
import dev.millrace.bench.peer.PeerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory does a live block take beyond what was asked for?
 *
 * <p>By how much the process's resident memory grows, as Linux counts it, with many blocks live and every byte of them
 * written, less what was asked for: rounding, headers, free memory between blocks, and objects on the heap. The slots that the
 * blocks are kept in are there, and touched, before.
 */
final class FootprintPerBlock {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String FIELD = "RssAnon:";
    private static final long MAX_BYTES = 320L << 20;
    private static final int MAX_BLOCKS = 1_000_000;
    private static final int WARM_UP_BLOCKS = 2_000;

    private FootprintPerBlock() {}

    /** Whether this operating system says how much memory is resident. */
    static boolean isAvailable() {
        return Files.isReadable(STATUS);
    }

    /** Measures one peer. Meant for a JVM of its own, with a heap of a fixed size that was touched. */
    static double extraBytesPerBlock(PeerKind kind, int sizeBytes, boolean isQuick) throws IOException {
        int blocks = (int) Math.min(MAX_BLOCKS, MAX_BYTES / sizeBytes) / (isQuick ? 4 : 1);
        try (Peer peer = kind.open(sizeBytes, blocks + 1)) {
            for (int i = 0; i < WARM_UP_BLOCKS; i++) {
                peer.take(0, blocks);
                peer.fill(blocks);
                peer.give(0, blocks);
            }
            for (int slot = 0; slot < blocks; slot += blocks / 10) {
                peer.take(0, slot);
                peer.give(0, slot);
            }
            long heapBefore = usedHeapBytes();
            long before = residentBytes();
            for (int slot = 0; slot < blocks; slot++) {
                peer.take(0, slot);
                peer.fill(slot);
            }
            long grown = residentBytes() - before;
            long heapGrown = Math.max(0, usedHeapBytes() - heapBefore);
            for (int slot = 0; slot < blocks; slot++) {
                peer.give(0, slot);
            }
            return (grown + heapGrown - (double) blocks * sizeBytes) / blocks;
        }
    }

    /** What is reachable: the heap is resident as a whole, so that its growth has to be asked for. */
    private static long usedHeapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(FIELD)) {
                String kibibytes =
                        line.substring(FIELD.length()).replace("kB", "").strip();
                return Long.parseLong(kibibytes) << 10;
            }
        }
        throw new IOException("no line of resident memory: path=" + STATUS + ", field=" + FIELD);
    }
}
