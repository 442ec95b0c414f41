package dev.millrace.bench.run;

import dev.millrace.allocator.Memory;
import dev.millrace.bench.workload.Mix;
import dev.millrace.numa.RangeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.SynchronousQueue;

/**
 * What the machine can do at best, measured beside the workloads: nothing that a program does can be faster.
 *
 * @param randomTouchNanos one read of a random line out of 256 MiB, each address known beforehand
 * @param dependentTouchNanos the same where each address is read from the line before
 * @param copyBytesPerSecond a long copy
 * @param fsyncMicros median of a forced write of 4 KiB to the directory for temporary files
 * @param handOverNanos one item from a thread to another and back, both waiting in the kernel, halved
 */
public record Limits(
        double randomTouchNanos,
        double dependentTouchNanos,
        double copyBytesPerSecond,
        double fsyncMicros,
        double handOverNanos) {
    private static final long AREA_BYTES = 256L << 20;
    private static final int LINE_BYTES = 64;
    private static final int TOUCHES = 4_000_000;
    private static final int COPIES = 8;
    private static final int FSYNCS = 50;
    private static final int HAND_OVERS = 20_000;

    /** Takes about two seconds. */
    public static Limits measure() throws IOException, InterruptedException {
        RangeSource ranges =
                RangeSource.detect().orElseThrow(() -> new IllegalStateException("memory cannot be reserved"));
        long area = ranges.reserve(AREA_BYTES);
        ranges.adviseHugePages(area, AREA_BYTES);
        try {
            Memory.fill(area, AREA_BYTES, (byte) 0);
            touch(area, TOUCHES / 8, 0);
            chase(area, TOUCHES / 8);
            return new Limits(
                    best(() -> touch(area, TOUCHES, 0)) / (double) TOUCHES,
                    best(() -> chase(area, TOUCHES)) / (double) TOUCHES,
                    AREA_BYTES / 2.0 * COPIES * 1e9 / best(() -> copy(area)),
                    measureFsyncNanos() / 1e3,
                    measureHandOverNanos());
        } finally {
            ranges.release(area, AREA_BYTES);
        }
    }

    private interface Action {
        long run();
    }

    private static long best(Action action) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            long result = action.run();
            best = Math.min(best, System.nanoTime() - start + (result == Long.MIN_VALUE ? 1 : 0));
        }
        return best;
    }

    private static long touch(long area, int count, long seed) {
        long sum = seed;
        for (int i = 0; i < count; i++) {
            sum += Memory.getLong(area + Mix.bounded(Mix.mix(i), AREA_BYTES / LINE_BYTES) * LINE_BYTES);
        }
        return sum;
    }

    private static long chase(long area, int count) {
        long last = 0;
        for (int i = 0; i < count; i++) {
            last = Memory.getLong(area + Mix.bounded(Mix.mix(i + last), AREA_BYTES / LINE_BYTES) * LINE_BYTES);
        }
        return last;
    }

    private static long copy(long area) {
        for (int i = 0; i < COPIES; i++) {
            Memory.copy(area, area + AREA_BYTES / 2, AREA_BYTES / 2);
        }
        return Memory.getLong(area + AREA_BYTES / 2);
    }

    private static double measureFsyncNanos() throws IOException {
        Path file = Files.createTempFile("millrace-fsync", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long[] nanos = new long[FSYNCS];
            for (int i = 0; i < FSYNCS; i++) {
                ByteBuffer page = ByteBuffer.allocate(4096);
                long start = System.nanoTime();
                while (page.hasRemaining()) {
                    channel.write(page);
                }
                channel.force(false);
                nanos[i] = System.nanoTime() - start;
            }
            Arrays.sort(nanos);
            return nanos[FSYNCS / 2];
        } finally {
            Files.delete(file);
        }
    }

    private static double measureHandOverNanos() throws InterruptedException {
        SynchronousQueue<Integer> there = new SynchronousQueue<>();
        SynchronousQueue<Integer> back = new SynchronousQueue<>();
        Thread other = new Thread(
                () -> {
                    try {
                        for (int i = 0; i < HAND_OVERS; i++) {
                            back.put(there.take());
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "hand-over");
        other.start();
        long start = System.nanoTime();
        for (int i = 0; i < HAND_OVERS; i++) {
            there.put(i);
            back.take();
        }
        long nanos = System.nanoTime() - start;
        other.join();
        return nanos / 2.0 / HAND_OVERS;
    }
}
