package dev.millrace.engine.testkit;

import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.operator.SinkEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sink that the test reads. What it shows went the way of every output: through the epoch log into a file, once the
 * epoch was committed. The file holds the numbers of the events, the events themselves stay on the heap.
 *
 * <p>Used by one thread, that of the test.
 */
public final class TestOutput<T> implements Sink<T> {
    private final Class<T> type;
    private final List<T> written = new ArrayList<>();
    private @Nullable Path directory;
    private int taken;

    private TestOutput(Class<T> type) {
        this.type = type;
    }

    /** An output of events of a type. */
    public static <T> TestOutput<T> of(Class<T> type) {
        return new TestOutput<>(type);
    }

    /** All events of committed epochs, over all lives of the job. */
    public List<T> committed() {
        Path file = target();
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            ByteBuffer numbers = ByteBuffer.wrap(Files.readAllBytes(file));
            List<T> events = new ArrayList<>();
            while (numbers.remaining() >= Integer.BYTES) {
                events.add(written.get(numbers.getInt()));
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events of committed epochs that no call of this method gave before. */
    public List<T> take() {
        List<T> all = committed();
        List<T> fresh = List.copyOf(all.subList(taken, all.size()));
        taken = all.size();
        return fresh;
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public Path target() {
        Path existing = directory;
        if (existing == null) {
            existing = TemporaryDirectory.make("output");
            directory = existing;
        }
        return existing.resolve("events");
    }

    @Override
    public byte[] head() {
        return new byte[0];
    }

    @Override
    public SinkEncoder open() {
        return new Encoder();
    }

    /** Removes the file. When no engine writes it any more. */
    void delete() {
        Path existing = directory;
        if (existing != null) {
            TemporaryDirectory.delete(existing);
            directory = null;
            taken = 0;
        }
    }

    private final class Encoder extends SinkEncoder {
        private final byte[] bytes = new byte[Integer.BYTES];

        @Override
        public int encode(Object event) {
            ByteBuffer.wrap(bytes).putInt(written.size());
            written.add(type.cast(event));
            return bytes.length;
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }
    }
}
