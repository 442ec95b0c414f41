package dev.millrace.bench.epoch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** How long the machine takes to make bytes durable that are written behind those of before, when it is asked every few milliseconds. */
final class ForceTimes {
    private static final long GAP_NANOS = 10_000_000;

    private ForceTimes() {}

    /** Adds so many of them to a histogram of microseconds. */
    static void measure(Path directory, int bytes, int count, Histogram micros) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        Path file = directory.resolve("force-" + System.nanoTime());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < count; i++) {
                buffer.clear();
                long startNanos = System.nanoTime();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(false);
                long tookNanos = System.nanoTime() - startNanos;
                micros.recordValue(tookNanos / 1000);
                LockSupport.parkNanos(GAP_NANOS - tookNanos);
            }
        }
        java.nio.file.Files.delete(file);
    }
}
