package dev.millrace.engine.testkit;

import dev.millrace.engine.operator.Source;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.state.file.FileOps;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A source that gives what the test sends, in that order, and again after a crash. It never finishes before {@link #end}.
 *
 * <p>Used by one thread, that of the test.
 */
public final class TestInput<T> implements Source<T> {
    private final Class<T> type;
    private final List<T> events = new ArrayList<>();
    private boolean isEnded;

    private TestInput(Class<T> type) {
        this.type = type;
    }

    /** An input of events of a type. */
    public static <T> TestInput<T> of(Class<T> type) {
        return new TestInput<>(type);
    }

    /**
     * Adds events; the engine reads them in its next turns.
     *
     * @throws IllegalStateException if the input was ended
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // It is only read.
    public final TestInput<T> send(T... more) {
        return sendAll(Arrays.asList(more));
    }

    /** Adds a list of events, see {@link #send}. */
    public TestInput<T> sendAll(List<? extends T> more) {
        if (isEnded) {
            throw new IllegalStateException("input was ended: type=" + type.getName() + ", events=" + events.size());
        }
        for (T event : more) {
            events.add(Objects.requireNonNull(event, "event"));
        }
        return this;
    }

    /** Says that no event follows: time goes to its end, windows give their results. */
    public void end() {
        isEnded = true;
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public void check(FileOps files) {}

    @Override
    public SourceReader open(FileOps files) {
        return new Reader();
    }

    private final class Reader extends SourceReader {
        private int next;

        @Override
        public boolean advance() {
            if (next == events.size()) {
                return false;
            }
            next++;
            return true;
        }

        @Override
        public Object event() {
            return events.get(next - 1);
        }

        @Override
        public boolean isFinished() {
            return isEnded && next == events.size();
        }

        @Override
        public byte[] position() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(next).array();
        }

        @Override
        public void seek(byte[] position) {
            next = ByteBuffer.wrap(position).getInt();
        }

        @Override
        public long skippedCount() {
            return 0;
        }

        @Override
        public double progress() {
            return events.isEmpty() ? 1 : (double) next / events.size();
        }

        @Override
        public String place() {
            return "event=" + next + " of " + events.size();
        }

        @Override
        public void close() {}
    }
}
